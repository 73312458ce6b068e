/** Command-line options from declared parameters, and reading what the user typed. */
import { type Params, problemOf, range, read, resamplerRates, show, unknownName } from '@mixwright/dsp'
import { type OutputFormat, outputFormats, outputNames } from '@mixwright/files'
import type { Command } from 'commander'
import { Refusal } from './output.ts'

/** Of the options that are no parameters of a task: least and most. */
export const ranges = { rate: [resamplerRates.min, resamplerRates.max], threads: [1, 64], tail: [0, 600] } as const

/** One flag per parameter, with range and default in its help. */
export function addParams(command: Command, params: Params): void {
  for (const [name, param] of Object.entries(params))
    command.option(`--${name} <value>`, `${param.doc} (${range(param)}; default ${show(param, param.default)})`)
}

/** The flag `--format`; `rest` says what is its default. */
export const addFormat = (command: Command, of: string, rest: string): Command =>
  command.option(
    '--format <form>',
    `${of}${outputNames.map(name => `${name}: ${outputFormats[name].title}`).join('; ')} (default: ${rest})`
  )
/** @returns the format to be spread into options. @throws Refusal for an unknown one */
export const readFormat = (text: string | undefined): { readonly format?: OutputFormat } =>
  text === undefined ? {} : { format: oneOf('--format', text, outputNames) }

/** The flags' values, checked. @throws Refusal with flag, value and range */
export function readParams(params: Params, given: Readonly<Record<string, unknown>>): Record<string, number | string> {
  const values: Record<string, number | string> = {}
  for (const [name, param] of Object.entries(params)) {
    const text = given[name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())]
    if (typeof text !== 'string') continue
    const value = read(param, text)
    if (problemOf(param, value)) throw new Refusal(`--${name}: "${text}" is not allowed; give ${range(param)}`)
    values[name] = value
  }
  return values
}

/** `name=value` pairs of a repeated option. @throws Refusal for another form, and for a name given twice */
export function pairs(option: string, texts: readonly string[]): Record<string, string> {
  const found = new Map<string, string>()
  for (const text of texts) {
    const at = text.indexOf('='),
      name = text.slice(0, at)
    if (at < 1 || at === text.length - 1) throw new Refusal(`${option}: "${text}" is not NAME=VALUE`)
    if (found.has(name))
      throw new Refusal(
        `${option}: "${name}" is given twice, as ${found.get(name)} and ${text.slice(at + 1)}; give it once`
      )
    found.set(name, text.slice(at + 1))
  }
  return Object.fromEntries(found)
}
export const collect = (text: string, list: string[]): string[] => [...list, text]

/** @throws Refusal unless it is a whole number in the range */
export const whole = (option: string, text: string | undefined, min: number, max: number): number | undefined =>
  number(option, text, min, max, 'a whole number, ', '')
/** @throws Refusal unless it is a number in the range */
export const seconds = (option: string, text: string | undefined, min: number, max: number): number | undefined =>
  number(option, text, min, max, '', ' seconds')
function number(
  option: string,
  text: string | undefined,
  min: number,
  max: number,
  kind: string,
  unit: string
): number | undefined {
  if (text === undefined) return undefined
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (!(value >= min && value <= max) || (kind && !Number.isInteger(value)))
    throw new Refusal(`${option}: "${text}" is not allowed; give ${kind}${min} to ${max}${unit}`)
  return value
}
/** @throws Refusal unless it is one of `all` */
export function oneOf<T extends string>(option: string, text: string, all: readonly T[]): T {
  if (!(all as readonly string[]).includes(text)) throw new Refusal(`${option}: ${unknownName('value', text, all)}`)
  return text as T
}
/** A moment in seconds, from "83.5", "1:23.5" or "1:02:03". @throws Refusal for another form */
export function time(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const found = /^(?:(?:(\d+):)?(\d{1,2}):)?(\d+(?:\.\d+)?)$/.exec(text.trim())
  const [hours, minutes, rest] = found ? found.slice(1).map(part => Number(part ?? 0)) : []
  if (!found || (found[2] !== undefined && rest! >= 60) || (found[1] !== undefined && minutes! >= 60))
    throw new Refusal(`${option}: "${text}" is not a time; give seconds such as 83.5, or 1:23.5`)
  return 3600 * hours! + 60 * minutes! + rest!
}
