import { amount, ms, processor } from '../define.ts'

/** Share of the way that one pole goes in a sample: 1 − e^−z. */
const stepOf = (time: number, sampleRate: number) => -Math.expm1(-1000 / (time * sampleRate))
/** d step / d time (ms): e^−z · −z / time */
function slopeOf(time: number, sampleRate: number): number {
  const z = 1000 / (time * sampleRate)
  return (-Math.exp(-z) * z) / time
}

export const envelopeFollower = processor({
  id: 'envelope-follower',
  family: 'control',
  title: 'Envelope follower',
  doc: [
    'level = max(|left|, |right|); e += (1 - exp(-1000/(t rate))) (level - e), t = attack where the level lies above',
    'e, else release, decided for every sample; env = gain · e: 0 to gain for a signal up to full scale. Both',
    'channels of env are alike, so that what it turns keeps the stereo image.'
  ].join(' '),
  sources: ['U. Zölzer (ed.), DAFX: Digital Audio Effects, 2nd ed., 2011, section 4.2'],
  inlets: { main: 'Signal' },
  outlets: { env: 'Its envelope' },
  params: {
    attack: ms(0.1, 50, 5, 'Time constant where the level rises'),
    release: ms(5, 1500, 120, 'Time constant where it falls'),
    gain: amount(-1, 1, 1, 'Factor; negative: what it turns falls where the signal rises')
  },
  tail: p => (p.release / 1000) * Math.log(1000),
  state: 1,
  tape: 1,
  run({ x, y, p, n, state, env, tape }) {
    const [left, right] = x.main,
      attack = stepOf(p.attack, env.sampleRate),
      release = stepOf(p.release, env.sampleRate)
    let e = state[0]!
    for (let i = 0; i < n; i++) {
      const rise = Math.max(Math.abs(left[i]!), Math.abs(right[i]!)) - e
      e += (rise > 0 ? attack : release) * rise
      // Below that it is silence: no denormals.
      if (e < 1e-30) e = 0
      if (tape) {
        tape[0]![0][i] = rise
        tape[0]![1][i] = e
      }
      y.env[0][i] = y.env[1][i] = p.gain * e
    }
    state[0] = e
  },
  adjoint({ x, gy, gx, gp, p, n, state, env, tape }) {
    const [left, right] = x.main,
      attack = stepOf(p.attack, env.sampleRate),
      release = stepOf(p.release, env.sampleRate)
    let l = state[0]!,
      byAttack = 0,
      byRelease = 0
    for (let i = n - 1; i >= 0; i--) {
      const g = gy.env[0][i]! + gy.env[1][i]!,
        rise = tape[0]![0][i]!
      gp.gain += g * tape[0]![1][i]!
      l += p.gain * g
      if (rise > 0) byAttack += l * rise
      else byRelease += l * rise
      const level = (rise > 0 ? attack : release) * l
      l -= level
      // Where both channels are equally loud, each has half.
      const a = Math.abs(left[i]!),
        b = Math.abs(right[i]!),
        share = a > b ? 1 : a < b ? 0 : 0.5
      gx.main[0][i] = level * share * Math.sign(left[i]!)
      gx.main[1][i] = level * (1 - share) * Math.sign(right[i]!)
    }
    state[0] = l
    gp.attack += byAttack * slopeOf(p.attack, env.sampleRate)
    gp.release += byRelease * slopeOf(p.release, env.sampleRate)
  },
  examples: { 'Auto-wah': { attack: 5, release: 150, gain: 1 }, Ducking: { attack: 10, release: 250, gain: -1 } }
})
