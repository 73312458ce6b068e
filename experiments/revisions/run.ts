/**
 * Does a word do to real recordings what it says? Every verb, up and down, on every stem of a mixed song and on the mix:
 * whether its own measure moves its way, and by how much the loudness of the others moves.
 *   node tools/run.mjs experiments/revisions/run.ts FOLDER … [--verbs NAME,…]
 * Each folder is one song; `dry/` holds its stems, of which 20 s from the middle are mixed. 44.1 kHz.
 */
import { readdirSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { type Audio, clipOf } from '@mixwright/dsp'
import { render } from '@mixwright/graph'
import { consoleGraph, revise, type Session, sessionOf, stemIds, stemOutput, verbNames, verbOf } from '@mixwright/tasks'
import { loadKernels, mix } from '../../apps/mixwright/src/api.ts'
import { loudness, measured, type Sounds } from '../../packages/tasks/test/revision-measures.ts'
import { readSound } from '../sound-files.ts'

const seconds = 20,
  args = process.argv.slice(2),
  chosen = args.includes('--verbs') ? args.splice(args.indexOf('--verbs'), 2)[1]!.split(',') : undefined,
  folders = args
if (folders.length === 0) {
  console.error('usage: node tools/run.mjs experiments/revisions/run.ts FOLDER …')
  process.exit(2)
}
const kernels = await loadKernels(),
  tally = new Map<string, { moved: number; tried: number; others: number; by: number[] }>()

for (const folder of folders) {
  const names = readdirSync(join(folder, 'dry')).filter(name => /\.(wav|flac|mp3|ogg)$/i.test(name)),
    stems: Record<string, Audio> = {}
  let rate = 0
  for (const name of names.sort()) {
    const sound = await readSound(join(folder, 'dry', name)),
      from = Math.max(0, Math.round(sound.audio[0]!.length / 2 - (seconds / 2) * sound.sampleRate))
    rate = sound.sampleRate
    stems[basename(name, extname(name))] = sound.audio.map(c => c.slice(from, from + seconds * rate))
  }
  const result = await mix(stems, rate, { refine: 0, loudness: -30 }),
    listed = Object.entries(stems).map(([name, audio]) => ({ name, clip: clipOf(audio, rate) })),
    session = sessionOf({ ...result, options: { ...result.options, loudness: -14 } }, listed, '.'),
    ids = stemIds(Object.keys(stems))
  const sounds = async (of: Session): Promise<Sounds> => {
    const graph = consoleGraph(of, of.ports),
      inputs = Object.fromEntries(
        Object.values(stems).flatMap((audio, i) => (Object.hasOwn(graph.inputs, ids[i]!) ? [[ids[i]!, audio]] : []))
      ),
      audio = await render(graph, inputs, { kernels, sampleRate: rate, tail: 0 })
    return Object.fromEntries(
      Object.entries(audio).map(([output, sound]) => {
        const at = ids.findIndex(id => stemOutput(id) === output)
        return [at >= 0 ? Object.keys(stems)[at]! : output.replace(/^stem:/, ''), sound]
      })
    )
  }
  const before = await sounds(session),
    subjects = [...session.stems.filter(stem => !stem.muted).map(stem => stem.stem), 'mix']
  for (const subject of subjects) {
    const of = subject === 'mix' ? ('mix' as const) : [subject],
      onsets = onsetsOf(stems[subject] ?? before.mix!, rate)
    for (const name of verbNames.filter(one => chosen?.includes(one) ?? true))
      for (const way of [1, -1]) {
        const verb = verbOf(name),
          word = phraseOf(verb, way)
        // The level of the mix is what the master aims at: no measurement.
        if (word === undefined || name === 'mute' || name === 'unmute' || (name === 'level' && subject === 'mix'))
          continue
        const { session: after, done } = revise(session, subject === 'mix' ? word : `"${subject}" ${word}`)
        if (done.length === 0) continue
        const alone = verb.measure === 'wetness' && subject !== 'mix',
          [was, now] = alone
            ? [await sounds(sendingAlone(session, subject)), await sounds(sendingAlone(after, subject))]
            : [before, await sounds(after)],
          reading = (all: Sounds) => measured(verb.measure, all, of, verb, onsets),
          moved = (reading(now) - reading(was)) * verb.moves * way,
          others = Math.max(
            0,
            ...subjects
              .filter(other => other !== 'mix' && other !== subject && subject !== 'mix')
              .map(other => Math.abs(loudness(now[other]!) - loudness(was[other]!)))
          ),
          sum = tally.get(`${name} ${way > 0 ? 'up' : 'down'}`) ?? { moved: 0, tried: 0, others: 0, by: [] }
        tally.set(`${name} ${way > 0 ? 'up' : 'down'}`, {
          moved: sum.moved + (moved > 0.05 ? 1 : 0),
          tried: sum.tried + 1,
          others: Math.max(sum.others, others),
          by: [...sum.by, moved]
        })
        if (!(moved > 0.05) || others > 0.3)
          console.log(
            `${basename(folder)}: "${subject} ${word}" moves ${verb.measure} by ${moved.toFixed(2)}, another by ${others.toFixed(2)} LU`
          )
      }
  }
}
console.log('| verb | right | tried | least | median | another stem, LU |\n|---|---|---|---|---|---|')
let right = 0,
  tried = 0
for (const [name, { moved, tried: all, others, by }] of tally) {
  const sorted = by.sort((a, b) => a - b)
  right += moved
  tried += all
  console.log(
    `| ${name} | ${moved} | ${all} | ${sorted[0]!.toFixed(2)} | ${sorted[sorted.length >> 1]!.toFixed(2)} | ${others.toFixed(2)} |`
  )
}
console.log(`${right} of ${tried} move the right way`)

/** With what one stem sends, and nothing of the others: what they send alike cannot hide it. */
function sendingAlone(session: Session, subject: string): Session {
  return { ...session, stems: session.stems.map(stem => (stem.stem === subject ? stem : { ...stem, sends: [] })) }
}

/** The verb without a number, for more or for less of its measure; undefined where it has no such word. */
function phraseOf({ up, down, nouns }: ReturnType<typeof verbOf>, way: number): string | undefined {
  const noun = nouns?.[0],
    word = (way > 0 ? up : down)[0]
  return word ?? (noun && `${way > 0 ? 'more' : 'less'} ${noun}`)
}

/** Times, s, at which 10 ms hold 6 dB more than the 50 before, at least 150 ms apart, and not far below the loudest. */
function onsetsOf(audio: Audio, rate: number): number[] {
  const size = Math.round(0.01 * rate),
    level = Array.from({ length: Math.floor(audio[0]!.length / size) }, (_, k) => {
      let sum = 1e-12
      for (const x of audio) for (let i = k * size; i < (k + 1) * size; i++) sum += x[i]! ** 2
      return 10 * Math.log10(sum)
    }),
    loudest = Math.max(...level),
    found: number[] = []
  for (let k = 5; k + 50 < level.length; k++) {
    const past = Math.max(...level.slice(k - 5, k))
    if (level[k]! > past + 6 && level[k]! > loudest - 25 && (found.length === 0 || k * 0.01 - found.at(-1)! > 0.15))
      found.push(k * 0.01)
  }
  return found
}
