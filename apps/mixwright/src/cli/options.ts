/** Command-line options from declared parameters, and reading what the user typed. */
import { type Params, problemOf, range, read, show, unknownName } from '@mixwright/dsp'
import type { Command } from 'commander'
import { Refusal } from './output.ts'

/** One flag per parameter, with range and default in its help. */
export function addParams(command: Command, params: Params): void {
  for (const [name, param] of Object.entries(params)) command.option(`--${name} <value>`, `${param.doc} (${range(param)}; default ${show(param, param.default)})`)
}

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

/** `name=value` pairs of a repeated option. */
export function pairs(option: string, texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(texts.map((text) => {
    const at = text.indexOf('=')
    if (at < 1 || at === text.length - 1) throw new Refusal(`${option}: "${text}" is not NAME=VALUE`)
    return [text.slice(0, at), text.slice(at + 1)]
  }))
}
export const collect = (text: string, list: string[]): string[] => [...list, text]

/** @throws Refusal unless it is a whole number in the range */
export function whole(option: string, text: string | undefined, min: number, max: number): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (!Number.isInteger(value) || value < min || value > max) throw new Refusal(`${option}: "${text}" is not allowed; give a whole number, ${min} to ${max}`)
  return value
}
export function oneOf<T extends string>(option: string, text: string, all: readonly T[]): T {
  if (!(all as readonly string[]).includes(text)) throw new Refusal(`${option}: ${unknownName('value', text, all)}`)
  return text as T
}
