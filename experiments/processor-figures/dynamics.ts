/** Compressor and gate: settled gain for constant levels against the curves of Giannoulis, Massberg and Reiss (2012). */
import { apply, both, level } from './bench.ts'

const rate = 48000
const hold = rate / 4
const levels = Array.from({ length: 81 }, (_, i) => i - 80)
interface Curve {
  readonly threshold: number
  readonly ratio: number
  readonly knee: number
}

/** dB above the threshold, bent through the knee: 0 below it. */
const above = (over: number, knee: number) =>
  over >= knee / 2 ? over : over <= -knee / 2 ? 0 : (over + knee / 2) ** 2 / (2 * knee)
const gains: Readonly<Record<string, (level: number, curve: Curve) => number>> = {
  compressor: (l, { threshold, ratio, knee }) => (1 / ratio - 1) * above(l - threshold, knee),
  noisegate: (l, { threshold, ratio, knee }) => (1 - ratio) * above(threshold - l, knee)
}
const curves: readonly Curve[] = [
  { threshold: -20, ratio: 2, knee: 0 },
  { threshold: -20, ratio: 4, knee: 6 },
  { threshold: -40, ratio: 20, knee: 24 }
]

export async function dynamicsFigures(): Promise<void> {
  console.log('\n### static curves, −80 to 0 dB in steps of 1 dB: largest deviation from the definition, dB\n')
  console.log(`| threshold, ratio, knee | ${Object.keys(gains).join(' | ')} |\n|---|---|---|`)
  for (const curve of curves) {
    const cells: string[] = []
    for (const [id, gain] of Object.entries(gains)) {
      const x = both(levels.length * hold, i => level(levels[Math.floor(i / hold)]!))
      const extra = id === 'noisegate' ? { range: 80, hold: 0 } : {}
      const [y] = await apply(id, { ...curve, ...extra, attack: 1, release: 5 }, x, rate)
      const worst = levels.map((l, k) => {
        const wanted = gain(l, curve)
        // The gate's curve bends into its range of 80 dB over 3 dB on either side.
        return wanted < -77 ? 0 : Math.abs(20 * Math.log10(y![(k + 1) * hold - 1]!) - l - wanted)
      })
      cells.push(Math.max(...worst).toExponential(1))
    }
    console.log(`| ${Object.values(curve).join(', ')} | ${cells.join(' | ')} |`)
  }
}
