/**
 * What the decisions do for the lead, heard over whole songs by measures that they are not made by.
 *   node tools/run.mjs experiments/refinement/run.ts FOLDER …
 * Each folder holds one song's dry stems, or `dry/` in it does. The share of the lead's Bark cells of 23 ms that stand out
 * of the rest (hard edge, all of the song, the cells in which the *recorded* lead sounds), the lead always as loud against
 * the rest as the level rule alone has it: by that rule (dry stems at its faders), by all rules, and refined. From the
 * rendered stems, all rooms counted as rest; and, in brackets, as the role reader finds the stems in the two mixes.
 * Beside it the spread of levels after processing (BS.1770, whole stems) about where the faders alone would leave them;
 * kits' microphones are not counted.
 */
import { existsSync, readdirSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { type Audio, type BarkFrames, clipOf, measureBarkFrames, measureLoudness, compileKernels } from '@mixwright/dsp'
import bytes from '@mixwright/dsp/kernels.wasm'
import { leadOf, readRoleBalance, standingFrames } from '@mixwright/estimate'
import { rulesOf, stemIds, stemOutput } from '@mixwright/tasks'
import { mix } from '../../apps/mixwright/src/api.ts'
import { readSound, wide } from '../sound-files.ts'

const kernels = await compileKernels(bytes)

const folders = process.argv.slice(2)
if (folders.length === 0) {
  console.error('usage: node tools/run.mjs experiments/refinement/run.ts FOLDER …')
  process.exit(2)
}

async function songOf(folder: string) {
  const inside = existsSync(join(folder, 'dry')) ? join(folder, 'dry') : folder,
    files = readdirSync(inside).filter(name => /\.(wav|flac|mp3|ogg|m4a)$/i.test(name)),
    sounds = await Promise.all(files.map(name => readSound(join(inside, name))))
  return {
    sampleRate: sounds[0]!.sampleRate,
    stems: Object.fromEntries(files.map((name, i) => [basename(name, extname(name)), wide(sounds[i]!.audio)]))
  }
}
type Song = Awaited<ReturnType<typeof songOf>>
type Mixed = Awaited<ReturnType<typeof mix>>
/** The lead and all else. */
interface Two {
  readonly lead: BarkFrames
  readonly rest: BarkFrames
}

const added = (list: readonly BarkFrames[]): BarkFrames => ({
  ...list[0]!,
  power: list[0]!.power.map((_, i) => list.reduce((sum, one) => sum + (one.power[i] ?? 0), 0))
})
/** The rules' own fader: what refinement adds to it is what is to be judged. */
const ruleGain = ({ fader }: Mixed['decisions']['stems'][number]) =>
  Number((/Fader ([+−]?[\d.]+) dB/.exec(fader.reason)?.[1] ?? '0').replace('−', '-'))
const playing = ({ decisions }: Mixed) => decisions.stems.filter(stem => !stem.muted)
const apart = (mixed: Mixed, framesOf: (stem: string) => BarkFrames, rooms: readonly BarkFrames[] = []): Two => {
  const of = (lead: boolean) =>
    playing(mixed).flatMap(stem => ((stem.lead !== undefined) === lead ? [framesOf(stem.stem)] : []))
  return { lead: added(of(true)), rest: added([...of(false), ...rooms]) }
}

/** Dry stems at the faders of the rule. */
function levelRule({ stems, sampleRate }: Song, mixed: Mixed) {
  const at = Object.fromEntries(
      playing(mixed).map(stem => {
        const gain = 10 ** (ruleGain(stem) / 20)
        return [stem.stem, stems[stem.stem]!.map(channel => channel.map(v => gain * v))]
      })
    ),
    frames = Object.fromEntries(
      Object.entries(at).map(([name, audio]) => [name, measureBarkFrames(audio, sampleRate)])
    ),
    length = Math.max(...Object.values(at).map(([left]) => left!.length)),
    sum: Audio = [0, 1].map(c =>
      Float32Array.from({ length }, (_, i) => Object.values(at).reduce((s, audio) => s + (audio[c]![i] ?? 0), 0))
    )
  return { at, frames, sum, two: apart(mixed, stem => frames[stem]!) }
}
type Rule = ReturnType<typeof levelRule>

function rendered({ stems, sampleRate }: Song, mixed: Mixed): Two {
  const ids = stemIds(Object.keys(stems)),
    outputOf = (stem: string) => stemOutput(ids[Object.keys(stems).indexOf(stem)]!),
    own = Object.keys(stems).map(outputOf),
    framesOf = (output: string) => measureBarkFrames(wide(mixed.audio[output]!), sampleRate),
    rooms = Object.keys(mixed.graph.outputs).filter(name => name.startsWith('stem:') && !own.includes(name))
  return apart(mixed, stem => framesOf(outputOf(stem)), rooms.map(framesOf))
}
async function read({ sampleRate }: Song, mixed: Mixed, { at, frames }: Rule, audio: Audio): Promise<Two | undefined> {
  const clips = Object.fromEntries(Object.entries(at).map(([name, x]) => [name, clipOf(x, sampleRate)])),
    found = await readRoleBalance<string>(clipOf(wide(audio), sampleRate), clips, kernels)
  return found && apart(mixed, stem => standingFrames(frames[stem]!, found.roles[stem]!.bands))
}

/** Glimpses of a lead brought to a level against the rest, of the cells in which it was recorded, %. */
function glimpses({ lead, rest }: Two, ratio: number, recorded: BarkFrames): number {
  const gain = 10 ** ((ratio - leadOf<string>({ lead, rest }, 'lead', recorded).ratio!) / 10),
    level = { ...lead, power: lead.power.map(p => gain * p) }
  return 100 * leadOf<string>({ lead: level, rest }, 'lead', recorded).glimpses!
}
function spreadOf({ stems, sampleRate }: Song, mixed: Mixed): number {
  const names = Object.keys(stems),
    ids = stemIds(names),
    loudness = (audio: Audio) => measureLoudness(wide(audio), sampleRate).integrated,
    errors = playing(mixed)
      .filter(stem => !rulesOf(stem.role).kitMic)
      .map(stem => {
        const after = loudness(mixed.audio[stemOutput(ids[names.indexOf(stem.stem)]!)]!)
        return after - loudness(stems[stem.stem]!) - ruleGain(stem)
      })
  return Math.sqrt(errors.reduce((sum, e) => sum + e * e, 0) / errors.length)
}

const bells = ({ decisions }: Mixed) =>
  decisions.stems.flatMap(stem =>
    stem.chain.filter(d => d.reason.includes('found by gradient')).map(d => `${stem.stem}: ${d.reason.split(',')[0]}`)
  )
console.log('| song | level rule, % | all rules | refined | levels about the rules, LU rms | bells |')
console.log('|---|---|---|---|---|---|')
for (const folder of folders) {
  const song = await songOf(folder),
    [rules, refined] = [
      await mix(song.stems, song.sampleRate, { refine: 0 }),
      await mix(song.stems, song.sampleRate, { refine: 1 })
    ],
    rule = levelRule(song, rules),
    name = folder.split('/').slice(-2).join('/')
  if (!playing(refined).some(stem => stem.lead)) {
    console.log(`| ${name} | no lead | | | ${spreadOf(song, refined).toFixed(2)} | |`)
    continue
  }
  const { lead } = rule.two,
    { ratio } = leadOf<string>({ ...rule.two }, 'lead'),
    figures = async (mixed: Mixed | undefined) => {
      const own = mixed ? rendered(song, mixed) : rule.two,
        found = await read(song, refined, rule, mixed ? mixed.audio.mix! : rule.sum)
      return `${glimpses(own, ratio!, lead).toFixed(1)} (${found ? glimpses(found, ratio!, lead).toFixed(1) : '–'})`
    },
    spread = [rules, refined].map(mixed => spreadOf(song, mixed).toFixed(2)).join(' → ')
  console.log(
    `| ${[name, await figures(undefined), await figures(rules), await figures(refined), spread, bells(refined).join('; ') || 'none'].join(' | ')} |`
  )
}
