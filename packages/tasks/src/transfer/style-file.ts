/** Styles as text: files of what was measured, and what a user names. */
import { shown, unknownName } from '@mixwright/dsp'
import { TaskError } from '../define.ts'
import type { Weighted } from '../master/tone.ts'
import { levelFeatures } from './levels.ts'
import type { Style } from './style.ts'
import { type StyleName, styleNames } from './styles.ts'

const kind = 'mixwright-style',
  version = 2

export const writeStyle = (style: Style): string => `${JSON.stringify({ kind, version, ...style })}\n`

const numbers = (value: unknown, length?: number): boolean =>
  Array.isArray(value) && (length === undefined || value.length === length) && value.every(Number.isFinite)
const between = (value: unknown, min: number, max: number): boolean =>
  typeof value === 'number' && value >= min && value <= max
/** What a style file must hold. */
const checks: Readonly<Record<keyof Style, (value: never, style: Record<string, unknown>) => boolean>> = {
  name: value => typeof value === 'string',
  sampleRate: value => between(value, 8000, 192000),
  channels: value => value === 1 || value === 2,
  tone: (value: unknown) =>
    Array.isArray(value) &&
    value.length > 0 &&
    value.length <= 1000 &&
    value.every(frame => numbers(frame, (value[0] as unknown[]).length) && (frame as unknown[]).length >= 8),
  levels: value => numbers(value, levelFeatures.length),
  spectra: (value: Record<string, unknown> | null) =>
    typeof value === 'object' &&
    value !== null &&
    between(value.sampleRate, 8000, 192000) &&
    numbers(value.frequencies) &&
    numbers(value.mid, (value.frequencies as number[]).length) &&
    (value.side === undefined || numbers(value.side, (value.frequencies as number[]).length)),
  loudness: value => between(value, -100, 30),
  truePeak: value => between(value, -100, 60)
}
/** @param place the file, for the error @throws TaskError with place, value and remedy */
export function parseStyle(text: string, place: string): Style {
  const wrong = (what: string) => new TaskError(`${place}: ${what}; measure it again with --save-style`)
  let found: Record<string, unknown>
  try {
    found = JSON.parse(text) as Record<string, unknown>
  } catch {
    throw wrong('this is no style, not even JSON')
  }
  if (typeof found !== 'object' || found === null || found.kind !== kind) throw wrong('this is no style')
  if (found.version !== version) throw wrong(`a style of version ${shown(found.version)}, known is ${version}`)
  for (const [key, check] of Object.entries(checks))
    if (!check(found[key] as never, found)) throw wrong(`"${key}" is not as it should be`)
  return Object.fromEntries(Object.keys(checks).map(key => [key, found[key]])) as unknown as Style
}

/** Names and files with weights, as in `warm:0.7,broadcast:0.3`; without a weight it is 1. @throws TaskError */
export function parseStyleList(text: string): Weighted<StyleName | { readonly file: string }>[] {
  return text.split(',').map(part => {
    const [, of, number] = /^(.+):([^:/\\]*)$/.exec(part.trim()) ?? [],
      name = of ?? part.trim(),
      weight = of === undefined ? 1 : number!.trim() === '' ? Number.NaN : Number(number)
    if (!(weight > 0 && weight <= 1000))
      throw new TaskError(
        `style "${part.trim()}": "${number}" is no weight; give NAME:WEIGHT with a number above 0, at most 1000`
      )
    if ((styleNames as readonly string[]).includes(name)) return { of: name as StyleName, weight }
    if (!/\.json$/i.test(name))
      throw new TaskError(`style: ${unknownName('style', name, styleNames)}, or a file NAME.json`)
    return { of: { file: name }, weight }
  })
}
