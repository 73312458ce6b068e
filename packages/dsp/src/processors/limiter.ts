import { dB, type Env, ms, processor } from '../define.ts'
import { notedBytes, peakWindow, windowBytes } from '../detector.ts'

/** Length of each of the two means that smooth the gain: the power of two of samples nearest to 0.7 ms. */
const boxOf = ({ sampleRate }: Env): number => 2 ** Math.round(Math.log2(0.0007 * sampleRate))
/**
 * Samples that the true-peak detector looks ahead (kernels/between.ts), and for which the gain rests before and after a
 * peak.
 */
const look = 24,
  rest = 16
/** Samples that the largest reduction counts for: the power of two that the means and the rests before and after need. */
const holdOf = (env: Env): number => 2 ** Math.ceil(Math.log2(2 * boxOf(env) - 1 + 2 * rest))
/** Samples that pass at once where there is nothing to do. */
const stretch = 64
/** Samples by which the clip (kernels/tips.ts) is late: half of the short interpolator, and its filter. */
const clipLatency = 8
/** The same of the gain behind it. */
const gainLatency = (env: Env): number => look + 2 * boxOf(env) - 2 + rest

export const limiter = processor({
  id: 'limiter',
  family: 'dynamics',
  title: 'Limiter',
  doc: [
    'First, what lasts is turned down slowly: l is the largest max(0, 1 - ceiling/|x|) of both channels in the last 10 to',
    '20 ms, z = (1 - s) x, s += (1 - exp(-1000/(300 rate))) (l + 0.04 l (1 - l) - s), a little beyond l, so that it arrives.',
    'Then the tips of z are clipped at the ceiling, per channel, four times oversampled; that bends a low tone less than',
    'a gain that comes and goes with every peak. What still exceeds the ceiling is turned down in time: a = max(0, 1 -',
    'ceiling/peak), with the true peak of the louder channel around each sample, read between the samples; m is the',
    'largest a of the last 2 to 4 ms; r rises to m at once and falls by r += (1 - exp(-1000/(release rate))) (m - r); two',
    'means of 0.7 ms each smooth it; y = (1 - r) z, delayed so that the gain has arrived when the peak comes. Nothing above',
    'the ceiling, nothing changed: the output is then the input, bit for bit. A low tone that begins above the ceiling is',
    'clipped until s has come, up to 1 s. The ceiling holds for what lies below',
    '0.47 of the sample rate (20.7 kHz at 44.1 kHz). The detector reads 48 samples, too few for what is nearer to',
    'half the rate: white noise up to 0.49 of it passes the ceiling by 0.5 dB under an ideal interpolator, up to',
    '0.5 by 1.1 dB.'
  ].join(' '),
  sources: [
    'ITU-R BS.1770-5, annex 2',
    'D. Giannoulis, M. Massberg, J. D. Reiss, Digital dynamic range compressor design, J. AES 60(6), 2012',
    'P. Hämäläinen, Smoothing of the control signal without clipped output in digital peak limiters, DAFx-02, 2002'
  ],
  inlets: { main: 'Signal' },
  outlets: { main: 'The signal, with no peak above the ceiling, between the samples either' },
  params: {
    ceiling: dB(-24, 0, -1, 'Largest true peak, dBTP'),
    release: ms(1, 1000, 10, 'Time constant where the gain returns after what the clip has left above the ceiling')
  },
  latency: env => clipLatency + gainLatency(env),
  tail: (_p, env) => clipLatency / env.sampleRate, // what of the clip's filters comes after their middle
  kernel: {
    name: 'limiter',
    tape: 10,
    state(env) {
      const box = boxOf(env),
        hold = holdOf(env),
        long = peakWindow(env.sampleRate),
        latency = gainLatency(env),
        ring = 2 ** Math.ceil(Math.log2(latency + stretch)),
        lasts = 112 + windowBytes(32) + notedBytes(hold) + 16 * (27 + 4 + 2 + 16 + 2 * (box - 1) + ring + 2 * look)
      return { bytes: lasts + notedBytes(long), words: [0, box, hold, ring - 1, latency, lasts, long] }
    }
  },
  examples: { Master: { ceiling: -1, release: 10 }, Gentle: { ceiling: -1, release: 80 } }
})
