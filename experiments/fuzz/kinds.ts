/** What can be harmed: every kind of file that is read, with what becomes of it. */
import { join } from 'node:path'
import type { Random } from '@mixwright/dsp'
import { writeGraph } from '@mixwright/graph'
import { writeSession } from '@mixwright/tasks'
import { mutated, outcome, wholeFiles } from '../../packages/files/test/hostile.ts'
import { graphOutcome } from '../../packages/graph/test/graph-outcome.ts'
import { mutatedJson } from '../../packages/graph/test/hostile-json.ts'
import { randomGraph } from '../../packages/graph/test/random-graph.ts'
import { songSession } from '../../packages/tasks/test/revision.ts'
import {
  answers,
  answersOutcome,
  sessionOutcome,
  songStyle,
  styleOutcome
} from '../../packages/tasks/test/session-outcome.ts'
import { othersFiles } from './others.ts'

declare const ENTRY_FOLDER: string

/** Harms a file by a seed. @returns what becomes of it @throws whatever is wrong */
export type Trial = (random: Random, seed: number) => 'heard' | 'refused' | Promise<'heard' | 'refused'>

/** `others`: files of other programs; `others/f.ogg`: one of them. */
const others = 'others'

/** Trials by the name of the file, those of audio and notes only where they are wanted. */
export async function trials(only: string | undefined): Promise<Readonly<Record<string, Trial>>> {
  const json: Record<string, () => Promise<Trial>> = {
    graph: async () => (random, seed) =>
      graphOutcome(mutatedJson(writeGraph(randomGraph(seed % 500, { nodes: 6, seconds: 0.01 })), random)),
    session: async () => {
      const text = writeSession(await songSession())
      return random => sessionOutcome(mutatedJson(text, random))
    },
    answers: async () => random => answersOutcome(mutatedJson(answers, random)),
    style: async () => {
      const text = await songStyle()
      return random => styleOutcome(mutatedJson(text, random))
    }
  }
  if (only && json[only]) return { [only]: await json[only]() }
  const foreign = only?.startsWith(others) ?? false,
    file = foreign ? only!.slice(others.length + 1) : only,
    files = foreign ? othersFiles() : await wholeFiles(join(ENTRY_FOLDER, '../../packages/files/test/fixtures')),
    audio = Object.entries(files).map(([name, whole]): [string, Trial] => [
      name,
      (random, seed) => outcome(mutated(whole, random), name, seed % 3 === 0)
    ])
  const texts = only
    ? []
    : await Promise.all(Object.entries(json).map(async ([name, make]) => [name, await make()] as const))
  return Object.fromEntries([...audio.filter(([name]) => !file || name === file), ...texts])
}
