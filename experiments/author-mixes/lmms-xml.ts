/** XML as LMMS writes it: elements, attributes, text; no DTD beyond the first line. */

export interface Element {
  readonly name: string
  readonly attributes: Record<string, string>
  readonly children: (Element | string)[]
}

const token =
  /<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<[!?][^>]*>|<\/[^>]+>|<([\w:-]+)((?:\s+[\w:-]+="[^"]*")*)\s*(\/?)>|[^<]+/g

/** @throws Error where an end tag has no beginning */
export function parseXml(text: string): Element {
  const root: Element = { name: '', attributes: {}, children: [] },
    open = [root]
  for (const [all, data, name, attributes, closed] of text.matchAll(token)) {
    const parent = open.at(-1)
    if (!parent) throw new Error('an end tag too many')
    if (all.startsWith('</')) open.pop()
    else if (name) {
      const element: Element = { name, attributes: {}, children: [] }
      // Kept as written, with its entities, so that nothing changes on the way back.
      for (const [, key, value] of attributes!.matchAll(/([\w:-]+)="([^"]*)"/g)) element.attributes[key!] = value!
      parent.children.push(element)
      if (!closed) open.push(element)
    } else if (data !== undefined) parent.children.push(all)
    else if (!all.startsWith('<') && all.trim()) parent.children.push(all)
  }
  return root
}

export function writeXml({ name, attributes, children }: Element): string {
  const inside = children.map(child => (typeof child === 'string' ? child : writeXml(child))).join('\n')
  if (!name) return `<?xml version="1.0"?>\n<!DOCTYPE lmms-project>\n${inside}\n`
  const head = [name, ...Object.entries(attributes).map(([key, value]) => `${key}="${value}"`)].join(' ')
  return inside ? `<${head}>${inside}</${name}>` : `<${head}/>`
}

export const elementsOf = (parent: Element | undefined, name?: string): Element[] =>
  (parent?.children ?? []).filter((c): c is Element => typeof c !== 'string' && (!name || c.name === name))
export const childOf = (parent: Element | undefined, name: string): Element | undefined => elementsOf(parent, name)[0]

/** All elements of a name, however deep. */
export const allOf = (parent: Element, name: string): Element[] =>
  elementsOf(parent).flatMap(c => [...(c.name === name ? [c] : []), ...allOf(c, name)])

export const plainText = (text: string): string =>
  text.replace(/&(lt|gt|quot|apos|amp|#x?[0-9a-f]+);/gi, (all, code: string) => {
    const named: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }
    if (named[code]) return named[code]
    const number = code[1] === 'x' ? Number.parseInt(code.slice(2), 16) : Number(code.slice(1))
    return Number.isFinite(number) ? String.fromCodePoint(number) : all
  })
