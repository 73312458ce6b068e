import { dB, ms, processor, ratio, optional } from '../define.ts'

export const compressor = processor({
  id: 'compressor',
  family: 'dynamics',
  title: 'Compressor',
  doc: [
    'Gain in dB g = (1/ratio - 1) over, with over = 20 log10(max(|left|, |right|)) - threshold and a quadratic',
    'knee; e += (1 - exp(-1000/(t rate))) (g - e), t = attack where g < e, else release; y = 10^((e + makeup)/20)',
    'x. Stereo-linked; attack or release is decided for every sample.'
  ].join(' '),
  sources: ['D. Giannoulis, M. Massberg, J. Reiss, Digital Dynamic Range Compressor Design, JAES 60(6), 2012'],
  inlets: { main: 'Signal', sidechain: optional('What sets the gain instead of the signal') },
  outlets: { main: 'The signal, its louder parts held' },
  params: {
    threshold: dB(-80, 0, -20, 'Level above which the gain falls'),
    ratio: ratio(1, 20, 3, 'dB in for one dB out above the threshold'),
    attack: ms(0.05, 500, 10, 'Time constant where the gain falls'),
    release: ms(5, 3000, 120, 'Time constant where the gain rises'),
    knee: dB(0, 24, 6, 'Width of the bend around the threshold'),
    makeup: dB(-24, 24, 0, 'Gain afterwards')
  },
  neutral: { ratio: 1, makeup: 0 },
  kernel: { name: 'compressor', mono: 'kernel', tape: 1, state: () => ({ bytes: 32 }) },
  examples: {
    'Even out a voice': { threshold: -24, ratio: 3, attack: 8, release: 90 },
    'Glue a bus': { threshold: -14, ratio: 2, attack: 30, release: 150, knee: 10 }
  }
})
