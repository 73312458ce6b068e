import { amount, type Env, ms, processor } from '../define.ts'

/** Share of the way that is left when a decay or a release counts as over: -60 dB. */
const left = Math.log(1000)
/** Share of the way that one sample leaves, of an approach of `time` ms, and of `part` of a sample. */
const remaining = (time: number, { sampleRate }: Env, part = 1) => Math.exp((-left * 1000 * part) / (time * sampleRate))
/** d remaining / d time. */
const slopeOf = (time: number, { sampleRate }: Env, part = 1) =>
  (remaining(time, { sampleRate }, part) * left * 1000 * part) / (time * time * sampleRate)

/** What a sample does; on the tape. */
const released = 0,
  rising = 1,
  turning = 2,
  falling = 3

export const adsr = processor({
  id: 'adsr',
  family: 'control',
  title: 'Envelope generator',
  doc: [
    'While the gate is above 0.5, e rises by 1000/(attack · sample rate) a sample from where it is to 1, and from there',
    'approaches sustain: e = sustain + (e - sustain) q, q = 1000^(-1000/(decay · sample rate)), so that a thousandth of the',
    'way is left after the decay; where 1 is reached between two samples, the rest of the sample decays already. Else e',
    'falls by 1000^(-1000/(release · sample rate)). A new gate begins where e is.'
  ].join(' '),
  inlets: { gate: { doc: 'Above 0.5: a key is down. A decision, so there is no gradient', gate: true } },
  outlets: { env: '0 to 1' },
  params: {
    attack: ms(0.1, 10000, 5, 'From 0 to 1'),
    decay: ms(1, 20000, 300, 'From 1 to sustain but for a thousandth of the way'),
    sustain: amount(0, 1, 0.7, 'Level while the key stays down'),
    release: ms(1, 20000, 300, 'From any level to a thousandth of it')
  },
  tail: p => p.release / 1000,
  state: 4, // per channel: e, and 1 once 1 has been reached while the gate is open
  tape: 2, // e before, and what the sample does
  run({ x, y, p, n, state, env, tape }) {
    const up = 1000 / (p.attack * env.sampleRate),
      down = remaining(p.decay, env),
      out = remaining(p.release, env)
    for (let i = 0; i < n; i++)
      for (let c = 0; c < 2; c++) {
        const e = state[2 * c]!
        let what = released,
          next = e * out
        if (x.gate[c]![i]! > 0.5)
          if (state[2 * c + 1]!) {
            what = falling
            next = p.sustain + (e - p.sustain) * down
          } else if (e + up < 1) {
            what = rising
            next = e + up
          } else {
            what = turning
            next = p.sustain + (1 - p.sustain) * remaining(p.decay, env, 1 - (1 - e) / up)
          }
        state[2 * c] = next < 1e-30 ? 0 : next
        state[2 * c + 1] = what === turning || what === falling ? 1 : 0
        if (tape) {
          tape[0]![c]![i] = e
          tape[1]![c]![i] = what
        }
        y.env[c]![i] = next
      }
  },
  adjoint({ gy, gx, gp, p, n, state, env, tape }) {
    const up = 1000 / (p.attack * env.sampleRate),
      down = remaining(p.decay, env),
      out = remaining(p.release, env)
    for (let i = n - 1; i >= 0; i--)
      for (let c = 0; c < 2; c++) {
        // The adjoint's state: d loss / d e.
        const g = state[c]! + gy.env[c]![i]!,
          e = tape[0]![c]![i]!,
          what = tape[1]![c]![i]!
        gx.gate[c]![i] = 0
        if (what === released) {
          gp.release += g * e * slopeOf(p.release, env)
          state[c] = g * out
        } else if (what === rising) {
          gp.attack -= (g * up) / p.attack
          state[c] = g
        } else if (what === falling) {
          gp.sustain += g * (1 - down)
          gp.decay += g * (e - p.sustain) * slopeOf(p.decay, env)
          state[c] = g * down
        } else {
          const part = 1 - (1 - e) / up,
            kept = remaining(p.decay, env, part)
          gp.sustain += g * (1 - kept)
          gp.decay += g * (1 - p.sustain) * slopeOf(p.decay, env, part)
          // d kept / d part = -kept left 1000 / (decay rate); part = 1 - (1 - e)/up.
          const byPart = (-g * (1 - p.sustain) * kept * left * 1000) / (p.decay * env.sampleRate)
          gp.attack -= (byPart * (1 - e)) / up / p.attack
          state[c] = byPart / up
        }
      }
  },
  examples: {
    Pluck: { attack: 1, decay: 400, sustain: 0, release: 200 },
    Pad: { attack: 800, decay: 1500, sustain: 0.6, release: 2500 }
  }
})
