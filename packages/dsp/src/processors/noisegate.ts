import { dB, ms, msLinear, optional, processor, ratio } from '../define.ts'
import { gateMemory } from '../detector.ts'

export const noisegate = processor({
  id: 'noisegate',
  family: 'dynamics',
  title: 'Noise gate',
  doc: [
    'Turns down what lies below a level. over = 20 log10(m) - threshold, with m the largest |sample| of both',
    'channels in the last 10 to 20 ms (a power of two of samples), so that the waveform itself never moves the',
    'gain; attenuation a = -(ratio - 1) over below the threshold, with a quadratic knee, bent into `range`; e +=',
    '(1 - exp(-1000/(t rate))) (-a - e), t = attack where e rises, else release; y = 10^(e/20) x. While the level',
    'lies above the knee and for `hold` after that, e does not fall. It begins as after a long silence.'
  ].join(' '),
  sources: ['D. Giannoulis, M. Massberg, J. Reiss, Digital Dynamic Range Compressor Design, JAES 60(6), 2012'],
  inlets: { main: 'Signal', sidechain: optional('What opens the gate instead of the signal') },
  outlets: { main: 'The signal, its quiet parts turned down' },
  params: {
    threshold: dB(-80, 0, -50, 'Peak level below which the gain falls'),
    ratio: ratio(1, 20, 4, 'dB out for one dB in below the threshold'),
    attack: ms(0.05, 500, 1, 'Time constant where the gate opens'),
    release: ms(5, 3000, 150, 'Time constant where the gate closes'),
    knee: dB(0, 24, 6, 'Width of the bend around the threshold'),
    range: dB(0, 80, 80, 'The greatest attenuation; the curve bends into it over 3 dB on either side'),
    hold: msLinear(
      0,
      500,
      50,
      'For how long the gate stays open after the level has fallen. It is counted in samples, so there is no gradient',
      { gradient: 'none' }
    )
  },
  neutral: { ratio: 1 },
  kernel: { name: 'noisegate', tape: 2, state: gateMemory },
  examples: {
    'Between the hits of a drum': { threshold: -30, ratio: 4, attack: 0.5, release: 120, range: 20, hold: 80 },
    'Pauses of a voice': { threshold: -50, ratio: 2, attack: 3, release: 250, range: 10, hold: 200 }
  }
})
