/**
 * The task definition: one job of a user, declared once. Command, route, panel, reference page and smoke test follow
 * from it.
 * A task is pure: files, time, threads and models arrive in `services`.
 */
import { allows, type Param, type Params, parseValues, showProblems, type Values } from '@mixwright/dsp'

export interface Task<O extends Params, Input, Services, Result> {
  /** Forever: scripts name it. */
  readonly id: string
  readonly title: string
  /** What it does, in the user's words. */
  readonly doc: string
  /** What the user may set: name → range, default, one line. */
  readonly options: O
  /** By the values of its option `preset`: what other options are where they are not given, in place of their defaults. */
  readonly presets?: Readonly<Record<string, { readonly options: Readonly<Record<string, number | string>> }>>
  /**
   * @param options what is missing, or undefined, has its default
   * @throws TaskError with place, value and remedy when input or options cannot be used; the abort reason when the
   * services' signal fires.
   */
  run(input: Input, options: Partial<Values<O>>, services: Services): Promise<Result>
}
/** A task as it is declared: its `run` gets complete and checked options. */
export interface TaskDefinition<O extends Params, Input, Services, Result>
  extends Omit<Task<O, Input, Services, Result>, 'run'> {
  run(input: Input, options: Values<O>, services: Services): Promise<Result>
}

/** A mistake in what a task was given: place, value and remedy. */
export class TaskError extends Error {
  override readonly name = 'TaskError'
}

const kebab = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/

/**
 * Declares a task: checks it, freezes it, returns it.
 * @throws Error that lists every fault of the declaration.
 */
export function task<const O extends Params, Input, Services, Result>(
  def: TaskDefinition<O, Input, Services, Result>
): Task<O, Input, Services, Result> {
  const faults: string[] = []
  if (!kebab.test(def.id)) faults.push(`id "${def.id}" is not kebab-case`)
  if (!def.title || !def.doc) faults.push('title or doc is empty')
  for (const [name, option] of Object.entries<Param>(def.options)) {
    if (!kebab.test(name)) faults.push(`option "${name}" is not kebab-case`)
    if (!option.doc) faults.push(`option ${name} has no doc`)
    if (!allows(option, option.default)) faults.push(`option ${name}: default ${option.default} is outside its range`)
  }
  for (const [name, { options }] of Object.entries(def.presets ?? {})) {
    const preset: Param | undefined = def.options.preset
    if (!preset || !allows(preset, name)) faults.push(`preset ${name} is no value of an option "preset"`)
    for (const problem of parseValues(def.options, options, `preset ${name}`, 'option').problems)
      faults.push(`${problem.place}: ${problem.message}`)
  }
  if (faults.length) throw new Error(`task ${def.id || '(no id)'} is not well declared:\n  ${faults.join('\n  ')}`)
  return Object.freeze({
    ...def,
    async run(input: Input, options: Partial<Values<O>>, services: Services) {
      const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
      const name = String(given.preset ?? (def.options as Params).preset?.default),
        preset = Object.hasOwn(def.presets ?? {}, name) ? def.presets![name]!.options : {}
      const { values, problems } = parseValues(def.options, { ...preset, ...given }, def.id, `option of ${def.id}`)
      if (problems.length) throw new TaskError(showProblems(problems))
      return def.run(input, values as Values<O>, services)
    }
  })
}
