/**
 * Periodic waveforms without what would fold: one cycle per set of harmonics, three sets an octave, read between the
 * samples and between the sets. What is read is continuous in phase and frequency, and so are its slopes but at borders.
 */
import { createFft } from './fft.ts'

/** Amplitude of the sine of harmonic k. */
export const harmonics = {
  /** 2 phase - 1 */
  saw: (k: number) => -2 / (Math.PI * k),
  /** Begins at 0, rises to 1 in a quarter of a cycle. */
  triangle: (k: number) => (k % 2 === 0 ? 0 : ((k % 4 === 1 ? 1 : -1) * 8) / (Math.PI * k) ** 2)
} as const
export type Tabled = keyof typeof harmonics

/** Points of a cycle: four for the highest of all harmonics, so that the cubic through four points errs below -80 dB. */
const points = 4096,
  setsPerOctave = 3,
  octaves = 10
const made = new Map<Tabled, readonly Float64Array[]>()

/** Set m holds the harmonics up to 2^(m / 3). */
function tablesOf(name: Tabled): readonly Float64Array[] {
  const known = made.get(name)
  if (known) return known
  const fft = createFft(points),
    re = new Float64Array(points),
    im = new Float64Array(points)
  const tables = Array.from({ length: octaves * setsPerOctave + 1 }, (_, m) => {
    re.fill(0)
    im.fill(0)
    for (let k = 1; k <= 2 ** (m / setsPerOctave) + 1e-9; k++) im[k] = (-points * harmonics[name](k)) / 2
    for (let k = 1; k < points / 2; k++) im[points - k] = -im[k]!
    fft.inverse(re, im)
    return re.slice()
  })
  made.set(name, tables)
  return tables
}

/** What is read: the value, its slope by the phase in cycles, and by the frequency in Hz. */
export interface Reading {
  value: number
  byPhase: number
  byFrequency: number
}

/** Harmonics may reach so far: what folds from there lies above 20 kHz, or there is no room above half the rate. */
const highest = (sampleRate: number): number => Math.max(sampleRate / 2, sampleRate - 20000)

let lastFrequency = 0,
  lastRate = 0,
  lastPlace = 0
/** Which set: as a number that is not whole, between two of them. The last one is remembered: frequencies mostly rest. */
function placeOf(frequency: number, sampleRate: number): number {
  if (frequency !== lastFrequency || sampleRate !== lastRate) {
    lastFrequency = frequency
    lastRate = sampleRate
    lastPlace = setsPerOctave * Math.log2(highest(sampleRate) / frequency)
  }
  return lastPlace
}

/** Adds `weight` times the cycle at `phase` (any number of cycles) to `into`. @param frequency Hz, > 0 */
export function readWave(
  name: Tabled,
  phase: number,
  frequency: number,
  sampleRate: number,
  weight: number,
  into: Reading
): void {
  const tables = tablesOf(name),
    place = placeOf(frequency, sampleRate)
  if (place <= 0) return
  const upper = Math.min(Math.floor(place), tables.length - 1),
    share = Math.min(1, place - upper)
  readCycle(tables[upper]!, phase, weight * share)
  into.value += value
  into.byPhase += slope
  let difference = share > 0 ? value / share : 0
  if (upper > 0 && share < 1) {
    readCycle(tables[upper - 1]!, phase, weight * (1 - share))
    into.value += value
    into.byPhase += slope
    difference -= value / (1 - share)
  }
  if (share < 1) into.byFrequency -= (difference * setsPerOctave) / (Math.LN2 * frequency)
}

let value = 0,
  slope = 0
/** Catmull and Rom's cubic through four points. */
function readCycle(table: Float64Array, phase: number, weight: number): void {
  const at = (phase - Math.floor(phase)) * points,
    i = Math.floor(at),
    t = at - i,
    mask = points - 1
  const a = table[(i - 1) & mask]!,
    b = table[i & mask]!,
    c = table[(i + 1) & mask]!,
    d = table[(i + 2) & mask]!
  const c1 = (c - a) / 2,
    c2 = a - 2.5 * b + 2 * c - d / 2,
    c3 = (d - a) / 2 + 1.5 * (b - c)
  value = weight * (b + t * (c1 + t * (c2 + t * c3)))
  slope = weight * points * (c1 + t * (2 * c2 + 3 * t * c3))
}

/** A sine, gone before it folds, as the others. */
export function readSine(phase: number, frequency: number, sampleRate: number, into: Reading): void {
  const place = placeOf(frequency, sampleRate)
  if (place <= 0) return
  const angle = 2 * Math.PI * phase,
    share = Math.min(1, place)
  into.value += share * Math.sin(angle)
  into.byPhase += share * 2 * Math.PI * Math.cos(angle)
  if (place < 1) into.byFrequency -= (Math.sin(angle) * setsPerOctave) / (Math.LN2 * frequency)
}
