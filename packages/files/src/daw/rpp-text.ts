/** The text of a REAPER project: lines of tokens, and blocks `<NAME … >` within blocks. */
import { AudioFileError } from '../error.ts'
import { dawLimits } from './session.ts'

export interface RppBlock {
  /** The first is its name. */
  readonly tokens: readonly string[]
  readonly items: readonly (RppBlock | RppLine)[]
}
export type RppLine = readonly string[]
export const isBlock = (item: RppBlock | RppLine): item is RppBlock => !Array.isArray(item)

export const linesOf = (block: RppBlock, name: string): RppLine[] =>
  block.items.filter((item): item is RppLine => !isBlock(item) && item[0] === name)
export const blocksOf = (block: RppBlock, ...names: readonly string[]): RppBlock[] =>
  block.items.filter((item): item is RppBlock => isBlock(item) && names.includes(item.tokens[0]!))
/** Field `at` (1: the first after the name) of the last line of that name. */
export const fieldOf = (block: RppBlock, name: string, at: number): string | undefined =>
  linesOf(block, name).at(-1)?.[at]

const deepest = 64

/** @throws AudioFileError unless it is a REAPER project */
export function parseRpp(text: string, place: string): RppBlock {
  const open: { tokens: RppLine; items: (RppBlock | RppLine)[]; line: number }[] = []
  let root: RppBlock | undefined,
    number = 0
  const refuse = (what: string): never => {
    throw new AudioFileError('corrupt', `${place}, line ${number}`, what, 'save the project in REAPER again')
  }
  for (let at = 0; at < text.length && !root; ) {
    const end = text.indexOf('\n', at),
      line = text.slice(at, end < 0 ? text.length : end).trim()
    at = end < 0 ? text.length : end + 1
    if (++number > dawLimits.elements) refuse(`more than ${dawLimits.elements} lines`)
    if (line === '') continue
    if (line === '>') {
      const block = open.pop() ?? refuse('a block ends that never began')
      const parent = open.at(-1)
      if (parent) parent.items.push(block)
      else root = block
    } else if (line.startsWith('<')) {
      if (open.length >= deepest) refuse(`blocks are nested more than ${deepest} deep`)
      open.push({ tokens: tokensOf(line.slice(1)), items: [], line: number })
      if (open.length === 1 && open[0]!.tokens[0] !== 'REAPER_PROJECT') refuse('this is no REAPER project')
    } else if (open.length === 0) refuse('this is no REAPER project')
    else open.at(-1)!.items.push(tokensOf(line))
  }
  if (!root) refuse(open[0] ? `the project breaks off: a block of line ${open.at(-1)!.line} has no end` : 'it is empty')
  return root!
}

/** Tokens are separated by spaces; one with spaces stands between quotes of a kind that it does not hold. */
function tokensOf(line: string): string[] {
  const tokens: string[] = []
  for (let at = 0; at < line.length; ) {
    const first = line[at]!
    if (first === ' ' || first === '\t') {
      at++
      continue
    }
    const quoted = first === '"' || first === "'" || first === '`',
      from = quoted ? at + 1 : at,
      found = quoted ? line.indexOf(first, from) : line.slice(from).search(/[ \t]/) + from,
      to = found < from ? line.length : found
    tokens.push(line.slice(from, to))
    at = to + 1
  }
  return tokens
}

/** A token as REAPER writes text: control characters and what no quote can hold become spaces and apostrophes. */
export function quoted(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they would end the line
  const plain = text.replace(/[\x00-\x1f]/g, ' ')
  const quote = ['"', "'", '`'].find(one => !plain.includes(one))
  return quote ? `${quote}${plain}${quote}` : `\`${plain.replaceAll('`', "'")}\``
}

/** Lines of a block, indented. */
export const rppBlock = (head: string, lines: readonly string[]): string[] => [
  `<${head}`,
  ...lines.map(line => `  ${line}`),
  '>'
]
