/**
 * Masters towards a reference, ours beside Matchering's, at the same loudness:
 *   node tools/run.mjs experiments/master-reference/run.ts SCRATCH PYTHON FILES…
 * Song i is mastered towards file i + 5, 75 s of each from a third of its length on. Matchering (PyPI, 2.0.6) must be known to
 * PYTHON. Tone is judged twice, as mean |difference| less its mean: by the Bark spectrum (mean magnitudes, near to what both go
 * by) and by third-octave levels of power between 40 Hz and 16 kHz, which neither goes by; once more by those third octaves
 * that lie below where a coder or converter cut song and reference off (`contentEnd`). A resonance is how far
 * the master stands above its mean over an octave, in twelfths of an octave, by more than the song and the reference do.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type Audio, clipOf, measureAudio, measureBark } from '@mixwright/dsp'
import { loadKernels } from '../../apps/mixwright/src/kernels.ts'
import { createPowerSpectrum } from '../../packages/dsp/src/measure/power-spectrum.ts'
import { contentEnd, heardSound } from '../../packages/tasks/src/master/sound.ts'
import { readSound, wide, writeSound } from '../sound-files.ts'

const [scratch, python, ...files] = process.argv.slice(2) as [string, string, ...string[]],
  seconds = 75,
  kernels = await loadKernels()
mkdirSync(scratch, { recursive: true })

interface Row {
  readonly song: string
  readonly reference: string
  readonly loudness: number
  readonly untouched: ToneError
  readonly matchering: ToneError
  readonly ours: ToneError
  readonly resonance: { readonly matchering: number; readonly ours: number }
  readonly psr: { readonly matchering: number | null; readonly ours: number | null }
}

async function cut(file: string): Promise<string> {
  const { audio, sampleRate } = await readSound(file),
    start = Math.floor(audio[0]!.length / 3),
    path = join(scratch, `${basename(file)}-cut.wav`)
  await writeSound(path, {
    audio: wide(audio).map(c => c.slice(start, start + seconds * sampleRate)) as Float32Array[],
    sampleRate
  })
  return path
}

/** dB below the loudest where there may be no more than the noise of a coder. */
const nothing = 70
/** dB: by Bark bands, by third octaves, by those below the end of song and reference. */
type ToneError = readonly [bark: number, thirds: number, sounding: number]
const spread = (errors: readonly number[]): number => {
  const mean = errors.reduce((x, y) => x + y, 0) / errors.length
  return errors.reduce((sum, e) => sum + Math.abs(e - mean), 0) / errors.length
}
/** Hz up to which a song has something, as far as whole third octaves go. */
const endOf = async (audio: Audio, rate: number): Promise<number> =>
  contentEnd((await heardSound(clipOf(audio, rate), 'the song', { kernels })).spectra) / 2 ** (1 / 6)
function toneError(audio: Audio, reference: Audio, rate: number, end: number): ToneError {
  const [a, b] = [measureAudio(audio, rate).bands, measureAudio(reference, rate).bands],
    [p, q] = [measureBark(audio, rate).mid, measureBark(reference, rate).mid],
    thirds = a.flatMap(({ centre, level }, i) =>
      centre >= 40 && centre <= 16000 && level !== null && b[i]!.level !== null
        ? [{ error: level - b[i]!.level!, centre }]
        : []
    )
  return [
    spread([...p].map((v, i) => 20 * Math.log10(v / q[i]!))),
    spread(thirds.map(({ error }) => error)),
    spread(thirds.flatMap(({ error, centre }) => (centre < end ? [error] : [])))
  ]
}
const shown = (error: ToneError) => error.map(dB => dB.toFixed(2)).join('/')

