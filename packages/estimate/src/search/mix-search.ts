/** The console of a whole mix: one kind of processing after the other on all sources, then without what is not heard. */
import type { Audio, Kernels } from '@mixwright/dsp'
import { bandCentres, filtersFor, readSourceLevels, type SourceLevel } from '../analysis/index.ts'
import type { FitProblem } from '../fit/graph-rig.ts'
import { type Console, type Device, devicesOf, type Strip, startOf, tidied, withoutDevice, faint } from './console.ts'
import { dryOf, foldOf, problemOf, type Stretches } from './excerpts.ts'
import { type Fitted, fitted, lossOn } from './console-rig.ts'
import { eachByItself } from './each-source.ts'
import { type WholePassage, withSharedRoom } from './shared-room.ts'
import { alike, type Searched, type Step, usualTolerance } from './search.ts'
import { indistinct, type SearchOptions } from './trial.ts'

export interface Source {
  readonly name: string
  readonly channels: 1 | 2
}

/** In the order in which an engineer would ask for them; a room once more when what it is measured behind is known better. */
const stages = [
  'gain and pan',
  'equaliser',
  'dynamics',
  'width',
  'space',
  'measured room',
  'each by itself',
  'measured room',
  'bus'
] as const
/** Share of the loss that a stage must take to stay. */
const worth = 0.01
/** Steps of gradient of each stage, and of all at the end. */
const effort = { stage: 20, room: 10, last: 30, pruning: 8 } as const

/** @param whole what a shared room is measured on; without it none is */
export function searchMix(
  stretches: Stretches,
  sources: readonly Source[],
  options: SearchOptions,
  whole?: WholePassage
): Searched {
  const { kernels, signal, progress, trace } = options,
    problem = problemOf(stretches, kernels),
    steps: Step[] = [],
    note = (name: string, { console, loss }: Fitted) => {
      steps.push({ name, loss, devices: devicesOf(console).length })
      trace?.(`${name} ${loss.toFixed(4)} (${devicesOf(console).length} devices)`)
    },
    read = readSourceLevels(
      stretches.passages.map(({ wet }, p) => ({
        sources: sources.map(({ name }) => dryOf(stretches, name)[p]!),
        mix: wet
      })),
      stretches.sampleRate
    ),
    bare = drySum(sources, stretches.passages[0]!.wet.length as 1 | 2)
  const turned = (stage: (typeof stages)[number], best: Fitted): Fitted | undefined => {
    const { console } = best
    if (stage === 'each by itself') {
      const each = eachByItself(best, stretches, problem, options)
      return each === best ? undefined : fitted(each.console, problem, kernels, effort.stage)
    }
    if (stage === 'measured room') return whole && measured(best, whole, problem, kernels)
    const start = staged(stage, console, read.sources, stretches)
    return start && fitted(start, problem, kernels, effort.stage)
  }
  let best: Fitted = { console: bare, loss: lossOn(bare, problem, kernels) }
  note('dry sum', best)
  for (const [i, stage] of stages.entries()) {
    signal?.throwIfAborted()
    progress?.(i / (stages.length + 2))
    if (best.loss < alike) break
    const found = turned(stage, best)
    if (!found) continue
    if (found.loss > best.loss * (1 - worth)) {
      trace?.(`${stage}: ${found.loss.toFixed(4)}, left out`)
      continue
    }
    best = found
    note(stage, best)
  }
  const full = best.loss < alike ? best : fitted(best.console, problem, kernels, effort.last)
  note('all again', full)
  progress?.((stages.length + 1) / (stages.length + 2))
  const pruned = prunedMix(full, problem, options)
  note('pruned', pruned)
  return { ...pruned, steps }
}

/** With the room as measured: what is sent tells the room, and the room what is sent. */
function measured(before: Fitted, whole: WholePassage, problem: FitProblem, kernels: Kernels): Fitted | undefined {
  let best = before
  for (let round = 0; round < rounds; round++) {
    const start = withSharedRoom(best.console, whole, kernels),
      found = start && fitted(start, problem, kernels, effort.room)
    if (!found || found.loss >= best.loss) break
    best = found
  }
  return best === before ? undefined : best
}
/** Times that a room is measured at most. */
const rounds = 3

