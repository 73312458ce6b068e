import { createRandom, defaultsOf, measureLoudness } from '@mixwright/dsp'
import { type Graph, render } from '@mixwright/graph'
import { beforeAll, describe, expect, it } from 'vitest'
import { kernels } from '../../../dsp/test/kernels.ts'
import { analyse, bass, clip, type Mono, pad, rate, scaled, voice } from '../../test/stems.ts'
import { consoleGraph, stemIds, stemOutput } from './console.ts'
import { decide, type MixOptions } from './decide.ts'
import type { Decisions } from './decisions.ts'
import { joined, joinedGraph } from './excerpts.ts'
import { movesOf } from './moves.ts'
import { mixOptions } from './options.ts'
import { printsOf, withPrinted } from '../revise/printed.ts'
import type { Session } from '../revise/session.ts'
import { createRig } from './refine-rig.ts'
import { refineJobOf } from './refinement.ts'
import { compareStems } from './relations.ts'
import { type Points, pointsAt, thinned, thinning } from './ride.ts'
import { between } from './rides.ts'
import { assignRoles } from './role-signal.ts'

/** Four times 4 s (two phrases with a breath between), each followed by a pause of 2 s. */
const phrase = 4,
  pause = 2,
  seconds = 4 * (phrase + pause),
  starts = [0, 1, 2, 3].map(k => k * (phrase + pause))
/** The voice in phrases of some levels, dB, beside a bed that never changes. */
function song(levels: readonly number[]): Record<string, Mono> {
  const lead = new Float32Array(seconds * rate)
  levels.forEach((dB, k) => lead.set(scaled(voice(phrase, 14), dB), starts[k]! * rate))
  return { vocals: lead, pad: pad(seconds), bass: bass(seconds) }
}
async function decided(stems: Record<string, Mono>, change: Partial<MixOptions> = {}, locked: number[] = []) {
  const names = Object.keys(stems),
    clips = names.map(name => clip(stems[name]!)),
    analyses = await Promise.all(clips.map((c, i) => analyse(c, names[i]!))),
    roles = assignRoles(analyses, { vocals: 'vocals', pad: 'pad', bass: 'bass' }),
    relations = await compareStems(
      clips,
      analyses,
      roles.map(r => r.role)
    ),
    decisions = decide(
      analyses,
      roles,
      relations,
      { ...defaultsOf(mixOptions), ...change },
      { locked: new Set(locked) }
    )
  return { decisions, analyses, relations, clips, ports: names.map(name => ({ name, channels: 1 as const })) }
}
const rideOf = ({ stems }: Decisions, name = 'vocals') => stems.find(stem => stem.stem === name)!.ride
async function rendered(decisions: Decisions, stems: Record<string, Mono>) {
  const names = Object.keys(stems),
    ids = stemIds(names),
    audio = await render(
      consoleGraph(
        decisions,
        names.map(name => ({ name, channels: 1 }))
      ),
      Object.fromEntries(names.map((name, i) => [ids[i]!, [stems[name]!]])),
      { kernels, sampleRate: rate, tail: 0 }
    )
  return (name: string, from = 0, to = seconds) =>
    measureLoudness(
      audio[stemOutput(ids[names.indexOf(name)]!)]!.map(c => c.subarray(from * rate, to * rate)),
      rate
    ).integrated
}
const without = (decisions: Decisions): Decisions => movesOf(decisions).find(move => move.kind === 'ride')!.without

