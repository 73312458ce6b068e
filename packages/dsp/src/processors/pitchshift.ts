import { choice, type Env, processor, semitones } from '../define.ts'
import { createFft, type Fft } from '../math/fft.ts'
import { decide, move, type Moves } from '../math/peak-shift.ts'
import { hann } from '../math/window.ts'

/** Length of a frame: the power of two of samples nearest to 85 ms. Frames overlap eight times. */
export const sizeOf = ({ sampleRate }: Env): number => 2 ** Math.round(Math.log2(0.085 * sampleRate))
const overlap = 8
/** A frame is analysed when its last sample has come, and given back half a hop later, so that work spreads evenly. */
const restOf = (size: number): number => size / overlap / 2
/** Bins whose moves stand on the tape of one sample: all of a frame in half a hop. */
const perSample = overlap + 1
/** Words of the tape: a shift and a turn in each, the count, two gains in each. */
const countWord = perSample,
  gainWord = perSample + 1
/** Half the width in Hz of the mean that is taken for the envelope of a voice: more than from harmonic to harmonic. */
const formantWidth = 300

interface Tools {
  readonly size: number
  readonly hop: number
  readonly rest: number
  readonly fft: Fft
  readonly window: Float64Array
  readonly re: Float64Array
  readonly im: Float64Array
  readonly power: Float64Array
  readonly sums: Float64Array
}
const made = new Map<number, Tools>()
function toolsOf(env: Env): Tools {
  const size = sizeOf(env),
    known = made.get(size)
  if (known) return known
  const room = (length: number) => new Float64Array(length)
  const tools = {
    size,
    hop: size / overlap,
    rest: restOf(size),
    fft: createFft(size),
    // Squared and overlapping eight times, Hann windows add up to 3.
    window: hann(size).map(w => w / Math.sqrt((3 * overlap) / 8)),
    re: room(size),
    im: room(size),
    power: room(size / 2 + 1),
    sums: room(size / 2 + 1)
  }
  made.set(size, tools)
  return tools
}

/** Where things lie in `state`, behind the scalars. The adjoint's state has the same form, of gradients. */
const scalars = 8
const at = {
  /** Samples since the last frame was analysed. */
  count: 0,
  /** Place of the next sample in the rings. */
  place: 1,
  /** Onsets: samples since the last one plus one (0: none), energy of this block so far, of the blocks before. */
  age: 2,
  energy: 3,
  usual: 4,
  /** The last sample of both channels. */
  left: 5,
  right: 6
} as const

interface Memory {
  /** Rings of what comes in and of what goes out. */
  readonly x: readonly [Float64Array, Float64Array]
  readonly y: readonly [Float64Array, Float64Array]
  /** Spectrum of the last frame, left + i right. */
  readonly re: Float64Array
  readonly im: Float64Array
  readonly moves: Moves
}
function memoryOf(state: Float64Array, size: number): Memory {
  const bins = size / 2 + 1
  let end = scalars
  const take = (length: number) => state.subarray(end, (end += length))
  return {
    x: [take(size), take(size)],
    y: [take(size), take(size)],
    re: take(size),
    im: take(size),
    moves: { shift: take(bins), turn: take(bins), gain: take(bins) }
  }
}

/** The ring from `place` on, times the window, transformed into the scratch of the tools. */
function analyse({ size, window, re, im, fft }: Tools, [left, right]: Memory['x'], place: number): void {
  for (let n = 0, i = place; n < size; n++, i = i + 1 === size ? 0 : i + 1) {
    re[n] = window[n]! * left[i]!
    im[n] = window[n]! * right[i]!
  }
  fft.forward(re, im)
}
/** The transpose: added to the ring from `place` on. */
function synthesise({ size, window, re, im, fft }: Tools, [left, right]: Memory['y'], place: number): void {
  fft.inverse(re, im)
  for (let n = 0, i = place; n < size; n++, i = i + 1 === size ? 0 : i + 1) {
    left[i]! += window[n]! * re[n]!
    right[i]! += window[n]! * im[n]!
  }
}

/** Blocks in which onsets are looked for: eight a hop. An onset is 15 dB louder, high tones first, than the last 20 ms. */
const blocksPerHop = 8,
  louder = 30,
  memoryOfBlocks = 30

function listen(state: Float64Array, left: number, right: number, block: number): void {
  const change = (left - state[at.left]!) ** 2 + (right - state[at.right]!) ** 2
  state[at.left] = left
  state[at.right] = right
  state[at.energy]! += change
  if (state[at.age]! > 0) state[at.age]! += 1
  if (state[at.count]! % block !== block - 1) return
  const energy = state[at.energy]!
  if (energy > louder * state[at.usual]!) state[at.age] = block
  state[at.usual]! += (energy - state[at.usual]!) / memoryOfBlocks
  state[at.energy] = 0
}

/** [at the end of a hop] What the frame that ends with the sample at `place` becomes. */
function decideFrame(
  tools: Tools,
  memory: Memory,
  state: Float64Array,
  place: number,
  ratio: number,
  formants: number
): void {
  const { size, hop, re, im, power, sums } = tools,
    age = state[at.age]!
  analyse(tools, memory.x, (place + 1) % size)
  const onset = age > 0 && age < size / 2 ? size / 2 - age : undefined
  decide({ size, hop, re, im, oldRe: memory.re, oldIm: memory.im, power, sums }, ratio, formants, onset, memory.moves)
  memory.re.set(re)
  memory.im.set(im)
}