function drySum(sources: readonly Source[], channels: 1 | 2): Console {
  const strips = sources.map(
    ({ name, channels: own }): Strip => ({
      input: name,
      channels: own,
      chain: [...foldOf(name, own, channels), { id: `${name}/gain`, type: 'gain', params: { gain: 0 } }],
      sends: {}
    })
  )
  return { strips, rooms: [], bus: [], channels }
}

/** The console with what a stage adds, or undefined where that is nothing. */
function staged(
  stage: Exclude<(typeof stages)[number], 'measured room' | 'each by itself'>,
  console: Console,
  levels: readonly SourceLevel[],
  stretches: Stretches
): Console | undefined {
  const { sampleRate } = stretches,
    eachStrip = (change: (strip: Strip, s: number) => Strip): Console => ({
      ...console,
      strips: console.strips.map(change)
    }),
    behind = (strip: Strip, device: Omit<Device, 'id'>): Device => ({ ...device, id: `${strip.input}/${device.type}` }),
    /** Before the level and the place, which are the end of a chain. */
    before = (strip: Strip, devices: readonly Device[]): Strip => {
      const at = strip.chain.findIndex(({ type }) => type === 'panning' || type === 'gain')
      return { ...strip, chain: strip.chain.toSpliced(at, 0, ...devices) }
    }
  switch (stage) {
    case 'gain and pan':
      return eachStrip((strip, s) => {
        const { gain, pan, inverted } = levels[s]!
        return {
          ...strip,
          chain: [
            ...(inverted ? [behind(strip, { type: 'polarity', params: {} })] : []),
            ...(console.channels === 2 ? [behind(strip, { type: 'panning', params: { pan } })] : []),
            ...strip.chain.map(one => (one.type === 'gain' ? { ...one, params: startOf('gain', { gain }) } : one))
          ]
        }
      })
    case 'equaliser':
      return eachStrip((strip, s) => before(strip, equaliserOf(strip, levels[s]!, sampleRate)))
    case 'dynamics':
      return eachStrip((strip, s) => {
        const threshold = loudOf(dryOf(stretches, strip.input), sampleRate)
        return threshold === undefined || levels[s]!.gain <= faint
          ? strip
          : before(strip, [
              behind(strip, {
                type: 'compressor',
                params: startOf('compressor', { threshold, ratio: 1.5, attack: 10, release: 120 })
              })
            ])
      })
    case 'width':
      return console.channels === 2 && console.strips.some(({ channels }) => channels === 2)
        ? eachStrip(strip =>
            strip.channels === 2 ? before(strip, [behind(strip, { type: 'imager', params: { width: 1 } })]) : strip
          )
        : undefined
    case 'space':
      return {
        ...eachStrip(strip => ({ ...strip, sends: { room: -24 } })),
        rooms: [{ id: 'room', chain: [roomOf(console.channels)] }]
      }
    case 'bus':
      return { ...console, bus: busOf() }
  }
}

const roomOf = (channels: 1 | 2): Device => {
  const type = channels === 2 ? 'stereo-reverb' : 'reverb'
  return { id: 'room/reverb', type, params: startOf(type, { size: 0.5, damping: 0.4, mix: 1 }) }
}
const busOf = (): Device[] => [
  { id: 'bus/lowshelf', type: 'lowshelf', params: { frequency: 120, q: 0.7, gain: 0 } },
  { id: 'bus/bell', type: 'bell', params: { frequency: 900, q: 0.6, gain: 0 } },
  { id: 'bus/highshelf', type: 'highshelf', params: { frequency: 6000, q: 0.7, gain: 0 } },
  {
    id: 'bus/compressor',
    type: 'compressor',
    params: startOf('compressor', { threshold: -14, ratio: 1.3, attack: 20, release: 200 })
  }
]