describe('the lead', () => {
  const uneven = song([0, -6, 0, 3])
  let made: Awaited<ReturnType<typeof decided>>
  beforeAll(async () => {
    // Compression alone evens phrases too; here the ride is heard.
    made = await decided(uneven, { dynamics: 0 })
  })
  it('is ridden: phrases stand more evenly as rendered, within the limits, as loud as before on the whole', async () => {
    const ride = rideOf(made.decisions)!,
      values = ride.points.map(([, v]) => v),
      spread = (level: (name: string, from: number, to: number) => number) => {
        const ratios = starts.map(at => level('vocals', at, at + phrase) - level('pad', at, at + phrase))
        return Math.max(...ratios) - Math.min(...ratios)
      },
      [before, after] = [await rendered(without(made.decisions), uneven), await rendered(made.decisions, uneven)]
    expect(spread(before)).toBeGreaterThan(8)
    expect(spread(after)).toBeLessThan(spread(before) - 3.5)
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(3)
    expect(Math.max(...values)).toBeGreaterThan(2.5)
    // Gated loudness against the mean power of all frames: the gate leaves out the softest phrase.
    expect(Math.abs(after('vocals') - before('vocals'))).toBeLessThan(0.5)
    expect(ride.reason).toMatch(/^Ridden by −[\d.]+ to \+[\d.]+ dB over 8 phrases: .*[\d.]+ LU/)
    // A few points a phrase.
    expect(ride.points.length).toBeLessThan(28)
  })
  it('does not move in a pause, but shortly before the next phrase', () => {
    const { points } = rideOf(made.decisions)!,
      // The last syllables of a phrase are a rest of the voice too, and analysis sees 46 ms at once.
      margin = 0.1
    for (const at of starts.slice(1)) {
      const rest = Array.from({ length: 20 }, (_, i) =>
        pointsAt(points, at - pause + margin + (i / 19) * (pause - between - 2 * margin))
      )
      expect(Math.max(...rest) - Math.min(...rest)).toBeLessThanOrEqual(thinning)
    }
  })
  it('that is even already is left alone: no ride, no node', async () => {
    const { decisions, ports } = await decided(song([0, 0, 0, 0]), { dynamics: 0 })
    expect(rideOf(decisions)).toBeUndefined()
    expect(Object.keys(consoleGraph(decisions, ports).nodes).filter(id => id.endsWith('/ride'))).toEqual([])
    expect(Object.keys(consoleGraph(made.decisions, ports).nodes).filter(id => id.endsWith('/ride'))).toEqual([
      'vocals/ride'
    ])
  })
  it('is ridden as far as is wanted, never where it is locked; nobody else is', async () => {
    const most = (d: Decisions) => Math.max(...rideOf(d)!.points.map(([, v]) => v)),
      half = await decided(uneven, { dynamics: 0, rides: 0.5 })
    expect(Math.abs(most(half.decisions) - most(made.decisions) / 2)).toBeLessThan(0.3)
    expect(rideOf((await decided(uneven, { rides: 0 })).decisions)).toBeUndefined()
    expect(rideOf((await decided(uneven, { dynamics: 0 }, [0])).decisions)).toBeUndefined()
    for (const name of ['pad', 'bass']) expect(rideOf(made.decisions, name)).toBeUndefined()
  })
  it('keeps its ride where faders are refined: they are closed as if there were none', async () => {
    const { ports, analyses, relations, clips } = made,
      inputs = Object.fromEntries(stemIds(ports.map(p => p.name)).map((id, i) => [id, clips[i]!])),
      error = async (decisions: Decisions, starts?: number[]) => {
        const job = refineJobOf(decisions, ports, analyses, relations)!,
          graph = starts && joinedGraph(consoleGraph(decisions, ports), { starts, length: job.length }, rate),
          rig = await createRig({ ...job, ...(graph && { graph, starts }) }, inputs, kernels)
        return rig.hear(new Float64Array(rig.knobs.count)).errors[0]!
      }
    // The passages that refinement takes, and the softest phrase, which is ridden up by 3 dB.
    for (const starts of [undefined, [6 * rate]])
      expect(
        Math.abs((await error(made.decisions, starts)) - (await error(without(made.decisions), starts)))
      ).toBeLessThan(0.15)
  })
})

describe('a printed stem', () => {
  it('is another with another ride, and is not ridden twice', async () => {
    const { decisions, ports } = await decided(song([0, -6, 0, 3]), { dynamics: 0 }),
      session = (now: Decisions): Session => ({
        version: 1,
        folder: '.',
        sampleRate: rate,
        ports,
        master: { loudness: -14, ceiling: -1 },
        ...now
      }),
      key = (now: Decisions) => printsOf(session(now)).vocals!.key
    expect(key(decisions)).not.toBe(key(without(decisions)))
    const { session: taken } = withPrinted(session(decisions), {
      frames: seconds * rate,
      stems: { vocals: { clip: clip(voice(1)), level: 0 } }
    })
    expect(rideOf(taken)).toBeUndefined()
  })
})

describe('breakpoints', () => {
  it('are few, and within the tolerance of all of them', () => {
    const random = createRandom(5)
    let v = 0
    const many: Points = Array.from({ length: 400 }, (_, i) => [0.1 * i, (v += random.between(-0.1, 0.1))] as const),
      few = thinned(many, 0.25)
    expect(few.length).toBeLessThan(120)
    for (const [t, value] of many) expect(Math.abs(pointsAt(few, t) - value)).toBeLessThanOrEqual(0.25 + 1e-9)
    const corner: Points = [
      [0, 0],
      [1, 0],
      [2, 0],
      [3, 3],
      [4, 6],
      [5, 6]
    ]
    expect(thinned(corner, 0.25).map(([t]) => t)).toEqual([0, 2, 4, 5])
  })
  it('sound in joined passages as they do in the song', async () => {
    // On the grid that lanes are read on, so that both read the same values.
    const length = 64 * 300,
      first = [64 * 100, 64 * 900],
      graph: Graph = {
        version: 1,
        inputs: { x: { channels: 1 } },
        outputs: { y: { channels: 1 } },
        nodes: {
          ride: {
            type: 'gain',
            params: {
              gain: {
                lane: [
                  [0, -6],
                  [0.4, 3],
                  [1.2, -9],
                  [1.9, 0]
                ]
              }
            }
          }
        },
        edges: [
          { from: ['input', 'x'], to: ['ride', 'main'] },
          {
            from: ['ride', 'main'],
            to: ['output', 'y'],
            gain: {
              lane: [
                [0.1, 0],
                [1.6, -12]
              ]
            }
          }
        ]
      },
      x = pad(2),
      play = async (g: Graph, input: Mono) =>
        (await render(g, { x: [input] }, { kernels, sampleRate: rate, tail: 0 })).y![0]!,
      whole = await play(graph, x),
      cut = await joined(clip(x), first, length).read(0, 2 * length),
      pieces = await play(joinedGraph(graph, { starts: first, length }, rate), cut[0] as Mono)
    const apart = first.map((start, k) => {
      let most = 0
      // All but the grid step in which one piece goes over into the next.
      for (let i = 64; i < length - 64; i++)
        most = Math.max(most, Math.abs(pieces[k * length + i]! - whole[start + i]!))
      return most
    })
    expect(Math.max(...apart)).toBeLessThan(1e-4)
  })
})
