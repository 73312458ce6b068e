/** Levels and places that move over the song: read in short windows off what a found console makes, as automation lanes. */
import type { Audio, Clip } from '@mixwright/dsp'
import { renderChunks } from '@mixwright/graph'
import { brokenLine, type Points } from '../analysis/broken-line.ts'
import { type LevelChange, readLevelChanges } from '../analysis/level-changes.ts'
import {
  aloneOutput,
  type Console,
  consoleGraph,
  type Device,
  devicesOf,
  faint,
  mixOutput,
  registryOf,
  type Strip,
  totalOutput
} from './console.ts'
import { readStretches, type Stretches } from './excerpts.ts'
import type { Fitted } from './console-rig.ts'
import { createListener, type Listener } from './listener.ts'
import type { Searched } from './search.ts'
import { alike, type SearchOptions } from './trial.ts'
import { createSearchWork } from './work.ts'

/** What was found whole, by the inputs of the console, and as it came out. */
export interface Song {
  readonly dry: Readonly<Record<string, Clip>>
  readonly wet: Clip
}

/** Seconds of a window. */
const windowSeconds = 0.5
/** What a ride must move by, dB and of the way from left to right, and what it must explain of what was read. */
const least = { gain: 0.7, pan: 0.12, explained: 0.15 } as const
/** dB: changes that are read beyond it are none of a fader. */
const reach = 24
/** dB and shares of the way by which readings err even where all is heard. */
const error = { gain: 0.15, pan: 0.02 } as const
/** Stretches of the song in which rides are judged, at most twice as many; shares of the loss that all of them, and each one, must take. */
const judges = 8,
  worth = { all: 0.01, each: 0.002 } as const
/** Steps of gradient for all that stands still, once others move. */
const effort = 15

/**
 * The console with the rides that bring it nearer to the mix in stretches of the whole song; as it is where none does. What
 * looks like a ride may be a device that was never heard so soft or so loud: where the console comes nearer by standing still,
 * turned in those stretches too, it does.
 */
export async function withRides(
  found: Searched,
  song: Song,
  stretches: Stretches,
  options: SearchOptions
): Promise<Searched> {
  const { kernels, signal, trace, work = createSearchWork(kernels) } = options,
    read = async (console: Console) => linesOf(console, await changesOver(console, song, options)),
    lines = await read(found.console)
  if (lines.length === 0) return found
  const judged = await readStretches(song.dry, song.wet, telling(lines, song.wet, stretches)),
    judge = createListener(judged, work, signal),
    listener = createListener(stretches, work, signal),
    still = await judge.loss(found.console)
  if (still < alike) return found
  const first = await ridden({ console: found.console, loss: still }, lines, judge, trace),
    settled = await judge.fit(found.console, effort),
    stands = settled.loss < first.loss,
    { console, loss, kept } = stands ? await ridden(settled, await read(settled.console), judge, trace) : first
  if (stands) trace?.(`standing still: ${still.toFixed(4)} → ${settled.loss.toFixed(4)}`)
  if (loss > still * (1 - worth.all)) return found
  const again = kept ? await listener.fit(console, effort) : undefined,
    best = again && (await judge.loss(again.console)) < loss ? again.console : console,
    heard = await listener.loss(best)
  return {
    console: best,
    loss: heard,
    steps: [
      ...found.steps,
      { name: kept ? 'automation' : 'all over the song', loss: heard, devices: devicesOf(best).length }
    ]
  }
}

/** With those of the rides that are worth it, by what the console is as it stands. */
async function ridden(
  { console, loss: still }: Fitted,
  lines: readonly Line[],
  judge: Listener,
  trace: SearchOptions['trace']
): Promise<Fitted & { readonly kept: number }> {
  if (lines.length === 0) return { console, loss: still, kept: 0 }
  trace?.(
    `rides read: ${lines.map(({ s, what, points }) => `${console.strips[s]!.input} ${what} ${points.length}`).join(', ')}`
  )
  let kept = lines,
    loss = await judge.loss(moved(console, kept))
  for (const line of lines) {
    const rest = kept.filter(one => one !== line),
      without = await judge.loss(moved(console, rest))
    if (without <= loss * (1 + worth.each)) [kept, loss] = [rest, without]
  }
  trace?.(
    `automation: ${still.toFixed(4)} → ${loss.toFixed(4)} in ${judge.stretches.passages.length} stretches, ${kept.length} rides`
  )
  return kept.length === 0 || loss > still * (1 - worth.all)
    ? { console, loss: still, kept: 0 }
    : { console: moved(console, kept), loss, kept: kept.length }
}

/** Stretches all over the song, and where each line is farthest from its own mean: a song that only fades out does it at its end. */
function telling(
  lines: readonly Line[],
  { frames, sampleRate }: Clip,
  { warmup, judged }: Stretches
): Pick<Stretches, 'starts' | 'warmup' | 'judged'> {
  const places = Math.max(1, Math.floor(frames / judged)),
    count = Math.min(judges, places),
    starts = Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * places) / count) * judged)
  for (const { points } of lines) {
    const mean = points.reduce((sum, [, value]) => sum + value, 0) / points.length,
      [time] = points.reduce((a, b) => (Math.abs(b[1] - mean) > Math.abs(a[1] - mean) ? b : a)),
      start = Math.max(0, Math.min(frames - judged, Math.round(time * sampleRate - judged / 2)))
    if (starts.length < 2 * judges && starts.every(other => Math.abs(other - start) > judged / 2)) starts.push(start)
  }
  return { starts, warmup, judged }
}