/** dB in twelfths of an octave from 40 Hz to 16 kHz. */
function twelfths(audio: Audio, rate: number): number[] {
  const size = 32768,
    frame = createPowerSpectrum(size),
    sums = new Float64Array(size / 2 + 1)
  for (let at = 0; at + size <= audio[0]!.length; at += size / 2) {
    frame.read(audio[0]!, audio[1]!, at)
    for (let k = 0; k < sums.length; k++) sums[k]! += frame.power[k]!
  }
  return Array.from({ length: Math.round(12 * Math.log2(16000 / 40)) }, (_, i) => {
    const [from, to] = [i - 0.5, i + 0.5].map(n => Math.round((40 * 2 ** (n / 12) * size) / rate)) as [number, number]
    return 10 * Math.log10(sums.subarray(from, Math.max(from + 1, to)).reduce((a, b) => a + b, 1e-20))
  })
}
/** How far anything stands out by more than it does in the song or in the reference. What lies so far down counts for nothing. */
function resonance(before: Audio, after: Audio, reference: Audio, rate: number): number {
  const above = (audio: Audio) => {
      const level = twelfths(audio, rate)
      return level.map((dB, i) => {
        const near = level.slice(Math.max(0, i - 6), i + 7)
        return dB - near.reduce((x, y) => x + y, 0) / near.length
      })
    },
    [a, b, c] = [before, after, reference].map(above) as [number[], number[], number[]],
    levels = twelfths(after, rate),
    least = Math.max(...levels) - nothing
  return Math.max(...b.flatMap((dB, i) => (levels[i]! > least ? [dB - Math.max(a[i]!, c[i]!)] : [])))
}

const cuts: string[] = []
for (const file of files) cuts.push(await cut(file))
const rows: Row[] = []
for (const [i, song] of cuts.entries()) {
  const like = cuts[(i + 5) % cuts.length]!,
    theirs = join(scratch, `${basename(song)}-matchering.wav`),
    folder = join(scratch, `${basename(song)}-ours`)
  if (!existsSync(theirs))
    execFileSync(python, ['experiments/master-reference/peer.py', song, like, theirs], { stdio: 'ignore' })
  const [original, reference, peer] = [await readSound(song), await readSound(like), await readSound(theirs)],
    rate = original.sampleRate,
    loudness = measureAudio(peer.audio, rate).integrated!
  const target = ['--target', 'loudness', '--loudness', loudness.toFixed(1), '--ceiling', '-0.1'],
    args = [
      'apps/mixwright/dist/cli.js',
      'master',
      song,
      '--out',
      folder,
      '--force',
      '--quiet',
      '--reference',
      like,
      ...target
    ],
    done = spawnSync(process.execPath, args, { encoding: 'utf8' }),
    made = done.status === 0 ? (await readSound(join(folder, 'master.wav'))).audio : undefined
  if (!made) {
    console.log(`${basename(song)} at ${loudness.toFixed(1)} LUFS: ${done.stderr.trim()}`)
    continue
  }
  const end = Math.min(await endOf(original.audio, rate), await endOf(reference.audio, rate))
  rows.push({
    song: basename(song),
    reference: basename(like),
    loudness,
    untouched: toneError(original.audio, reference.audio, rate, end),
    matchering: toneError(peer.audio, reference.audio, rate, end),
    ours: toneError(made, reference.audio, rate, end),
    resonance: {
      matchering: resonance(original.audio, peer.audio, reference.audio, rate),
      ours: resonance(original.audio, made, reference.audio, rate)
    },
    psr: { matchering: measureAudio(peer.audio, rate).psr, ours: measureAudio(made, rate).psr }
  })
  const last = rows.at(-1)!
  console.log(
    `${last.song} <- ${last.reference}: untouched ${shown(last.untouched)}, Matchering ${shown(last.matchering)}, ours ${shown(last.ours)} dB; resonance ${last.resonance.matchering.toFixed(1)} / ${last.resonance.ours.toFixed(1)} dB; PSR ${last.psr.matchering?.toFixed(1)} / ${last.psr.ours?.toFixed(1)}`
  )
}
const meanOf = (who: 'untouched' | 'matchering' | 'ours') =>
    [0, 1, 2].map(k => rows.reduce((sum, row) => sum + row[who][k]!, 0) / rows.length) as unknown as ToneError,
  [theirs, ours] = [meanOf('matchering'), meanOf('ours')]
console.log(
  `${rows.length} songs, Bark/thirds/thirds below the ends: untouched ${shown(meanOf('untouched'))}, Matchering ${shown(theirs)}, ours ${shown(ours)} dB, ratio ${shown(ours.map((dB, k) => dB / theirs[k]!) as unknown as ToneError)}; greatest resonance ${Math.max(...rows.map(r => r.resonance.matchering)).toFixed(1)} / ${Math.max(...rows.map(r => r.resonance.ours)).toFixed(1)} dB`
)
writeFileSync(join(scratch, 'rows.json'), JSON.stringify(rows, null, 1))
