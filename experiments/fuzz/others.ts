/** Small files as ffmpeg and sox write them, made here and now; none of a program that is not there. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bytesOf, chunk, le } from '../../packages/files/test/forms.ts'

const sound = [
    '-f',
    'lavfi',
    '-i',
    'aevalsrc=0.4*sin(2000*t*t)|0.2*random(0):s=44100:d=0.03',
    '-metadata',
    'title=A title'
  ],
  tone = ['-n', '-r', '44100', '-c', '2']
/** Per file its program, what stands before its name, and what after it. */
const made: Readonly<
  Record<string, readonly [program: 'ffmpeg' | 'sox', before: readonly string[], after?: readonly string[]]>
> = {
  'f-s16.flac': ['ffmpeg', [...sound, '-sample_fmt', 's16', '-compression_level', '12']],
  'f-s24.flac': ['ffmpeg', [...sound, '-sample_fmt', 's32', '-lpc_type', 'cholesky', '-ch_mode', 'mid_side']],
  's.flac': ['sox', tone, ['synth', '0.03', 'pluck', 'A3', 'noise']],
  'f-cbr.mp3': ['ffmpeg', [...sound, '-c:a', 'libmp3lame', '-b:a', '64k']],
  'f-vbr.mp3': ['ffmpeg', [...sound, '-c:a', 'libmp3lame', '-q:a', '4', '-id3v2_version', '3', '-write_id3v1', '1']],
  'f-mpeg2.mp3': ['ffmpeg', [...sound, '-c:a', 'libmp3lame', '-ar', '16000', '-ac', '1', '-write_xing', '0']],
  's.mp3': ['sox', tone, ['synth', '0.03', 'sine', '300-3000']],
  'f.ogg': ['ffmpeg', [...sound, '-c:a', 'libvorbis', '-q:a', '2']],
  's.ogg': ['sox', tone, ['synth', '0.03', 'sine', '300-3000']],
  'f.opus': ['ffmpeg', [...sound, '-c:a', 'libopus', '-b:a', '48k']],
  'f-20ms.opus': ['ffmpeg', [...sound, '-c:a', 'libopus', '-frame_duration', '60', '-application', 'voip', '-ac', '1']],
  'f.aiff': ['ffmpeg', [...sound, '-write_id3v2', '1']],
  's.aiff': ['sox', [...tone, '-b', '24'], ['synth', '0.02', 'sine', '440']],
  's.aifc': ['sox', [...tone, '-b', '16'], ['synth', '0.02', 'sine', '440']],
  'f-s16.wav': ['ffmpeg', [...sound, '-c:a', 'pcm_s16le']],
  'f-float.wav': ['ffmpeg', [...sound, '-c:a', 'pcm_f32le', '-write_bext', '1']],
  'f-rf64.wav': ['ffmpeg', [...sound, '-c:a', 'pcm_s24le', '-rf64', 'always']],
  's-s24.wav': ['sox', [...tone, '-b', '24'], ['synth', '0.02', 'sine', '440']]
}

/** A WAV with what others put around sound: chunks of odd length, unknown ones before the format, sound before the words. */
function oddChunks(): Uint8Array {
  const samples = Array.from({ length: 600 }, (_, i) => (i * 37) & 255),
    format = [...le(1, 2), ...le(2, 2), ...le(48000, 4), ...le(48000 * 6, 4), ...le(6, 2), ...le(24, 2)],
    body = [
      ...chunk('JUNK', [1, 2, 3]),
      ...chunk('bext', Array<number>(602).fill(0)),
      ...chunk('fmt ', format),
      ...chunk('fact', le(100, 4)),
      ...chunk('zzzz', [9]),
      ...chunk('data', samples),
      ...chunk('cue ', [...le(1, 4), ...Array<number>(24).fill(0)]),
      ...chunk('LIST', [...bytesOf('INFOINAM'), ...le(3, 4), 65, 66, 0, 0])
    ]
  return bytesOf('RIFF', le(body.length + 4, 4), 'WAVE', body)
}

export function othersFiles(): Readonly<Record<string, Uint8Array>> {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-')),
    files: Record<string, Uint8Array> = { 'odd chunks.wav': oddChunks() }
  try {
    for (const [name, [program, before, after = []]] of Object.entries(made)) {
      const path = join(folder, name),
        quiet = program === 'ffmpeg' ? ['-v', 'error', '-nostdin', '-y'] : ['-V1'],
        { status } = spawnSync(program, [...quiet, ...before, path, ...after])
      // A Buffer would share its slices.
      if (status === 0) files[name] = new Uint8Array(readFileSync(path))
      else console.log(`${program} does not make ${name} here`)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return files
}
