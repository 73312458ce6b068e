/**
 * What of each role can be heard beside the others: masking per Bark band, the lead's glimpses and its level against
 * the accompaniment. All read the power of each role, as it stands in the mix, on one grid of Bark bands and frames.
 */
import { type BarkFrames, barkCorners, kCoefficients, powerOfKWeighting } from '@mixwright/dsp'

export interface Masking {
  /**
   * dB per Bark band: mean over the role's own cells of its power over what the others mask there. null for bands in
   * which it does not sound.
   */
  readonly signalToMask: readonly (number | null)[]
  /** Share of its cells that stand out of the masking of the others, 0 … 1. null for a silent role. */
  readonly audible: number | null
}
export interface Lead {
  /** LU: loudness of the lead minus that of all others together, while the lead sounds. null if it never does. */
  readonly ratio: number | null
  /** Share of the lead's cells (Bark × time) at most 3 dB below all others together, 0 … 1. null if it is silent. */
  readonly glimpses: number | null
}

/** dB below a role's loudest cell: what counts as sounding; a frame sounds if one of its cells does. */
export const sounding = 40
/** dB above the spread power of the others, -4: noise masks tones 4 to 6 dB below it (Zwicker & Fastl, ch. 4). */
const threshold = -4
/** dB per Bark by which masking falls towards lower and higher bands (Schroeder, Atal & Hall, JASA 1979). */
const slopes = { down: 25, up: 10 } as const
const spacing = 24.16 / 25
/** dB: a glimpse is a cell in which the lead is no farther below the rest (Cooke, JASA 2006). */
export const glimpse = -3

/** A role's dry frames, each band times its power gain: the role as it stands in a mix (`RoleStanding.bands`). */
export const standingFrames = (dry: BarkFrames, gains: ArrayLike<number>): BarkFrames => ({
  ...dry,
  power: dry.power.map((p, i) => p * gains[i % dry.bands]!)
})

/** @throws RangeError unless all roles have the same bands */
export function maskingOf<Role extends string>(
  roles: Readonly<Record<Role, BarkFrames>>
): Readonly<Record<Role, Masking>> {
  const names = Object.keys(roles) as Role[]
  return Object.fromEntries(names.map(name => [name, maskingOfOne(roles[name], others(roles, name))])) as Record<
    Role,
    Masking
  >
}

/**
 * @param recorded the lead before processing, where two treatments of it are compared: its cells are those of the
 * recording then, or a compressor, that lifts breaths and rooms to where they count, would seem to cover what it opens
 * @throws RangeError if `lead` is none of the roles, or their bands differ
 */
export function leadOf<Role extends string>(
  roles: Readonly<Record<Role, BarkFrames>>,
  lead: NoInfer<Role>,
  recorded: BarkFrames | undefined = roles[lead]
): Lead {
  const own = roles[lead]
  if (!own || !recorded) throw new RangeError(`no role "${lead}"; there are ${Object.keys(roles).join(', ')}`)
  const rest = others(roles, lead),
    { bands } = own,
    least = loudestCell(recorded) * 10 ** (-sounding / 10),
    weights = loudnessWeights(bands)
  let cells = 0,
    glimpsed = 0,
    loud = 0,
    accompaniment = 0
  for (let t = 0; t < own.frames; t++) {
    let sounds = false
    for (let b = 0, at = t * bands; b < bands; b++, at++) {
      if (!((recorded.power[at] ?? 0) > least)) continue
      sounds = true
      cells++
      if (own.power[at]! >= rest[at]! * 10 ** (glimpse / 10)) glimpsed++
    }
    if (!sounds) continue
    for (let b = 0, at = t * bands; b < bands; b++, at++) {
      loud += weights[b]! * own.power[at]!
      accompaniment += weights[b]! * rest[at]!
    }
  }
  return cells === 0
    ? { ratio: null, glimpses: null }
    : { ratio: 10 * Math.log10(loud / accompaniment), glimpses: glimpsed / cells }
}

const loudestCell = ({ power }: BarkFrames): number => power.reduce((most, v) => Math.max(most, v), 0)

/** Sum of the powers of all roles but one, as long as that one. */
function others<Role extends string>(roles: Readonly<Record<Role, BarkFrames>>, one: Role): Float64Array {
  const own = roles[one],
    sum = new Float64Array(own.power.length)
  for (const [name, { power, bands }] of Object.entries<BarkFrames>(roles)) {
    if (bands !== own.bands) throw new RangeError(`roles of ${bands} and ${own.bands} bands; use one sample rate`)
    if (name !== one) for (let i = 0; i < Math.min(sum.length, power.length); i++) sum[i]! += power[i]!
  }
  return sum
}

function maskingOfOne(own: BarkFrames, rest: Float64Array): Masking {
  const { bands } = own,
    least = loudestCell(own) * 10 ** (-sounding / 10),
    sums = new Float64Array(bands),
    counts = new Float64Array(bands)
  let heard = 0
  for (let t = 0; t < own.frames; t++) {
    const mask = spread(rest.subarray(t * bands, (t + 1) * bands))
    for (let b = 0; b < bands; b++) {
      const p = own.power[t * bands + b]!
      if (!(p > least)) continue
      // No more than 60 dB above: where nothing else sounds, more says nothing.
      const ratio = Math.min(60, 10 * Math.log10(p / mask[b]!))
      sums[b]! += ratio
      counts[b]!++
      if (ratio > threshold) heard++
    }
  }
  const cells = counts.reduce((a, b) => a + b, 0)
  return {
    signalToMask: Array.from(sums, (sum, b) => (counts[b]! > 0 ? sum / counts[b]! : null)),
    audible: cells > 0 ? heard / cells : null
  }
}

/** Each band's power spread to its neighbours. */
function spread(power: Float64Array): Float64Array {
  const up = 10 ** ((-slopes.up * spacing) / 10),
    down = 10 ** ((-slopes.down * spacing) / 10),
    out = power.slice()
  for (let b = 1, s = 0; b < power.length; b++) out[b]! += s = (s + power[b - 1]!) * up
  for (let b = power.length - 2, s = 0; b >= 0; b--) out[b]! += s = (s + power[b + 1]!) * down
  return out
}

/** Power weights of BS.1770's K filters at the bands' centres. */
export function loudnessWeights(bands: number): number[] {
  const coefficients = kCoefficients(48000)
  return Array.from({ length: bands }, (_, b) => powerOfKWeighting(coefficients, barkCorners[b + 1]! / 48000))
}