/** One ride of a strip. */
interface Line {
  readonly s: number
  readonly what: 'gain' | 'pan'
  readonly points: Points
}

/** By window, strip and side. */
interface Changes {
  readonly times: number[]
  readonly windows: ReturnType<typeof readLevelChanges>[]
}
/** Renders the console over the whole song, and reads window after window what is missing. */
async function changesOver(console: Console, { dry, wet }: Song, { kernels, signal, progress }: SearchOptions) {
  const { sampleRate, frames } = wet,
    names = console.strips.map(({ input }) => aloneOutput(input)),
    outputs = [mixOutput, totalOutput, ...names],
    size = Math.round(windowSeconds * sampleRate),
    waiting = new Map(outputs.map(name => [name, queue(console.channels)])),
    changes: Changes = { times: [], windows: [] }
  let at = 0
  await renderChunks(
    consoleGraph(console, true),
    dry,
    outputs,
    async chunk => {
      for (const [name, audio] of Object.entries(chunk)) waiting.get(name)!.push(audio)
      while ([...waiting.values()].every(one => one.length() >= size)) {
        const [made, total, ...sources] = outputs.map(name => waiting.get(name)!.take(size)) as [
          Audio,
          Audio,
          ...Audio[]
        ]
        changes.windows.push(readLevelChanges({ sources, total, made, mix: await wet.read(at, size) }, sampleRate))
        changes.times.push((at + size / 2) / sampleRate)
        at += size
        progress?.(at / frames)
      }
    },
    { sampleRate, kernels, frames, registry: registryOf(console), ...(signal && { signal }) }
  )
  return changes
}
/** Samples that wait until all outputs have a window of them. */
function queue(channels: number) {
  let held = Array.from({ length: channels }, () => new Float32Array(0))
  return {
    length: () => held[0]!.length,
    push(audio: Audio) {
      held = held.map((before, c) => {
        const all = new Float32Array(before.length + audio[c]!.length)
        all.set(before)
        all.set(audio[c]!, before.length)
        return all
      })
    },
    take(size: number): Audio {
      const first = held.map(channel => channel.slice(0, size))
      held = held.map(channel => channel.slice(size))
      return first
    }
  }
}

const linesOf = (console: Console, { times, windows }: Changes): Line[] =>
  console.strips.flatMap((strip, s) => {
    if (strip.chain.some(({ type, params }) => type === 'gain' && params.gain! <= faint)) return []
    const read = windows.map(window => movedBy(window[s]!, panOf(strip), console.channels)),
      line = (what: 'gain' | 'pan'): Line[] => {
        const { points, explained } = brokenLine({
            times,
            values: read.map(one => one[what].value),
            weights: read.map(one => one[what].weight)
          }),
          values = points.map(([, value]) => value)
        return explained >= least.explained && Math.max(...values) - Math.min(...values) >= least[what]
          ? [{ s, what, points: points.map(([t, value]) => [round(t, 3), round(value, what === 'gain' ? 2 : 3)]) }]
          : []
      }
    return [...line('gain'), ...(panOf(strip) === undefined ? [] : line('pan'))]
  })
const round = (value: number, digits: number) => Number(value.toFixed(digits))
const panOf = ({ chain }: Strip): number | undefined => chain.find(({ type }) => type === 'panning')?.params.pan

interface Reading {
  readonly value: number
  readonly weight: number
}
/** dB of a fader and the place (constant power) that the changes of both sides come to. */
function movedBy(
  [left, right]: readonly [LevelChange, LevelChange],
  pan = 0,
  channels: 1 | 2
): { readonly gain: Reading; readonly pan: Reading } {
  const angle = ((pan + 1) * Math.PI) / 4,
    factor = ({ change }: LevelChange) => Math.max(10 ** (-reach / 20), Math.min(10 ** (reach / 20), 1 + change)),
    [l, r] = [factor(left) * Math.cos(angle), factor(right) * Math.sin(angle)],
    level = channels === 1 ? factor(left) : Math.hypot(l, r),
    certainty = left.certainty * Math.cos(angle) ** 2 + right.certainty * Math.sin(angle) ** 2,
    // What an error of a factor is in dB and in the angle.
    weight = (unit: number, own: number) => 1 / (unit ** 2 / (certainty + 1e-12) + own ** 2)
  return {
    gain: { value: 20 * Math.log10(level), weight: weight(20 / Math.LN10 / level, error.gain) },
    pan: { value: (4 / Math.PI) * Math.atan2(r, l) - 1, weight: weight(2 / Math.PI / level, error.pan) }
  }
}

/** The console with rides: a fader in front of what sends to rooms, a place that moves. */
function moved(console: Console, lines: readonly Line[]): Console {
  return {
    ...console,
    strips: console.strips.map((strip, s) => {
      const own = lines.filter(line => line.s === s),
        gain = own.find(({ what }) => what === 'gain'),
        pan = own.find(({ what }) => what === 'pan'),
        chain = strip.chain.map(
          (one): Device => (pan && one.type === 'panning' ? { ...one, lanes: { pan: { lane: pan.points } } } : one)
        ),
        ride: Device[] = gain
          ? [{ id: `${strip.input}/ride`, type: 'gain', params: { gain: 0 }, lanes: { gain: { lane: gain.points } } }]
          : []
      return { ...strip, chain: [...chain, ...ride] }
    })
  }
}
