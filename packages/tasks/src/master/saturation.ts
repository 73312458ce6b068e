/** A bend that takes the tips of peaks where loudness would ask too much of the limiter. */
import { distortionCurve, processors } from '@mixwright/dsp'
import { rounded } from '../mix/decisions.ts'
import type { MasterChain, Saturation } from './chain.ts'
import type { RenderServices } from '../mix/rendered.ts'
import { loudened, type Passages, truePeakOf } from './passages.ts'

/** LU that the limiter may take before tips are bent; dB that are bent off the highest peak at most, in steps. */
const easy = 0.7,
  most = 16,
  steps = [1, 2, 3, 4.5, 6, 8, 10, 13, most] as const

/** Half way to a clip: what is below the tips keeps its shape better than through a tanh alone. */
const hardness = 0.5
const bent = distortionCurve({ gain: 0, hardness, asymmetry: 0 })
/** What is in front of the bend where a peak comes out lower by `shave` dB, by bisection: bent(u) / u falls from 1. */
function driven(shave: number): number {
  const wanted = 10 ** (-shave / 20)
  let [low, high] = [1e-3, 100] as [number, number]
  for (let k = 0; k < 60; k++) {
    const u = Math.sqrt(low * high)
    if (bent(u) / u > wanted) low = u
    else high = u
  }
  return low
}

/**
 * The least bend that leaves the limiter little to do: softer than its clip, and below the ceiling already.
 * @param loudness LUFS in front of the limiter, of the file @param amount 0 to 1, of the most
 */
export async function saturationFor(
  passages: Passages,
  made: MasterChain,
  loudness: number,
  ceiling: number,
  amount: number,
  services: RenderServices
): Promise<Saturation | undefined> {
  const plain = await passages.toned(made),
    peak = truePeakOf(plain),
    before = (await loudened(plain, loudness, ceiling, services)).limiting
  if (before <= easy || amount === 0) return undefined
  let found: Saturation | undefined
  for (const step of steps) {
    const shave = rounded(amount * step),
      drive = rounded(20 * Math.log10(driven(shave)) - peak)
    // Of a song that is so soft or so loud that the gains around the bend cannot be set.
    if (Math.abs(drive) > processors.gain.params.gain.max) continue
    found = {
      drive,
      hardness,
      reason: `Saturation takes ${shave.toFixed(1)} dB off the highest peaks: the limiter alone would take ${before.toFixed(1)} LU to be as loud.`
    }
    const { limiting } = await loudened(
      await passages.toned({ ...made, saturation: found }),
      loudness,
      ceiling,
      services
    )
    if (limiting <= easy) break
  }
  return found
}
