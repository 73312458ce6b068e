/** What lies in the folder of a mix's results, and whose it is to replace. */
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { asFormat, AudioFileError, type OutputFormat, outputNames } from '@mixwright/files'
import { variantNames } from '@mixwright/tasks'

/** What `mix` leaves in its folder, beside the stems. */
export const outputs = {
  balance: 'balance.wav',
  mix: 'mix.wav',
  master: 'master.wav',
  graph: 'graph.json',
  masterGraph: 'master.json',
  decisions: 'decisions.json',
  /** The session as it was before the last revision in its place: to go back, revise that file. */
  before: 'decisions.before.json',
  report: 'report.html',
  stems: 'stems'
} as const
/** Where an output of the console stands in the folder; undefined for one that is not kept. */
export function fileOf(name: string): string | undefined {
  const [kind, of] = /^(stem|only|without):(.+)$/.exec(name)?.slice(1) ?? []
  if (kind === 'stem') return join(outputs.stems, `${of}.wav`)
  if (kind) return `${kind}-${of}.wav`
  return Object.hasOwn(outputs, name) ? outputs[name as keyof typeof outputs] : undefined
}
/** Whether an output of the console is named by the song, and not in every mix. */
const isNamed = (name: string): boolean => /^(stem|only|without):[^/\\]+$/.test(name)

/** What is heard in the end is in the format that is wanted, and what is heard at once has 24 bits; what is worked on has 32. */
export const formatOf = (name: string, wanted: OutputFormat = 's24'): OutputFormat =>
  name === 'master' ? wanted : name === 'balance' ? 's24' : 'f32'

/** What the finished mix may be called, by its format. */
const masterNames = [...new Set(outputNames.map(format => asFormat(outputs.master, format)))]
/** The finished mix in a folder, whatever its format; undefined if there is none. */
export const masterIn = (out: string): string | undefined =>
  masterNames.map(name => join(out, name)).find(path => existsSync(path))
/** The output that bears what the recordings say. */
export const isWhole = (name: string): boolean => name === 'master' || name === 'mix'

/**
 * What an earlier mix wrote into the folder beside what every mix writes, as its graph names it. Nothing else there is
 * ours to replace.
 */
export function earlierFiles(out: string): string[] {
  try {
    const graph = JSON.parse(readFileSync(join(out, outputs.graph), 'utf8')) as { outputs?: object }
    return Object.keys(graph.outputs ?? {})
      .flatMap(name => (isNamed(name) ? fileOf(name)! : []))
      .concat(masterNames)
      .filter(file => existsSync(join(out, file)))
  } catch {
    return [] // no graph, or one that was changed beyond recognition: then nothing is known to be ours
  }
}

/** @throws AudioFileError if the results would stand among the stems, or there are others without `force` */
export function checkOut(folder: string, out: string, force: boolean): void {
  const same =
    existsSync(out) && existsSync(folder)
      ? realpathSync(out) === realpathSync(folder)
      : resolve(out) === resolve(folder)
  if (same) throw new AudioFileError('exists', out, 'results cannot stand among the stems', 'give --out another folder')
  checkFree(
    [...Object.values(outputs), ...masterNames].map(name => join(out, name)),
    force
  )
}
/** @throws AudioFileError if one of the results exists, without `force` */
export function checkFree(paths: readonly string[], force: boolean): void {
  const taken = paths.find(path => existsSync(path))
  if (taken && !force)
    throw new AudioFileError(
      'exists',
      taken,
      'there are results already',
      'use --force to replace them, or --out for another folder'
    )
}

/** What an earlier mix left of variants that a new one may not have, as names in its folder. */
export const earlierVariants = (out: string): string[] =>
  variantNames.flatMap(name =>
    [...Object.values(outputs), ...earlierFiles(join(out, name))]
      .filter(file => file !== outputs.stems && existsSync(join(out, name, file)))
      .map(file => join(name, file))
  )
