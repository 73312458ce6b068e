/** What the stages of a mix's search add to its console, with numbers to start from that are read off the sound. */
import type { Audio } from '@mixwright/dsp'
import { bandCentres, filtersFor, type SourceLevel } from '../analysis/index.ts'
import { type Console, type Device, faint, type Strip, startOf } from './console.ts'
import { dryOf, type Stretches } from './excerpts.ts'

export type AddingStage = 'gain and pan' | 'equaliser' | 'dynamics' | 'bends' | 'width' | 'space'

/** The console with what a stage adds, or undefined where that is nothing. */
export function staged(
  stage: AddingStage,
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
    case 'bends':
      return console.strips.some(strip => strip.chain.some(bends)) ? eachStrip(bent) : undefined
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
  }
}

/** ms within which a compressor attacks and lets go that follows a wave, not its level. */
const quick = { attack: 1, release: 10 } as const
const bends = ({ type, params }: Device): boolean =>
  type === 'compressor' && params.attack! < quick.attack && params.release! < quick.release
/** With a distortion in front of all that a strip has, for a compressor that bends as one. */
function bent(strip: Strip): Strip {
  const instead = strip.chain.find(bends)
  if (!instead) return strip
  const gain = -instead.params.threshold!
  return {
    ...strip,
    chain: [
      { id: `${strip.input}/distortion`, type: 'distortion', params: startOf('distortion', { gain }) },
      ...strip.chain
        .filter(one => one !== instead)
        .map(one =>
          one.type === 'gain' ? { ...one, params: startOf('gain', { gain: one.params.gain! - gain }) } : one
        )
    ]
  }
}

const roomOf = (channels: 1 | 2): Device => {
  const type = channels === 2 ? 'stereo-reverb' : 'reverb'
  return { id: 'room/reverb', type, params: startOf(type, { size: 0.5, damping: 0.4, mix: 1 }) }
}
export const busOf = (): Device[] => [
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
