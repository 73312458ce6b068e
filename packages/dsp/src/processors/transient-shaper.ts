import { dB, processor } from '../define.ts'
import { notedBytes, peakWindow } from '../detector.ts'

export const transientShaper = processor({
  id: 'transient-shaper',
  family: 'dynamics',
  title: 'Transient shaper',
  doc: [
    'Attacks and what follows them, louder or softer, whatever their level. l = level in dB of the louder channel, the',
    'largest of the last 10 to 20 ms, at least -80 dB; two envelopes e += (1 - exp(-1000/(t rate))) (l - e): a fast one',
    'with t = 0.5 ms where it rises and 25 ms where it falls, a slow one with 10 ms and 250 ms. d = fast - slow is positive',
    'in attacks and negative afterwards; g = attack · d/(d + 6 dB) where d > 0, sustain · |d|/(|d| + 6 dB) where d < 0;',
    'y = 10^(g/20) x. Where the level rests nothing is changed.'
  ].join(' '),
  sources: ['D. Giannoulis, M. Massberg, J. Reiss, Digital Dynamic Range Compressor Design, JAES 60(6), 2012'],
  inlets: { main: 'Signal' },
  outlets: { main: 'The signal, its attacks and sustain changed' },
  params: {
    attack: dB(-24, 24, 0, 'Gain that attacks approach'),
    sustain: dB(-24, 24, 0, 'Gain that what follows them approaches')
  },
  neutral: { attack: 0, sustain: 0 },
  kernel: {
    name: 'transient_shaper',
    tape: 3,
    state: env => {
      const length = peakWindow(env.sampleRate)
      return { bytes: 80 + notedBytes(length), words: [0, length] }
    }
  },
  examples: {
    'Drums, more stick': { attack: 6, sustain: -3 },
    'Less room': { attack: 0, sustain: -9 }
  }
})
