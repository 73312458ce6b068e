/**
 * Faders and places that move, found again: stems of a song, levels and places by lot, some of them moving, summed.
 *   node tools/run.mjs experiments/estimate/rides.ts FOLDER [SEEDS] [SECONDS]
 * Half of the stems move: fades, steps and wandering lines of up to 9 dB, places of up to half of the way. Told per ride: rms
 * of the level (dB) and of the place where its stem is heard; and how many stems move that did not.
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Clip, clipOf, createRandom, type Random } from '@mixwright/dsp'
import {
  type Console,
  consoleGraph,
  type Device,
  mixOutput,
  readStretches,
  searchMix,
  tellingStarts,
  withRides
} from '@mixwright/estimate'
import { type Lane, render } from '@mixwright/graph'
import { loadKernels } from '../../apps/mixwright/src/kernels.ts'
import { pointsAt } from '../../packages/tasks/src/mix/ride.ts'
import { readSound } from '../sound-files.ts'

const [folder = '.', seeds = '3', seconds = '60'] = process.argv.slice(2),
  kernels = await loadKernels(),
  dry: Record<string, Clip> = {}
let rate = 44100
for (const file of readdirSync(folder).sort()) {
  const { audio, sampleRate } = await readSound(join(folder, file)),
    part = audio.map(c => c.slice(0, Number(seconds) * sampleRate))
  rate = sampleRate
  if (part.some(c => c.some(v => Math.abs(v) > 1e-3))) dry[file.replace(/\.\w+$/, '')] = clipOf(part, sampleRate)
}
const names = Object.keys(dry),
  frames = Math.max(...Object.values(dry).map(clip => clip.frames)),
  long = frames / rate

/** A fade, a step or a line that wanders, around `middle`. */
function movement({ uniform, below }: Random, middle: number, most: number): Lane {
  const value = () => middle + most * (2 * uniform() - 1),
    kind = below(3),
    [a, b] = [0.2 + 0.3 * uniform(), 0.55 + 0.3 * uniform()].map(share => share * long) as [number, number]
  const lane: [number, number][] =
    kind === 0
      ? [
          [a, value()],
          [b, value()]
        ]
      : kind === 1
        ? [
            [a, middle],
            [a + 0.1, value()]
          ]
        : Array.from({ length: 5 }, (_, i) => [(i + 0.5) * (long / 5), value()])
  return { lane }
}
/** What a chain does to level and place at a time. */
const valueAt = (chain: readonly Device[], type: string, param: string, time: number): number =>
  chain
    .filter(one => one.type === type)
    .reduce(
      (sum, { params, lanes }) => sum + (lanes?.[param] ? pointsAt(lanes[param].lane, time) : (params[param] ?? 0)),
      0
    )

for (let seed = 1; seed <= Number(seeds); seed++) {
  const random = createRandom(seed),
    truth: Console = {
      strips: names.map((input, s) => {
        const moves = s % 2 === seed % 2,
          [gain, pan] = [-12 * random.uniform(), 0.8 * random.uniform() - 0.4],
          [ride, way] = [movement(random, gain, 9), movement(random, pan, 0.5)]
        return {
          input,
          channels: dry[input]!.channels as 1 | 2,
          chain: [
            {
              id: `${input}/panning`,
              type: 'panning',
              params: { pan },
              ...(moves && s % 4 < 2 && { lanes: { pan: way } })
            },
            { id: `${input}/gain`, type: 'gain', params: { gain }, ...(moves && { lanes: { gain: ride } }) }
          ],
          sends: {}
        }
      }),
      rooms: [],
      bus: [],
      channels: 2
    },
    inputs = Object.fromEntries(
      await Promise.all(Object.entries(dry).map(async ([name, clip]) => [name, await clip.read(0, frames)] as const))
    ),
    mix = (await render(consoleGraph(truth), inputs, { kernels, sampleRate: rate, frames }))[mixOutput]!,
    wet = clipOf(mix, rate),
    judged = 2 * rate,
    stretches = await readStretches(dry, wet, {
      starts: await tellingStarts([...Object.values(dry), wet], 4, judged),
      warmup: Math.round(1.5 * rate),
      judged
    }),
    still = await searchMix(
      stretches,
      names.map(name => ({ name, channels: dry[name]!.channels as 1 | 2 })),
      { kernels }
    ),
    found = await withRides(still, { dry, wet }, stretches, { kernels })
  console.log(`seed ${seed}: ${names.length} stems, L_a ${still.loss.toFixed(4)} → ${found.loss.toFixed(4)}`)
  for (const [s, { input, chain }] of found.console.strips.entries()) {
    const own = truth.strips[s]!.chain,
      moved = own.filter(({ lanes }) => lanes).map(({ type }) => type),
      seen = chain.filter(({ lanes }) => lanes).map(({ type }) => type)
    if (moved.length + seen.length === 0) continue
    const errors = { gain: 0, pan: 0, count: 0 },
      loudest = Math.max(...levels(inputs[input]!))
    for (const [i, level] of levels(inputs[input]!).entries()) {
      if (level < loudest - 30) continue
      const time = 0.5 * (i + 0.5)
      errors.gain += (valueAt(chain, 'gain', 'gain', time) - valueAt(own, 'gain', 'gain', time)) ** 2
      errors.pan += (valueAt(chain, 'panning', 'pan', time) - valueAt(own, 'panning', 'pan', time)) ** 2
      errors.count++
    }
    const rms = (sum: number) => Math.sqrt(sum / Math.max(1, errors.count))
    console.log(
      `   ${input}: moves ${moved.join(' and ') || 'not'}; found ${seen.join(' and ') || 'not'}; off by ${rms(errors.gain).toFixed(2)} dB, ${rms(errors.pan).toFixed(3)} of the place, heard in ${errors.count} of ${Math.floor(2 * long)} windows`
    )
  }
}
/** dB per half second. */
function levels(audio: readonly Float32Array[]): number[] {
  const size = Math.round(rate / 2)
  return Array.from({ length: Math.floor(frames / size) }, (_, i) => {
    let sum = 1e-12
    for (const channel of audio) for (let k = i * size; k < (i + 1) * size; k++) sum += (channel[k] ?? 0) ** 2
    return 10 * Math.log10(sum)
  })
}
