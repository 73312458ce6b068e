/**
 * What refinement by gradient changes, heard over whole songs by measures that it does not turn the knobs by.
 *   node tools/run.mjs experiments/refinement/run.ts FOLDER …
 * Each folder holds one song's dry stems. Per song, by rules alone and refined: share of the lead's Bark cells of 23 ms
 * that stand out of the rest (hard edge, all of the song), the lead against the rest, and the spread of levels after
 * processing (BS.1770, whole stems) about where the faders alone would leave them. Kits' microphones are not turned and
 * not counted.
 */
import { readdirSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { measureBarkFrames, measureLoudness } from '@mixwright/dsp'
import { leadOf } from '@mixwright/estimate'
import { rulesOf, stemIds, stemOutput } from '@mixwright/tasks'
import { mix } from '../../apps/mixwright/src/api.ts'
import { readSound, wide } from '../sound-files.ts'

const folders = process.argv.slice(2)
if (folders.length === 0) {
  console.error('usage: node tools/run.mjs experiments/refinement/run.ts FOLDER …')
  process.exit(2)
}

async function songOf(folder: string) {
  const files = readdirSync(folder).filter(name => /\.(wav|flac|mp3|ogg)$/i.test(name)),
    sounds = await Promise.all(files.map(name => readSound(join(folder, name))))
  return {
    sampleRate: sounds[0]!.sampleRate,
    stems: Object.fromEntries(files.map((name, i) => [basename(name, extname(name)), sounds[i]!.audio]))
  }
}

async function heard({ stems, sampleRate }: Awaited<ReturnType<typeof songOf>>, refine: number) {
  const names = Object.keys(stems),
    ids = stemIds(names),
    { decisions, audio, graph } = await mix(stems, sampleRate, { refine }),
    loudness = (x: Parameters<typeof wide>[0]) => measureLoudness(wide(x), sampleRate).integrated,
    playing = decisions.stems.flatMap((stem, i) => (stem.muted ? [] : [{ stem, i, out: audio[stemOutput(ids[i]!)]! }])),
    errors = playing
      .filter(({ stem }) => !rulesOf(stem.role).kitMic)
      .map(({ i, stem, out }) => {
        // The rules' own fader: what refinement adds to it is what is to be judged.
        const rule = /Fader ([+−]?[\d.]+) dB/.exec(stem.fader.reason)?.[1] ?? '0'
        return loudness(out) - loudness(stems[names[i]!]!) - Number(rule.replace('−', '-'))
      }),
    mean = errors.reduce((a, b) => a + b, 0) / errors.length,
    rms = Math.sqrt(errors.reduce((sum, e) => sum + (e - mean) ** 2, 0) / errors.length),
    frames: Record<string, ReturnType<typeof measureBarkFrames>> = {},
    add = (role: string, x: Parameters<typeof wide>[0]) => {
      const found = measureBarkFrames(x, sampleRate),
        sum = frames[role]
      frames[role] = sum ? { ...sum, power: sum.power.map((p, i) => p + (found.power[i] ?? 0)) } : found
    }
  for (const { stem, out } of playing) add(stem.lead ? 'lead' : 'rest', out)
  for (const name of Object.keys(graph.outputs))
    if (name.startsWith('stem:') && !playing.some(({ i }) => stemOutput(ids[i]!) === name)) add('rest', audio[name]!)
  return {
    frames,
    rms,
    bells: decisions.stems.flatMap(stem =>
      stem.chain.filter(d => d.reason.includes('found by gradient')).map(d => `${stem.stem}: ${d.reason.split(',')[0]}`)
    )
  }
}

type Heard = Awaited<ReturnType<typeof heard>>
/** The lead as it stands, or louder by some dB. */
function lead({ frames }: Heard, louder = 0) {
  const own = frames.lead
  return own
    ? leadOf<string>({ ...frames, lead: { ...own, power: own.power.map(p => p * 10 ** (louder / 10)) } }, 'lead')
    : { glimpses: null, ratio: null }
}
const percent = (glimpses: number | null) => glimpses && 100 * glimpses
const figure = (value: number | null, digits: number) => (value === null ? '–' : value.toFixed(digits))
console.log(
  '| song | glimpses, % | the same with the lead as loud as by rules | lead against the rest, LU | levels about the rules, LU rms | bells |'
)
console.log('|---|---|---|---|---|---|')
for (const folder of folders) {
  const song = await songOf(folder),
    rules = await heard(song, 0),
    refined = await heard(song, 1),
    [before, after] = [lead(rules), lead(refined)],
    equal = lead(refined, (before.ratio ?? 0) - (after.ratio ?? 0)),
    pair = (a: number | null, b: number | null, digits: number) => `${figure(a, digits)} → ${figure(b, digits)}`
  console.log(
    `| ${[
      folder.split('/').slice(-2).join('/'),
      pair(percent(before.glimpses), percent(after.glimpses), 1),
      figure(percent(equal.glimpses), 1),
      pair(before.ratio, after.ratio, 2),
      pair(rules.rms, refined.rms, 2),
      refined.bells.join('; ') || 'none'
    ].join(' | ')} |`
  )
}
