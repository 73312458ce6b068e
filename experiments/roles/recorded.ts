/**
 * Recorded stems with known roles, as links: folders for `learn.ts`.
 *   node tools/run.mjs experiments/roles/recorded.ts FOLDER DATA
 * DATA is the folder of the given data. Songs that results are judged on (author-mixes/song-roles.ts) are not among them,
 * and no other tracks of theirs.
 */
import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, extname, join, resolve } from 'node:path'
import { isRole } from '../../packages/tasks/src/mix/roles.ts'

const [folder, data] = process.argv.slice(2)
if (!folder || !data) {
  console.error('usage: node tools/run.mjs experiments/roles/recorded.ts FOLDER DATA')
  process.exit(2)
}
/** Folder of the data: what a file's name begins with or holds, an equals sign, its role; the first that fits. */
const written: Readonly<Record<string, string>> = {
  '01-grafx-stems': 'guitar=guitar bass=bass singing=lead-vocal drums=drums speech=speech music=music',
  '03-cc0-song-hydrogen': 'BEEPS=synth VOX=lead-vocal DRUMS=drums HH=hihat SYNTH=synth',
  '08-voice': 'vocal=lead-vocal vocadito=lead-vocal',
  '09-clips/speech': 'libri=speech'
}
for (const [place, line] of Object.entries(written)) {
  const pairs = line.split(' ').map(pair => pair.split('=') as [string, string]),
    song = join(folder, `recorded-${basename(place)}`),
    labels: Record<string, string> = {}
  rmSync(song, { recursive: true, force: true })
  mkdirSync(join(song, 'dry'), { recursive: true })
  for (const file of readdirSync(join(data, place)).sort()) {
    const role = pairs.find(([part]) => file.includes(part))?.[1]
    if (!role || !isRole(role) || !/\.(wav|m4a|mp3|flac)$/.test(file)) continue
    symlinkSync(resolve(data, place, file), join(song, 'dry', file))
    labels[basename(file, extname(file))] = role
  }
  writeFileSync(join(song, 'labels.json'), JSON.stringify(labels))
}
