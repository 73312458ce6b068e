import { dB, ms, optional, processor, ratio } from '../define.ts'
import { gateMemory } from '../detector.ts'

export const expander = processor({
  id: 'expander',
  family: 'dynamics',
  title: 'Expander, downward',
  doc: [
    'The noise gate without range and hold: over = 20 log10(m) - threshold, with m the largest |sample| of both',
    'channels in the last 10 to 20 ms (a power of two of samples); g = (ratio - 1) over below the threshold, with a',
    'quadratic knee, at least -120 dB; e += (1 - exp(-1000/(t rate))) (g - e), t = attack where e rises, else',
    'release; y = 10^(e/20) x. It begins as after a long silence.'
  ].join(' '),
  sources: ['D. Giannoulis, M. Massberg, J. Reiss, Digital Dynamic Range Compressor Design, JAES 60(6), 2012'],
  inlets: { main: 'Signal', sidechain: optional('What sets the gain instead of the signal') },
  outlets: { main: 'The signal, its softer parts softer' },
  params: {
    threshold: dB(-80, 0, -40, 'Peak level below which the gain falls'),
    ratio: ratio(1, 20, 2, 'dB out for one dB in below the threshold'),
    attack: ms(0.05, 500, 2, 'Time constant where the gain rises'),
    release: ms(5, 3000, 120, 'Time constant where the gain falls'),
    knee: dB(0, 24, 6, 'Width of the bend around the threshold')
  },
  neutral: { ratio: 1 },
  kernel: { name: 'expander', tape: 2, state: gateMemory },
  examples: { 'Breath and room of a voice': { threshold: -42, ratio: 1.6, release: 200 } }
})
