/**
 * Projects that others made: read, with noise in place of the audio that is not there, rendered, exported without a change
 * in both formats, and rendered again: against the first rendering.
 *   node tools/run.mjs experiments/sessions/others.ts FOLDER SCRATCH
 * FOLDER holds texts: REAPER's as .rpp, DAWprojects' project.xml as .xml. The command line must be built (npm run build).
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { createRandom } from '@mixwright/dsp'
import {
  createWavWriter,
  createZipWriter,
  filesOf,
  memorySink,
  parseXml,
  type ReadSession,
  readProject,
  readRpp
} from '@mixwright/files'
import { readSound } from '../sound-files.ts'

const [folder, scratch] = process.argv.slice(2)
if (!folder || !scratch) {
  console.error('usage: node tools/run.mjs experiments/sessions/others.ts FOLDER SCRATCH')
  process.exit(2)
}

function mixwright(...args: string[]): string {
  const { status, stderr } = spawnSync(
    process.execPath,
    ['apps/mixwright/dist/cli.js', ...args, '--quiet', '--force'],
    {
      encoding: 'utf8'
    }
  )
  if (status !== 0) throw new Error(`${args.join(' ')}: ${stderr}`)
  return stderr.trim()
}

/** Noise as long as its clips want it; what comes round is shorter. */
async function noise({ session }: ReadSession, file: string, seed: number): Promise<Uint8Array> {
  const clips = session.tracks.flatMap(track => track.clips.filter(one => one.file === file)),
    wanted = Math.max(...clips.map(one => one.offset + one.length)),
    seconds = clips.some(one => one.loop) ? 0.8 * wanted : wanted,
    random = createRandom(seed),
    audio = [0, 1].map(() =>
      Float32Array.from({ length: Math.ceil(seconds * session.sampleRate) }, () => 0.1 * random.normal())
    ),
    sink = memorySink(),
    writer = await createWavWriter(sink, {
      sampleRate: session.sampleRate,
      channels: 2,
      format: 'f32',
      seed: 1,
      name: file
    })
  await writer.write(audio)
  await writer.close()
  return sink.bytes()
}

/** The project with its audio in a folder of its own. @returns the project's path */
async function prepared(name: string): Promise<{ path: string; read: ReadSession }> {
  const text = readFileSync(join(folder!, name), 'utf8'),
    place = join(scratch!, name),
    isRpp = /\.rpp$/i.test(name),
    read = isRpp ? readRpp(text, name) : readProject(parseXml(text, name), name),
    path = join(place, isRpp ? name : `${name}.dawproject`)
  mkdirSync(place, { recursive: true })
  if (isRpp) writeFileSync(path, text)
  else {
    const sink = memorySink(),
      zip = createZipWriter(sink)
    await zip.add('project.xml', [new TextEncoder().encode(text)])
    await zip.close()
    writeFileSync(path, sink.bytes())
  }
  // Opus, Vorbis … : what a file is, its content says.
  for (const [i, file] of filesOf(read.session).entries())
    writeFileSync(join(place, basename(file)), await noise(read, file, i + 1))
  return { path, read }
}

async function residual(a: string, b: string): Promise<string> {
  const [x, y] = [await readSound(a), await readSound(b)]
  let power = 0,
    rest = 0
  for (const [c, channel] of x.audio.entries())
    for (let i = 0; i < Math.max(channel.length, y.audio[c]!.length); i++) {
      power += (channel[i] ?? 0) ** 2
      rest += ((channel[i] ?? 0) - (y.audio[c]![i] ?? 0)) ** 2
    }
  return rest === 0 ? 'equal to the last bit' : `${(10 * Math.log10(rest / power)).toFixed(1)} dB`
}

for (const name of readdirSync(folder).filter(one => /\.(rpp|xml)$/i.test(one))) {
  const { path, read } = await prepared(name),
    at = (file: string) => join(scratch, name, file),
    { tracks } = read.session
  console.log(
    `${name}: ${tracks.length} tracks, ${tracks.reduce((sum, one) => sum + one.clips.length, 0)} clips, ${tracks.reduce((sum, one) => sum + one.devices.length, 0)} devices`
  )
  for (const what of read.left) console.log(`  passed over: ${what}`)
  if (filesOf(read.session).length === 0) continue
  mixwright('render', path, '--out', `main=${at('first.wav')}`)
  for (const format of ['rpp', 'dawproject']) {
    mixwright('export', path, '--format', format, '--out', at(format))
    const made = readdirSync(at(format)).find(one => one.endsWith(format))!
    mixwright('render', join(at(format), made), '--out', `main=${at('again.wav')}`)
    console.log(`  as ${format}: ${await residual(at('first.wav'), at('again.wav'))}`)
  }
  rmSync(join(scratch, name), { recursive: true, force: true })
}
