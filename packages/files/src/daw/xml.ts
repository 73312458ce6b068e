/** As much of XML as projects need: elements with attributes. Texts between elements are passed over. */
import { AudioFileError } from '../error.ts'
import { dawLimits } from './session.ts'

export interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly Element[]
}

export const childrenOf = (element: Element | undefined, ...names: readonly string[]): Element[] =>
  element?.children.filter(child => names.includes(child.name)) ?? []
export const childOf = (element: Element | undefined, name: string): Element | undefined => childrenOf(element, name)[0]

const deepest = 100
const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

/**
 * Document types are refused: nobody needs them here, and entities of one's own can grow without end.
 * @throws AudioFileError with the line of the first fault
 */
export function parseXml(text: string, place: string): Element {
  const refuse = (at: number, what: string): never => {
    const line = text.slice(0, at).split('\n').length
    throw new AudioFileError('corrupt', `${place}, line ${line}`, what, 'save the project in its DAW again')
  }
  const open: { name: string; attributes: Record<string, string>; children: Element[] }[] = []
  let root: Element | undefined,
    at = 0,
    count = 0
  const skip = (end: string) => {
    const to = text.indexOf(end, at)
    if (to < 0) refuse(at, `"${end}" is missing`)
    at = to + end.length
  }
  const close = (element: Element) => {
    const parent = open.at(-1)
    if (parent) parent.children.push(element)
    else root = element
  }
  for (;;) {
    at = text.indexOf('<', at)
    if (at < 0) break
    if (text.startsWith('<!--', at)) skip('-->')
    else if (text.startsWith('<![CDATA[', at)) skip(']]>')
    else if (text.startsWith('<?', at)) skip('?>')
    else if (text.startsWith('<!', at)) refuse(at, 'a document type is not allowed')
    else if (text[at + 1] === '/') {
      const from = at
      skip('>')
      const name = text.slice(from + 2, at - 1).trim(),
        element = open.pop()
      if (element?.name !== name) refuse(from, `</${name}> ends what it did not begin`)
      close(element!)
    } else {
      if (++count > dawLimits.elements) refuse(at, `more than ${dawLimits.elements} elements`)
      const tag = /<([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y
      tag.lastIndex = at
      const found = tag.exec(text)
      if (!found) return refuse(at, 'an element is not well formed')
      if (root) refuse(at, 'there is more than one document element')
      if (open.length >= deepest) refuse(at, `elements are nested more than ${deepest} deep`)
      const element = { name: found[1]!, attributes: attributesOf(found[2]!), children: [] as Element[] }
      at = tag.lastIndex
      if (found[3]) close(element)
      else open.push(element)
    }
  }
  if (open.length) refuse(text.length, `<${open.at(-1)!.name}> has no end`)
  return root ?? refuse(0, 'there is no element')
}

function attributesOf(text: string): Record<string, string> {
  const found: Record<string, string> = Object.create(null)
  for (const [, name, double, single] of text.matchAll(/([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g))
    found[name!] = (double ?? single!).replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|\w+);/gi, (whole, one: string) => {
      if (one[0] !== '#') return entities[one] ?? whole
      const code = one[1]!.toLowerCase() === 'x' ? Number.parseInt(one.slice(2), 16) : Number(one.slice(1))
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole
    })
  return found
}

const escapes: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' }
/** Characters that XML 1.0 cannot hold are left out. */
export const escaped = (text: string): string =>
  text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replace(/[<>&"]/g, letter => escapes[letter]!)
    .replace(/[\t\n\r]/g, letter => `&#${letter.charCodeAt(0)};`)

/** Attributes that are undefined are left out. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | boolean | undefined>> = {},
  children: readonly Element[] = []
): Element {
  const given = Object.entries(attributes).filter(([, value]) => value !== undefined)
  return { name, attributes: Object.fromEntries(given.map(([key, value]) => [key, String(value)])), children }
}

export const writeXml = (root: Element): string =>
  `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n${lines(root, '').join('\n')}\n`
function lines({ name, attributes, children }: Element, indent: string): string[] {
  const head = `${indent}<${name}${Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${escaped(value)}"`)
    .join('')}`
  if (children.length === 0) return [`${head}/>`]
  return [`${head}>`, ...children.flatMap(child => lines(child, `${indent}  `)), `${indent}</${name}>`]
}