function equaliserOf(strip: Strip, { tone, weights, gain }: SourceLevel, sampleRate: number): Device[] {
  if (gain <= faint) return []
  const { filters } = filtersFor(
    { frequencies: bandCentres(sampleRate), levels: tone, weights: weights.map(w => (w > 0.2 ? w : 0)) },
    { sampleRate, most: 4, near: 0.5, worth: 0.2 }
  )
  // Without a tone that could be read, three to begin with.
  const start = filters.length
    ? filters
    : ([
        { type: 'lowshelf', frequency: 150, q: 0.7, gain: 0 },
        { type: 'bell', frequency: 1000, q: 0.7, gain: 0 },
        { type: 'highshelf', frequency: 6000, q: 0.7, gain: 0 }
      ] as const)
  return start.map(({ type, frequency, q, gain: dB }, k) => ({
    id: `${strip.input}/${type} ${k + 1}`,
    type,
    params: {
      frequency,
      q,
      ...(type !== 'lowpass' && type !== 'highpass' && { gain: Math.max(-12, Math.min(12, dB)) })
    }
  }))
}

/** dBFS of peaks that the loud steps of 20 ms of a source reach; undefined in silence. */
function loudOf(dry: readonly Audio[], sampleRate: number): number | undefined {
  const size = Math.round(0.02 * sampleRate),
    levels = dry.flatMap(audio =>
      Array.from({ length: Math.floor(audio[0]!.length / size) }, (_, i) => {
        let peak = 0
        for (const channel of audio)
          for (let k = i * size; k < (i + 1) * size; k++) peak = Math.max(peak, Math.abs(channel[k]!))
        return 20 * Math.log10(peak + 1e-9)
      })
    ),
    heard = levels.filter(dB => dB > Math.max(...levels) - 40).sort((a, b) => a - b)
  const level = heard[Math.floor(0.75 * heard.length)]
  return level === undefined || level < -78 ? undefined : Math.max(-78, Math.min(-3, level - 3))
}

/** Without what makes no difference: by what the loss is without each alone, as many as are affordable, turned again, checked. */
function prunedMix(full: Fitted, problem: FitProblem, options: SearchOptions): Fitted {
  const { kernels, signal, trace, tolerance = usualTolerance } = options,
    most = full.loss * (1 + tolerance) + indistinct
  let best = full,
    budget = tolerance
  for (let round = 0; round < 6; round++) {
    signal?.throwIfAborted()
    const prices = devicesOf(best.console)
        .filter(({ type }) => type !== 'gain')
        .map(({ id }) => ({ id, price: lossOn(withoutDevice(best.console, id), problem, kernels) - best.loss }))
        .sort((a, b) => a.price - b.price),
      sent = best.console.strips.flatMap((strip, s) =>
        Object.keys(strip.sends).map(room => ({
          s,
          room,
          price: lossOn(withoutSend(best.console, s, room), problem, kernels) - best.loss
        }))
      )
    let spent = 0,
      console = best.console,
      count = 0
    for (const cut of [...prices, ...sent].sort((a, b) => a.price - b.price)) {
      spent += Math.max(0, cut.price)
      if (spent > budget * full.loss + indistinct) break
      console = 'id' in cut ? withoutDevice(console, cut.id) : withoutSend(console, cut.s, cut.room)
      count++
    }
    if (count === 0) break
    const again = fitted(tidied(console), problem, kernels, effort.pruning)
    trace?.(`without ${count}: ${again.loss.toFixed(4)} (at most ${most.toFixed(4)})`)
    if (again.loss <= most) best = again
    else budget /= 3
  }
  return best
}
const withoutSend = (console: Console, s: number, room: string): Console => ({
  ...console,
  strips: console.strips.map((strip, i) => {
    if (i !== s) return strip
    const { [room]: _, ...sends } = strip.sends
    return { ...strip, sends }
  })
})
