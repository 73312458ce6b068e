/** What a file of ours must look like: checks of values, and of what holds them. */
import { shown, unknownName } from '@mixwright/dsp'
import { TaskError } from '../define.ts'

/** Says what is wrong with a value, by throwing. */
export type Check = (value: unknown, place: string) => void
export function fail(place: string, value: unknown, remedy: string): never {
  throw new TaskError(`${place}: ${shown(value)} is not allowed; give ${remedy}`)
}

export const text: Check = (value, place) => {
  if (typeof value !== 'string' || value === '') fail(place, value, 'a text')
}
export const flag: Check = (value, place) => {
  if (typeof value !== 'boolean') fail(place, value, 'true or false')
}
export const number: Check = (value, place) => {
  if (!Number.isFinite(value)) fail(place, value, 'a number')
}
export const onlyTrue: Check = (value, place) => {
  if (value !== true) fail(place, value, 'true, or leave it out')
}
export const within =
  (min: number, max: number, unit = ''): Check =>
  (value, place) => {
    if (!(typeof value === 'number' && value >= min && value <= max)) fail(place, value, `${min} to ${max}${unit}`)
  }
export const oneOf =
  (what: string, names: readonly string[]): Check =>
  (value, place) => {
    if (typeof value !== 'string' || !names.includes(value))
      throw new TaskError(`${place}: ${unknownName(what, String(value), names)}`)
  }
export const listOf =
  (check: Check): Check =>
  (value, place) => {
    if (!Array.isArray(value)) fail(place, value, 'a list')
    value.forEach((one, i) => check(one, `${place}[${i}]`))
  }
/** Fields by name; those that end in `?` may be missing. */
export function shape(fields: Readonly<Record<string, Check>>): Check {
  const names = Object.keys(fields).map(name => name.replace('?', ''))
  return (value, place) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) fail(place, value, 'an object { … }')
    const given = value as Record<string, unknown>,
      at = (name: string) => (place === file ? name : `${place}.${name}`)
    for (const name of Object.keys(given))
      if (!names.includes(name)) throw new TaskError(`${at(name)}: ${unknownName('field', name, names)}`)
    for (const [field, check] of Object.entries(fields)) {
      const name = field.replace('?', '')
      if (given[name] !== undefined || name === field) check(given[name], at(name))
    }
  }
}
export const file = 'the session'
