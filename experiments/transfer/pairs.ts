/** Made pairs: a recording in two excerpts, and chains that the second has gone through. */
import { execFileSync, spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Audio, createRandom, type Kernels } from '@mixwright/dsp'
import { type Graph, builder, render } from '@mixwright/graph'

export const rate = 44100
export interface Source {
  readonly name: string
  readonly path: string
  readonly stereo: boolean
}
const folders: readonly (readonly [folder: string, names: RegExp, stereo: boolean])[] = [
  ['01-grafx-stems', /wav$/, false],
  ['04-medleydb-raw/4_disco', /wav$/, false],
  ['04-medleydb-raw/5_country', /wav$/, false],
  ['08-voice', /^vocal?(s|adito|-da).*wav$/, false],
  ['09-clips/music', /wav$/, false],
  ['09-clips/speech', /wav$/, false],
  ['03-cc0-song-hydrogen', /(VOX|DRUMS|SYNTH|BEEPS).*m4a$/, false],
  ['14-songs-with-human-mix/Country1', /human_mix|equal_loud/, true],
  ['14-songs-with-human-mix/Disco', /human_mix|equal_loud/, true],
  ['14-songs-with-human-mix/Country1/dry', /./, true],
  ['14-songs-with-human-mix/Disco/dry', /./, true],
  ['05-drum-and-mix-pages/fxnorm-008', /mp3$/, true]
]
/** Every second one of each folder, in the order of names, is held out. */
export function sourcesIn(root: string): { readonly development: Source[]; readonly heldOut: Source[] } {
  const development: Source[] = [],
    heldOut: Source[] = []
  for (const [folder, names, stereo] of folders)
    readdirSync(join(root, folder))
      .filter(name => names.test(name))
      .sort()
      .forEach((name, i) =>
        (i % 2 ? heldOut : development).push({ name: `${folder}/${name}`, path: join(root, folder, name), stereo })
      )
  return { development, heldOut }
}
const raw = (args: readonly string[], channels: number, input?: Uint8Array): Float32Array[] => {
  const done = spawnSync(
    'ffmpeg',
    ['-v', 'error', ...args, '-f', 'f32le', '-ac', `${channels}`, '-ar', `${rate}`, '-'],
    {
      input: input ?? '',
      maxBuffer: 1 << 30
    }
  )
  if (done.status !== 0) throw new Error(`ffmpeg: ${done.stderr.toString()}`)
  const all = new Float32Array(
    done.stdout.buffer.slice(done.stdout.byteOffset, done.stdout.byteOffset + done.stdout.length)
  )
  return Array.from({ length: channels }, (_, c) => {
    const out = new Float32Array(all.length / channels)
    for (let i = 0; i < out.length; i++) out[i] = all[i * channels + c]!
    return out
  })
}
/** Two excerpts of at most 10 s, at -20 dB of root mean square; undefined where either is mostly silent. */
export function halves({ path, stereo }: Source, random: () => number): readonly [Audio, Audio] | undefined {
  const channels = stereo ? 2 : 1,
    all = raw(['-i', path], channels),
    length = all[0]!.length,
    most = 10 * rate,
    // A reference has at least 3 s.
    split = length < 8 * rate ? [0, 0.4 * length, length] : undefined,
    size = Math.min(most, Math.floor(length / 2)),
    free = length - 2 * size,
    first = Math.floor(random() * free),
    second = first + size + Math.floor(random() * (free - first)),
    cut = (from: number, to: number) => all.map(c => c.slice(Math.round(from), Math.round(to)) as Float32Array),
    [a, b] = split
      ? [cut(0, split[1]!), cut(split[1]!, length)]
      : [cut(first, first + size), cut(second, second + size)],
    levels = [a, b].map(audio =>
      Math.sqrt(audio.reduce((s, c) => s + c.reduce((p, v) => p + v * v, 0), 0) / audio.length / audio[0]!.length)
    )
  if (levels.some(level => level < 1e-3) || levels[0]! / levels[1]! > 8 || levels[1]! / levels[0]! > 8) return undefined
  const gain = 0.1 / Math.sqrt((levels[0]! ** 2 + levels[1]! ** 2) / 2)
  return [a, b].map(audio => audio.map(c => c.map(v => v * gain) as Float32Array)) as unknown as readonly [Audio, Audio]
}

/** A chain: words, and what it makes of a sound. */
export interface Chain {
  readonly words: string
  run(audio: Audio): Promise<Audio>
}
export type Kind = 'eq' | 'dynamics' | 'eq-dynamics' | 'saturation' | 'width' | 'space' | 'none'
export type EngineName = 'ffmpeg' | 'own'

const between = (random: () => number, low: number, high: number) => low + (high - low) * random()
const logBetween = (random: () => number, low: number, high: number) => low * (high / low) ** random()

