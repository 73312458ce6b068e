import { amount, hz, processor } from '../src/define.ts'

export const tremolo = processor({
  id: 'tremolo',
  family: 'utility',
  title: 'Tremolo',
  doc: 'y = (1 - (depth + signal) (1 - cos(2 pi phase)) / 2) x; phase += frequency / (sample rate)',
  inlets: { main: 'Signal' },
  outlets: { main: 'The signal, swelling' },
  params: {
    frequency: hz(0.1, 20, 4, 'Swells per second'),
    depth: amount(0, 1, 0.5, '0: none; 1: down to silence', { modulate: 'add' })
  },
  linear: true,
  neutral: { depth: 0 },
  clock: true,
  state: 1, // the phase in cycles
  tape: 1, // the phase at each sample
  run({ x, y, p, n, state, env, tape }) {
    for (let i = 0; i < n; i++) {
      const phase = state[0]!,
        dip = (1 - Math.cos(2 * Math.PI * phase)) / 2
      for (let c = 0; c < 2; c++) {
        if (tape) tape[0]![c]![i] = phase
        y.main[c]![i] = (1 - (p.depth + x.depth[c]![i]!) * dip) * x.main[c]![i]!
      }
      state[0] = (phase + p.frequency / env.sampleRate) % 1
    }
  },
  adjoint({ x, gy, gx, gp, p, n, state, env, tape }) {
    for (let i = n - 1; i >= 0; i--) {
      // The adjoint's state: d loss / d phase of the next sample.
      gp.frequency += state[0]! / env.sampleRate
      for (let c = 0; c < 2; c++) {
        const angle = 2 * Math.PI * tape[0]![c]![i]!,
          dip = (1 - Math.cos(angle)) / 2,
          depth = p.depth + x.depth[c]![i]!
        const input = x.main[c]![i]!,
          g = gy.main[c]![i]!
        gx.main[c]![i] = (1 - depth * dip) * g
        gx.depth[c]![i] = -dip * input * g
        gp.depth -= dip * input * g
        state[0]! -= Math.PI * Math.sin(angle) * depth * input * g
      }
    }
  }
})
