/** Formats that only a system ffmpeg reads (AAC, ALAC, WMA …): its float samples through a pipe. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Audio } from '@mixwright/dsp'
import {
  assertFinite,
  AudioFileError,
  type AudioFile,
  bounded,
  checkForm,
  checkLength,
  corrupt,
  type Format,
  type OpenOptions
} from '@mixwright/files'

export interface ExternalFile extends AudioFile {
  /** Frames as far as the container tells, for progress: within a codec frame or two. */
  readonly expectedFrames: number | undefined
}
/** What the container tells of a file. */
export interface ExternalHeader {
  /** Hz */
  readonly sampleRate: number
  readonly channels: number
  readonly expectedFrames?: number | undefined
}
export interface ExternalOptions extends OpenOptions {
  /** What an earlier opening of the file has found. */
  readonly known?: ExternalHeader | undefined
  readonly signal?: AbortSignal | undefined
  /** Commands to run. Default `ffmpeg` and `ffprobe` of the PATH. */
  readonly ffmpeg?: string
  readonly ffprobe?: string
}

/**
 * Opens a file through ffmpeg. `what` says why it is needed, for the message where it is missing.
 * @throws AudioFileError if there is no ffmpeg, no audio in the file, or more than two channels
 */
export async function openExternal(
  path: string,
  name: string,
  format: Format,
  what: string,
  options: ExternalOptions = {}
): Promise<ExternalFile> {
  const { sampleRate, channels, expectedFrames } = options.known ?? (await probe(path, name, what, options))
  checkForm(name, channels, sampleRate)
  return {
    format,
    sampleRate,
    channels,
    expectedFrames,
    blocks: () => decode(path, name, what, sampleRate, channels, options)
  }
}

interface Probed {
  readonly sample_rate?: string
  readonly channels?: number
  readonly duration?: string
}

async function probe(path: string, name: string, what: string, options: ExternalOptions): Promise<ExternalHeader> {
  const child = start(options.ffprobe ?? 'ffprobe', [
    '-v',
    'error',
    '-select_streams',
    'a:0',
    '-show_entries',
    'stream=sample_rate,channels,duration',
    '-of',
    'json',
    `file:${path}`
  ])
  const kill = killer(child, options.signal),
    parts: Buffer[] = []
  child.stdout!.on('data', (part: Buffer) => parts.push(part))
  const end = await ended(child, name, what).finally(kill.release)
  options.signal?.throwIfAborted()
  if (end.code !== 0)
    throw new AudioFileError(
      'not-audio',
      name,
      `ffmpeg cannot read it (${end.said})`,
      'leave the file out, or convert it to WAV'
    )
  const [stream] = (JSON.parse(Buffer.concat(parts).toString()) as { streams?: Probed[] }).streams ?? []
  if (!stream) throw new AudioFileError('not-audio', name, 'there is no audio in the file', 'leave the file out')
  const sampleRate = Number(stream.sample_rate),
    seconds = Number(stream.duration)
  return {
    sampleRate,
    channels: stream.channels ?? 0,
    expectedFrames: seconds > 0 ? Math.round(seconds * sampleRate) : undefined
  }
}

async function* decode(
  path: string,
  name: string,
  what: string,
  sampleRate: number,
  channels: number,
  options: ExternalOptions
): AsyncGenerator<Audio> {
  const child = start(options.ffmpeg ?? 'ffmpeg', [
    '-v',
    'error',
    '-nostdin',
    '-i',
    `file:${path}`,
    '-map',
    '0:a:0',
    '-ar',
    `${sampleRate}`,
    '-ac',
    `${channels}`,
    '-f',
    'f32le',
    'pipe:1'
  ])
  const kill = killer(child, options.signal),
    end = ended(child, name, what)
  end.catch(() => {}) // awaited below, unless the reader leaves earlier
  let frames = 0
  try {
    for await (const audio of framesOf(child.stdout as AsyncIterable<Buffer>, channels)) {
      options.signal?.throwIfAborted()
      assertFinite(audio, frames, name, sampleRate)
      frames += audio[0]!.length
      yield* bounded(audio)
    }
    const { code, said } = await end
    options.signal?.throwIfAborted()
    if (code !== 0 || (said && !options.allowTruncated))
      throw corrupt(
        name,
        `ffmpeg stumbles over it after ${(frames / sampleRate).toFixed(3)} s (${said || `exit code ${code}`})`
      )
    checkLength(name, frames)
  } finally {
    kill.release()
    kill.now()
  }
}

/** Interleaved floats of any pieces as planar blocks. */
async function* framesOf(pieces: AsyncIterable<Buffer>, channels: number): AsyncGenerator<Audio> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const piece of pieces) {
    const bytes = rest.length ? Buffer.concat([rest, piece]) : piece,
      count = Math.floor(bytes.length / (4 * channels)),
      used = count * 4 * channels
    const whole = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes),
      floats = new Float32Array(whole.buffer, whole.byteOffset, used / 4)
    rest = bytes.subarray(used)
    if (count > 0)
      yield Array.from({ length: channels }, (_, c) => {
        const channel = new Float32Array(count)
        for (let i = 0, j = c; i < count; i++, j += channels) channel[i] = floats[j]!
        return channel
      })
  }
}

const start = (command: string, args: readonly string[]): ChildProcess =>
  spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true })

/** How the command ended and the first line it said. @throws AudioFileError if it does not exist */
async function ended(child: ChildProcess, name: string, what: string): Promise<{ code: number | null; said: string }> {
  let said = ''
  child.stderr!.on('data', (part: Buffer) => {
    if (said.length < 1000) said += part.toString()
  })
  try {
    const [code] = (await once(child, 'close')) as [number | null]
    return {
      code,
      said: said
        .trim()
        .split('\n')[0]!
        .replace(/^\[[^\]]*\] /, '')
    }
  } catch (cause) {
    throw new AudioFileError(
      'unsupported',
      name,
      what,
      'it needs ffmpeg on the PATH (https://ffmpeg.org), or convert the file to WAV',
      { cause }
    )
  }
}

/** Ends the child when the signal says so. */
function killer(child: ChildProcess, signal: AbortSignal | undefined): { now(): void; release(): void } {
  const now = (): void => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
  }
  if (signal?.aborted) now()
  signal?.addEventListener('abort', now, { once: true })
  return { now, release: () => signal?.removeEventListener('abort', now) }
}
