/** Density: compressors or expanders in three bands. */
import { type Audio, type Clip, processors } from '@mixwright/dsp'
import { builder, multiband } from '@mixwright/graph'
import { rounded, signed } from '../mix/decisions.ts'
import type { BandDynamics, MasterChain } from './chain.ts'
import { rendered, type RenderServices } from '../mix/rendered.ts'
import { loudened, type Passages } from './passages.ts'

/** Hz: bass, body and presence. */
const crossovers = [160, 2500] as const
/** dB by which peaks stand wrong before bands are worth it. */
const worth = 1
const compress = { attack: 6, release: 90, knee: 12, makeup: 0 } as const
const expand = { attack: 0.3, release: 60, knee: 12, range: 12, hold: 0 } as const

/** A strength as settings: above 0 it compresses, below it expands, by 1 + its size to one. */
function bandsAt(strength: number, levels: readonly BandLevel[], reason: string): BandDynamics {
  const ratio = rounded(1 + Math.abs(strength), 2)
  return strength > 0
    ? {
        crossovers,
        type: 'compressor',
        params: { ...compress, ratio },
        thresholds: levels.map(l => at(l.mean)),
        reason
      }
    : { crossovers, type: 'noisegate', params: { ...expand, ratio }, thresholds: levels.map(l => at(l.high)), reason }
}
const at = (level: number) => rounded(Math.max(-75, Math.min(0, level)))

interface BandLevel {
  /** dBFS: root mean square, and the level that peaks of 10 ms exceed in a tenth of the time. */
  readonly mean: number
  readonly high: number
}
async function bandLevels(clip: Clip, services: RenderServices): Promise<BandLevel[]> {
  return Promise.all(
    [...crossovers, Number.POSITIVE_INFINITY].map(async (_, k, all) => {
      const silent = { type: 'gain', params: { gain: processors.gain.params.gain.min } },
        bands = all.map((_, other) => (other === k ? {} : { off: silent })),
        channels = clip.channels as 1 | 2,
        b = builder('band'),
        end = b.insert('bands', multiband([...crossovers], bands), { main: b.input('in', { channels }) }).main!
      b.output('out', { channels }, end)
      return levelOf(await rendered(b.graph(), { in: clip }, services), clip.sampleRate)
    })
  )
}
function levelOf(audio: Audio, sampleRate: number): BandLevel {
  const length = Math.round(0.01 * sampleRate),
    count = Math.floor(audio[0]!.length / length),
    peaks = Float64Array.from({ length: count }, (_, i) =>
      Math.max(
        ...audio.map(c => c.subarray(i * length, (i + 1) * length).reduce((m, v) => Math.max(m, Math.abs(v)), 0))
      )
    ).sort(),
    power = audio.reduce((sum, c) => sum + c.reduce((s, v) => s + v * v, 0), 0) / audio.length / audio[0]!.length
  return {
    mean: 10 * Math.log10(power + 1e-12),
    high: 20 * Math.log10((peaks[Math.floor(0.9 * count)] ?? 0) + 1e-6)
  }
}

/** What peaks are to be like in the finished master. */
export interface WantedDensity {
  /** dB, given what they would be by themselves: how much higher they are to stand. */
  change(peaks: number): number
  /** dB out per dB in, less 1: the most that may be done in either direction. */
  readonly most: number
  readonly reason: string
}

/**
 * The strength at which peaks stand as wanted in the finished master, the limiter's own work included, by regula falsi.
 * @param loudness LUFS in front of the limiter
 */
export async function bandDynamics(
  passages: Passages,
  made: MasterChain,
  loudness: number,
  ceiling: number,
  wanted: WantedDensity,
  services: RenderServices
): Promise<BandDynamics | undefined> {
  const { most } = wanted,
    plain = await passages.toned(made),
    before = (await loudened(plain, loudness, ceiling, services)).peaks,
    change = wanted.change(before)
  if (Math.abs(change) < worth) return undefined
  const levels = await bandLevels(plain, services),
    heard = async (strength: number) => {
      const toned = await passages.toned({ ...made, dynamics: bandsAt(strength, levels, '') })
      return (await loudened(toned, loudness, ceiling, services)).peaks - before - change
    }
  let near = { x: 0, miss: -change },
    far = { x: change < 0 ? most : -most, miss: 0 }
  far.miss = await heard(far.x)
  let best = far
  for (let k = 0; k < 4 && Math.abs(best.miss) >= 0.1 && Math.sign(far.miss) !== Math.sign(near.miss); k++) {
    const x = near.x + ((far.x - near.x) * near.miss) / (near.miss - far.miss),
      one = { x, miss: await heard(x) }
    if (Math.abs(one.miss) < Math.abs(best.miss)) best = one
    // Illinois: where one end stays, its weight is halved.
    if (Math.sign(one.miss) === Math.sign(far.miss)) far = one
    else {
      near = one
      far = { ...far, miss: far.miss / 2 }
    }
  }
  const moved = best.miss + change
  if (Math.abs(moved) < worth / 2) return undefined
  return bandsAt(
    best.x,
    levels,
    `${best.x > 0 ? 'Compressors' : 'Expanders'} of ${rounded(1 + Math.abs(best.x), 2)}:1 in three bands: ${wanted.reason}; peaks move by ${signed(moved)} dB.`
  )
}
