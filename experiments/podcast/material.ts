/** A podcast of real speech: a host in a good microphone, a guest in a small room, music under and around them. */
import { join } from 'node:path'
import { createFft, createRandom } from '@mixwright/dsp'
import { readSound } from '../sound-files.ts'

export const rate = 44100
/** Where somebody speaks, seconds. */
export interface Turn {
  readonly who: 'host' | 'guest'
  readonly from: number
  readonly to: number
}
export interface Podcast {
  readonly stems: Readonly<Record<'host' | 'guest' | 'music', Float32Array[]>>
  /** The guest as recorded without a room, at its time: where there are words. */
  readonly words: Readonly<Record<'host' | 'guest', Float32Array>>
  readonly turns: readonly Turn[]
  readonly seconds: number
}

const order: readonly Turn[] = [
  { who: 'host', from: 6, to: 11.5 },
  { who: 'guest', from: 12.2, to: 17.2 },
  { who: 'host', from: 18, to: 23.5 },
  { who: 'guest', from: 24, to: 29 },
  { who: 'host', from: 29.5, to: 34.5 },
  { who: 'guest', from: 35, to: 40 },
  { who: 'guest', from: 40.5, to: 45.5 }
]
const seconds = 56

const mono = (audio: readonly Float32Array[]): Float32Array =>
  audio[0]!.map((_, i) => audio.reduce((sum, c) => sum + c[i]!, 0) / audio.length)
const rms = (x: Float32Array): number => Math.sqrt(x.reduce((sum, v) => sum + v * v, 0) / x.length)

function toLevel(x: Float32Array, level: number): Float32Array {
  const gain = level / rms(x)
  return x.map(v => v * gain)
}

/** Linear convolution by one long transform. */
function convolved(x: Float32Array, response: Float32Array): Float32Array {
  const size = 2 ** Math.ceil(Math.log2(x.length + response.length)),
    fft = createFft(size),
    spectrum = (v: Float32Array) => {
      const re = new Float64Array(size),
        im = new Float64Array(size)
      re.set(v)
      fft.forward(re, im)
      return { re, im }
    },
    a = spectrum(x),
    b = spectrum(response)
  for (let k = 0; k < size; k++) {
    const re = a.re[k]! * b.re[k]! - a.im[k]! * b.im[k]!
    a.im[k] = a.re[k]! * b.im[k]! + a.im[k]! * b.re[k]!
    a.re[k] = re
  }
  fft.inverse(a.re, a.im)
  return Float32Array.from(a.re.subarray(0, x.length))
}

/** Turns of a speaker, one after the other from `sound`, each with short fades. */
function spoken(who: Turn['who'], pieces: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(seconds * rate),
    fade = Math.round(0.01 * rate)
  order
    .filter(turn => turn.who === who)
    .forEach(({ from }, k) => {
      const piece = pieces[k]!
      piece.forEach((v, i) => {
        out[Math.round(from * rate) + i]! += v * Math.min(1, i / fade, (piece.length - 1 - i) / fade)
      })
    })
  return out
}

/** @param data the folder of development data */
export async function podcast(data: string): Promise<Podcast> {
  const load = async (path: string) => mono((await readSound(join(data, path))).audio),
    whole = await load('01-grafx-stems/speech.wav'),
    host = [0, 5.5, 11].map(at => whole.slice(at * rate, Math.min(at + 5.5, 16) * rate)),
    guest = await Promise.all(['0019', '0059', '0099', '0139'].map(n => load(`09-clips/speech/libri_${n}.wav`))),
    room = (await readSound(join(data, '08-voice/small-room-response.wav'))).audio[0]!,
    random = createRandom(7),
    // Recorded 12 dB too low, one answer half as loud again as the others, and with the hiss of its preamplifier.
    words = spoken(
      'guest',
      guest.map((x, k) => toLevel(x, [0.03, 0.03, 0.015, 0.04][k]!))
    ),
    wet = convolved(words, room),
    scale = rms(words) / rms(wet),
    hissing = wet.map(v => v * scale + 0.00015 * random.normal()),
    hostGain = 0.1 / rms(whole),
    hostWords = spoken(
      'host',
      host.map(x => x.map(v => v * hostGain))
    ),
    music = (await readSound(join(data, '01-grafx-stems/music.wav'))).audio
  return {
    stems: {
      host: [hostWords.map(v => v + 0.00002 * random.normal())],
      guest: [hissing],
      music: music.map(c =>
        Float32Array.from({ length: seconds * rate }, (_, i) => {
          const end = (seconds * rate - i) / (3 * rate)
          return c[i % c.length]! * Math.min(1, end)
        })
      )
    },
    words: { host: hostWords, guest: words },
    turns: order,
    seconds
  }
}