export const pitchshift = processor({
  id: 'pitchshift',
  family: 'nonlinear',
  title: 'Pitch shift',
  doc: [
    'Frames of 4096 samples at 48 kHz (85 ms), Hann-windowed, eight overlapping: every peak of the spectrum, of both',
    'channels together, moves with the bins around it by round((2^(semitone/12) - 1) frequency · size) bins and turns',
    'by what it has missed, turn += 2 pi (2^(semitone/12) - 1) frequency · hop, the frequency from the phase between',
    'two frames; frames add up again. At an onset what grows turns about the onset instead, so that attacks stay.',
    'Formants are kept by amplitudes: sqrt(envelope where a bin goes / envelope where it was), within 24 dB. The adjoint',
    'takes all this as given.'
  ].join(' '),
  sources: [
    'J. Laroche, M. Dolson, New phase-vocoder techniques for pitch-shifting, harmonizing and other exotic effects, WASPAA 1999',
    'A. Röbel, A new approach to transient processing in the phase vocoder, DAFx-03, 2003'
  ],
  inlets: { main: 'Signal' },
  outlets: { main: 'The signal, higher or lower' },
  params: {
    semitone: semitones(-24, 24, 0, 'How much higher. There is no gradient: partials move by whole bins', {
      gradient: 'none'
    }),
    formants: choice(
      ['moved', 'kept'],
      'moved',
      'kept: every bin as loud as the spectrum, its mean over 600 Hz, is where it goes, so that a voice stays the same voice'
    )
  },
  decisions: 'by how many bins each partial moves, by how much it turns, and how loud it is',
  neutral: { semitone: 0 },
  clock: true,
  latency: env => sizeOf(env) + restOf(sizeOf(env)) - 1,
  tail: (_, env) => sizeOf(env) / env.sampleRate,
  state: env => scalars + 6 * sizeOf(env) + 3 * (sizeOf(env) / 2 + 1),
  tape: gainWord + Math.ceil(perSample / 2),
  run({ x, y, p, n, state, env, tape }) {
    const tools = toolsOf(env),
      { size, hop, rest } = tools,
      memory = memoryOf(state, size),
      { moves } = memory,
      ratio = 2 ** (p.semitone / 12),
      formants = p.formants === 'kept' ? Math.round((formantWidth * size) / env.sampleRate) : 0
    const [left, right] = x.main
    for (let i = 0; i < n; i++) {
      const place = state[at.place]! | 0
      memory.x[0][place] = left[i]!
      memory.x[1][place] = right[i]!
      listen(state, left[i]!, right[i]!, hop / blocksPerHop)
      const count = (state[at.count]! + 1) % hop
      state[at.count] = count
      if (count === 0) decideFrame(tools, memory, state, place, ratio, formants)
      if (count === rest) {
        move(moves, memory, tools, size, false)
        synthesise(tools, memory.y, place)
      }
      if (tape) {
        tape[countWord]![0]![i] = count
        for (let k = 0, bin = count * perSample; k < perSample && bin < moves.shift.length; k++, bin++) {
          tape[k]![0]![i] = moves.shift[bin]!
          tape[k]![1]![i] = moves.turn[bin]!
          tape[gainWord + (k >> 1)]![k & 1]![i] = moves.gain[bin]!
        }
      }
      for (let c = 0; c < 2; c++) {
        y.main[c]![i] = memory.y[c]![place]!
        memory.y[c]![place] = 0
      }
      state[at.place] = (place + 1) % size
    }
  },
  adjoint({ gy, gx, n, state, env, tape }) {
    const tools = toolsOf(env),
      { size, rest } = tools,
      memory = memoryOf(state, size),
      { moves } = memory
    for (let i = n - 1; i >= 0; i--) {
      const place = (state[at.place]! + size - 1) % size,
        count = tape[countWord]![0]![i]!
      state[at.place] = place
      for (let c = 0; c < 2; c++) memory.x[c]![place] = gy.main[c]![i]!
      if (count === rest) {
        analyse(tools, memory.x, place)
        memory.re.set(tools.re)
        memory.im.set(tools.im)
      }
      for (let k = 0, bin = count * perSample; k < perSample && bin < moves.shift.length; k++, bin++) {
        moves.shift[bin] = tape[k]![0]![i]!
        moves.turn[bin] = tape[k]![1]![i]!
        moves.gain[bin] = tape[gainWord + (k >> 1)]![k & 1]![i]!
      }
      if (count === 0) {
        move(moves, memory, tools, size, true)
        synthesise(tools, memory.y, (place + 1) % size)
      }
      for (let c = 0; c < 2; c++) {
        gx.main[c]![i] = memory.y[c]![place]!
        memory.y[c]![place] = 0
      }
    }
  },
  examples: {
    'Octave below': { semitone: -12 },
    'A fifth up': { semitone: 7 },
    'A voice, a third up': { semitone: 4, formants: 'kept' }
  }
})
