import { amount, dB, processor } from '../define.ts'

/** The filters up to four times the rate and back: 32 + 4 samples. */
const latency = 36

export const distortion = processor({
  id: 'distortion',
  family: 'nonlinear',
  title: 'Distortion',
  doc: [
    'y = f(10^(gain/20) x + asymmetry) - f(asymmetry), f(u) = (1 - hardness) tanh(u) + hardness clip(u), clip(u)',
    "= max(-1, min(1, u)). No make-up: small signals gain by f'(asymmetry) 10^(gain/20), large ones end between",
    '-1 - f(asymmetry) and 1 - f(asymmetry). Four times oversampled, with antiderivative antialiasing of second',
    'order; flat within 0.1 dB up to 0.4 of the sample rate, closed from half of it.'
  ].join(' '),
  sources: [
    'J. Parker, V. Zavalishin, E. Le Bivic, Reducing the aliasing of nonlinear waveshaping using continuous-time convolution, DAFx-16',
    'S. Bilbao, F. Esqueda, J. Parker, V. Välimäki, Antiderivative antialiasing for memoryless nonlinearities, IEEE SPL 24(7), 2017'
  ],
  inlets: { main: 'Signal' },
  outlets: { main: 'The signal, bent' },
  params: {
    gain: dB(0, 48, 12, 'Level in front of the bend'),
    hardness: amount(0, 1, 0, 'From tanh (0) to a hard clip at full scale (1)'),
    asymmetry: amount(-1, 1, 0, 'Shift along the curve: even harmonics, and an offset while there is sound')
  },
  latency: () => latency,
  tail: (_p, env) => latency / env.sampleRate, // what of the filters comes after their middle
  kernel: { name: 'distortion', mono: 'lanes', tape: 4, state: () => ({ bytes: 16 * 126 }) },
  examples: {
    'Warm a bass': { gain: 6, asymmetry: 0.2 },
    Crunch: { gain: 24, hardness: 0.4, asymmetry: 0.3 },
    Fuzz: { gain: 48, hardness: 1 }
  }
})
