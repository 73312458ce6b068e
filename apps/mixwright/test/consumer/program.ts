// What somebody who installed the package would write. It runs in Node and, bundled, in a browser: both must give the
// same samples.
import {
  type Audio,
  chain,
  excerpt,
  fill,
  type Graph,
  GraphError,
  type Mixed,
  type MixSettings,
  mix,
  processors,
  render
} from 'mixwright'

const rate = 44100
/** Integers only, so that every machine makes the same noise. */
function noise(frames: number, seed: number): Float32Array {
  let state = seed
  return Float32Array.from({ length: frames }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32 - 0.5
  })
}
const bursts = (frames: number, seed: number, period: number): Float32Array =>
  noise(frames, seed).map((x, i) => x * Math.max(0, 1 - (i % period) / 4000))

export const graph: Graph = {
  version: 1,
  inputs: { voice: { channels: 1 } },
  outputs: { main: { channels: 2 } },
  nodes: {
    eq: {
      type: 'bell',
      params: {
        frequency: {
          lane: [
            [0, 300],
            [0.5, 3000]
          ]
        },
        gain: 6
      }
    },
    squeeze: { type: 'compressor', params: { threshold: -30 } },
    place: { type: 'panning', params: { pan: 0.3 } }
  },
  edges: [
    { from: ['input', 'voice'], to: ['eq', 'main'] },
    { from: ['eq', 'main'], to: ['squeeze', 'main'] },
    { from: ['squeeze', 'main'], to: ['place', 'main'] },
    { from: ['place', 'main'], to: ['output', 'main'], gain: -3 }
  ]
}
export const rendered = async (): Promise<Audio> =>
  (await render(graph, { voice: noise(rate, 1).length ? [noise(rate, 1)] : [] }, { sampleRate: rate })).main!

export const stems: Record<string, Audio> = {
  kick: [bursts(3 * rate, 2, 22050)],
  bass: [noise(3 * rate, 3).map(x => 0.3 * x)],
  pad: [noise(3 * rate, 4), noise(3 * rate, 5)]
}
export const settings: MixSettings = { loudness: -16, roles: { pad: 'pad' } }
export const mixed = (): Promise<Mixed> => mix(stems, rate, settings)

/** d (half the energy of the output) / d gain in dB of a plain gain, over what it must be: energy × ln 10 / 20. */
export async function learned(): Promise<number> {
  const frames = 4096,
    {
      engine,
      render: forward,
      gradients
    } = await excerpt(chain({ level: { type: 'gain', params: { gain: -3 } } }), {
      sampleRate: rate,
      gradients: { frames }
    })
  fill(engine.inputs.main!, [noise(frames, 6), noise(frames, 7)])
  forward()
  engine.outputGradients.main!.forEach((g, c) => g.set(engine.outputs.main![c]!))
  let energy = 0
  for (const channel of engine.outputs.main!) for (const v of channel) energy += v * v
  return (gradients().nodes.level!.gain as number) / ((energy * Math.LN10) / 20)
}

/** One message each, for what is wrong. */
export async function refusals(): Promise<string[]> {
  const wrong = [
    () =>
      render(
        { ...graph, nodes: { ...graph.nodes, eq: { type: 'bel' } } },
        { voice: [noise(10, 1)] },
        { sampleRate: rate }
      ),
    () => render(graph, { vioce: [noise(10, 1)] }, { sampleRate: rate }),
    () => render(graph, { voice: [Float32Array.of(0, Number.NaN)] }, { sampleRate: rate }),
    () => mix({ a: [noise(10, 1), noise(9, 1)] }, rate),
    () => mix({ a: [] }, rate),
    () => mix({ a: [noise(0, 1)] }, rate),
    () => mix({}, rate),
    () => mix({ a: [noise(10, 1)] }, 4000),
    () => mix({ a: [noise(10, 1)] }, rate, { loudness: 3 }),
    () => mix({ a: [noise(10, 1)] }, rate, JSON.parse('{ "lodness": -14 }') as MixSettings),
    () => mix({ a: [noise(10, 1)] }, rate, { roles: { b: 'kick' } })
  ]
  return Promise.all(
    wrong.map(async call => {
      try {
        await call()
        return 'nothing was refused'
      } catch (error) {
        return `${(error as Error).name}: ${(error as Error).message}`
      }
    })
  )
}
export const known = {
  processors: Object.keys(processors),
  isGraphError: (error: unknown) => error instanceof GraphError
}