interface Filter {
  readonly type: 'bell' | 'lowshelf' | 'highshelf'
  readonly frequency: number
  readonly q: number
  readonly gain: number
}
export function randomFilters(random: () => number): Filter[] {
  const gain = () => between(random, -12, 12),
    all: Filter[] = []
  if (random() < 0.8)
    all.push({ type: 'lowshelf', frequency: logBetween(random, 60, 300), q: Math.SQRT1_2, gain: gain() })
  for (const [low, high] of [
    [200, 1500],
    [800, 4000],
    [2000, 8000]
  ] as const)
    if (random() < 0.7)
      all.push({ type: 'bell', frequency: logBetween(random, low, high), q: between(random, 0.5, 3), gain: gain() })
  if (random() < 0.8)
    all.push({ type: 'highshelf', frequency: logBetween(random, 3000, 9000), q: Math.SQRT1_2, gain: gain() })
  return all
}
const ffmpegFilter = ({ type, frequency, q, gain }: Filter) =>
  `${type === 'bell' ? 'equalizer' : type === 'lowshelf' ? 'bass' : 'treble'}=f=${frequency.toFixed(1)}:t=q:w=${q.toFixed(3)}:g=${gain.toFixed(2)}`

/** A chain by lot. @param impulse path of a room's impulse response */
export function randomChain(
  kind: Kind,
  engine: EngineName,
  random: () => number,
  kernels: Kernels,
  impulse: string
): Chain {
  const filters = kind === 'eq' || kind === 'eq-dynamics' ? randomFilters(random) : [],
    nodes: { type: string; params: Record<string, number> }[] = filters.map(({ type, ...params }) => ({
      type,
      params
    })),
    texts = filters.map(ffmpegFilter)
  if (kind === 'dynamics' || kind === 'eq-dynamics') {
    const threshold = between(random, -36, -16),
      ratio = logBetween(random, 1.5, 8),
      attack = logBetween(random, 1, 50),
      release = logBetween(random, 30, 300)
    nodes.push({ type: 'compressor', params: { threshold, ratio, attack, release, knee: 6 } })
    texts.push(
      `acompressor=threshold=${(10 ** (threshold / 20)).toFixed(6)}:ratio=${ratio.toFixed(2)}:attack=${attack.toFixed(2)}:release=${release.toFixed(1)}:knee=2.83`
    )
  }
  if (kind === 'saturation') {
    const drive = between(random, 6, 20)
    nodes.push({ type: 'gain', params: { gain: drive } }, { type: 'distortion', params: { gain: 0 } })
    texts.push(`volume=${drive.toFixed(2)}dB`, `asoftclip=type=tanh:oversample=4`)
  }
  if (kind === 'width') {
    const width = random() < 0.5 ? between(random, 0.1, 0.7) : between(random, 1.4, 2)
    nodes.push({ type: 'imager', params: { width } })
    texts.push(`extrastereo=m=${width.toFixed(3)}:c=0`)
  }
  if (kind === 'space') {
    const size = between(random, 0.25, 0.6),
      mix = between(random, 0.2, 0.5)
    nodes.push({ type: 'reverb', params: { size, damping: between(random, 0.3, 0.7), mix } })
    texts.push(`space${mix}`)
  }
  if (engine === 'own') {
    const graph = (channels: 1 | 2) => {
      const b = builder('chain')
      let end = b.input('in', { channels })
      nodes.forEach((node, i) => {
        const next = b.node(`n${i}`, node)
        b.wire(end, next)
        end = next
      })
      b.output('out', { channels }, end)
      return b.graph()
    }
    return { words: JSON.stringify(nodes), run: audio => through(graph(audio.length as 1 | 2), audio, kernels) }
  }
  const mix = kind === 'space' ? Number(texts.pop()!.slice(5)) : undefined
  return {
    words: texts.join(',') || `impulse ${mix}`,
    run: async audio => {
      const bytes = interleaved(audio),
        from = ['-f', 'f32le', '-ac', `${audio.length}`, '-ar', `${rate}`, '-i', '-'],
        made =
          mix === undefined
            ? raw([...from, '-af', texts.join(',') || 'anull'], audio.length, bytes)
            : raw(
                [
                  ...from,
                  '-i',
                  impulse,
                  '-filter_complex',
                  `[0]asplit[d][e];[e][1]afir=gtype=gn[w];[d][w]amix=inputs=2:weights=1 ${mix}:normalize=0`
                ],
                audio.length,
                bytes
              )
      return made.map(c => c.slice(0, audio[0]!.length) as Float32Array)
    }
  }
}
export async function through(graph: Graph, audio: Audio, kernels: Kernels): Promise<Audio> {
  return (await render(graph, { in: audio }, { kernels, sampleRate: rate, tail: 0 })).out!
}
function interleaved(audio: Audio): Uint8Array {
  const all = new Float32Array(audio.length * audio[0]!.length)
  audio.forEach((c, k) => c.forEach((v, i) => (all[i * audio.length + k] = v)))
  return new Uint8Array(all.buffer)
}
export const seeded = (seed: number): (() => number) => {
  const random = createRandom(seed)
  return () => random.uniform()
}
export const ffmpegVersion = () => execFileSync('ffmpeg', ['-version'], { encoding: 'utf8' }).split('\n')[0]
