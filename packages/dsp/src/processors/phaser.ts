import { amount, type Env, hz, processor } from '../define.ts'
import { highestCorner } from '../math/svf.ts'

/**
 * Seconds to −60 dB: from the slowest pole. The loop's poles are where 1 / A = c with c⁴ = feedback, A = (1 − s)/(1 + s), so s = (c − 1)/(c + 1) in
 * units of w; z = (1 + g s)/(1 − g s). Without feedback they coincide, and t³ e^−t takes 2.5 times as long as e^−t.
 */
function decaySeconds({ frequency, feedback }: { frequency: number; feedback: number }, { sampleRate }: Env): number {
  const g = Math.tan(Math.PI * Math.min(frequency / sampleRate, highestCorner)),
    size = Math.abs(feedback) ** 0.25
  const slowest = [0, 1, 2, 3].map(k => {
    const angle = (Math.PI / 4) * (2 * k + (feedback < 0 ? 1 : 0)),
      [re, im] = [size * Math.cos(angle), size * Math.sin(angle)],
      square = (re + 1) ** 2 + im * im,
      [sr, si] = [(re * re + im * im - 1) / square, (2 * im) / square]
    return Math.hypot(1 + g * sr, g * si) / Math.hypot(1 - g * sr, g * si)
  })
  return ((2.5 * Math.log(1000)) / -Math.log(Math.max(...slowest)) + 8) / sampleRate
}

export const phaser = processor({
  id: 'phaser',
  family: 'filter',
  title: 'Phaser',
  doc: [
    'z = A(s)⁴ (x + feedback · z), A(s) = (w - s)/(w + s), bilinear with w prewarped, y = cos(mix · 90°) x + sin(mix ·',
    '90°) z. The four all-passes turn by 360° at the frequency; without feedback, at mix 0.5, there are notches on both',
    'sides of it, where tan(π f/rate) is tan(22.5°) and tan(67.5°) times that of the frequency. Feedback sharpens the',
    'peak there; negative, those far above and below. The modulation inlet multiplies the frequency by 2^signal: an LFO',
    'swings it by an octave either way. Above 0.49 of the sample rate it is capped.'
  ].join(' '),
  sources: [
    'J. O. Smith, Physical Audio Signal Processing, 2010, "Phasing"',
    'V. Zavalishin, The Art of VA Filter Design, 2012'
  ],
  inlets: { main: 'Signal', modulation: 'What moves the frequency, in octaves: an LFO' },
  outlets: { main: 'The signal, with moving notches' },
  params: {
    frequency: hz(100, 8000, 700, 'Centre: between the notches'),
    feedback: amount(-0.95, 0.95, 0.3, 'Share of what the all-passes give that goes through them again'),
    mix: amount(0, 1, 0.5, '0: dry; 0.5: deepest notches; 1: the all-passes alone; constant power')
  },
  neutral: { mix: 0 },
  tail: decaySeconds,
  kernel: { name: 'phaser', mono: 'lanes', tape: 4, state: () => ({ bytes: 64 }) },
  examples: { 'Electric piano': { frequency: 600, feedback: 0.3 }, 'Deep sweep': { frequency: 900, feedback: 0.7 } }
})
