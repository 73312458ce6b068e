/** A sentence of the studio, "vocals up 1, drier, kick tighter", as requests; and what of it was not understood. */
import { nearest } from '@mixwright/dsp'
import { mixSubject, type Subject, subjectNames, subjectOf } from '../mix/subjects.ts'
import type { Session } from './session.ts'
import { type Verb, type VerbName, verbNames, verbOf } from './verbs.ts'

export interface Wish {
  /** The words it came from. */
  readonly text: string
  readonly subject: Subject
  readonly verb: VerbName
  /** Signed: positive towards `up` of the verb. */
  readonly value: number
  readonly named: boolean
}
export interface NotUnderstood {
  readonly text: string
  readonly why: string
}
export interface Sentence {
  readonly wishes: readonly Wish[]
  readonly notUnderstood: readonly NotUnderstood[]
}

interface Token {
  readonly text: string
  readonly quoted?: boolean
}
class Unclear extends Error {}

const fillers = new Set(
  'the a an make makes made turn turned bring push pull put set give get want need please it them its of on in at from by for with is are should be sound sounds sounding bit and then also just some i we pan panned go have'.split(
    ' '
  )
)
const modifiers: readonly (readonly [phrase: string, factor: number])[] = [
  ['a little bit', 0.5],
  ['a little', 0.5],
  ['little', 0.5],
  ['a bit', 0.5],
  ['slightly', 0.5],
  ['a touch', 0.5],
  ['a tad', 0.5],
  ['a hair', 0.5],
  ['somewhat', 0.5],
  ['half', 0.5],
  ['a lot', 2],
  ['lots', 2],
  ['much', 2],
  ['way', 2],
  ['far', 2],
  ['lot', 2]
]
const more = ['more', 'add', 'increase', 'boost', 'extra'],
  less = ['less', 'reduce', 'cut', 'decrease', 'remove', 'tame', 'too much', 'fewer']
const weakMore = ['up', 'louder', 'raise', 'higher'],
  weakLess = ['down', 'quieter', 'lower', 'softer']
const numbers: Readonly<Record<string, number>> = { one: 1, two: 2, three: 3, four: 4, five: 5, six: 6 }
const units: Readonly<Record<string, Verb['unit']>> = {
  db: 'dB',
  decibel: 'dB',
  decibels: 'dB',
  '%': '%',
  percent: '%'
}

/** Nothing is guessed: what is not clear is named in `notUnderstood`, with the nearest words there are. */
export function readSentence(session: Session, sentence: string): Sentence {
  const wishes: Wish[] = [],
    notUnderstood: NotUnderstood[] = []
  let waiting: { text: string; subject: Subject }[] = [],
    last: Subject | undefined
  for (const { text, joined } of clauses(session, sentence)) {
    try {
      const { subjects, verb } = readClause(session, text, joined ? last : undefined)
      if (!verb) {
        waiting.push(...subjects.map(subject => ({ text, subject })))
        continue
      }
      const all = [...waiting.map(one => one.subject), ...subjects]
      for (const subject of all)
        wishes.push({ text: all.length > 1 ? `${subject.label}: ${text}` : text, subject, ...verb })
      waiting = []
      last = all.at(-1)
    } catch (error) {
      if (!(error instanceof Unclear)) throw error
      notUnderstood.push({ text, why: error.message })
    }
  }
  for (const { text } of waiting)
    notUnderstood.push({ text, why: `nothing is asked of it; say for example "${text} up 1"` })
  return { wishes, notUnderstood }
}

/** Parts of a sentence; `joined`: by "and" to the one before. */
function clauses(session: Session, sentence: string): { text: string; joined: boolean }[] {
  const names: string[] = [],
    keep = (name: string) => `⟦${names.push(name) - 1}⟧`
  let held = sentence.replace(/\s+/g, ' ').replace(/["“”„]([^"“”„]*)["“”„]/g, (_, name: string) => keep(name))
  // Names of several words need no quotes.
  const long = session.stems.map(stem => stem.stem).filter(name => /[^\p{L}\p{N}]/u.test(name))
  for (const name of long.sort((a, b) => b.length - a.length)) {
    const there = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    held = held.replace(new RegExp(`(?<![\\p{L}\\p{N}])${there}(?![\\p{L}\\p{N}])`, 'giu'), () => keep(name))
  }
  return held
    .split(/([,;&\n]| and )/i)
    .reduce<{ text: string; joined: boolean }[]>((list, part, i, parts) => {
      if (i % 2 === 0 && part.trim()) list.push({ text: part.trim(), joined: /and|&/i.test(parts[i - 1] ?? '') })
      return list
    }, [])
    .map(one => ({ ...one, text: one.text.replace(/⟦(\d+)⟧/g, (_, k: string) => `"${names[Number(k)]}"`) }))
}

function tokensOf(text: string): Token[] {
  return [...text.matchAll(/"([^"]*)"|(\S+)/g)].flatMap(([, name, word]): Token[] =>
    name !== undefined
      ? [{ text: name, quoted: true }]
      : // 2dB and 30% are two words.
        word!
          .toLowerCase()
          .replace(/[.!?:]+$/, '')
          .replace(/^([+−-]?\d+(?:\.\d+)?)([a-z%]+)$/, '$1 $2')
          .split(' ')
          .filter(Boolean)
          .map(part => ({ text: part }))
  )
}

/** Takes a phrase of one to three words out of the tokens. */
function take(tokens: Token[], phrase: string): boolean {
  const words = phrase.split(' '),
    at = tokens.findIndex((_, i) => words.every((word, k) => tokens[i + k]?.text === word && !tokens[i + k]!.quoted))
  if (at >= 0) tokens.splice(at, words.length)
  return at >= 0
}
const has = (tokens: readonly Token[], phrase: string) => take([...tokens], phrase)
/** The longest of some phrases that is there, taken out. */
const takeOne = (tokens: Token[], phrases: readonly string[]): string | undefined =>
  [...phrases].sort((a, b) => b.length - a.length).find(phrase => take(tokens, phrase))

function takeNumber(tokens: Token[]): { value: number; signed: boolean; unit: Verb['unit'] | undefined } | undefined {
  const at = tokens.findIndex(t => !t.quoted && (/^[+−-]?\d+(\.\d+)?$/.test(t.text) || Object.hasOwn(numbers, t.text)))
  if (at < 0) return undefined
  const { text } = tokens[at]!,
    unit = units[tokens[at + 1]?.text ?? '']
  if (tokens[at - 1]?.text === 'to' && unit !== '%')
    throw new Unclear('it says where to, not by how much; give the difference')
  tokens.splice(at, unit ? 2 : 1)
  if (tokens.some(t => !t.quoted && /^[+−-]?\d+(\.\d+)?$/.test(t.text)))
    throw new Unclear('two numbers at once; separate the requests with a comma')
  return { value: numbers[text] ?? Number(text.replace('−', '-')), signed: /^[+−-]/.test(text), unit }
}

interface Found {
  readonly name: VerbName
  readonly sign: 1 | -1
}
function readClause(
  session: Session,
  text: string,
  carried: Subject | undefined
): { subjects: Subject[]; verb?: Pick<Wish, 'verb' | 'value' | 'named'> } {
  const tokens = tokensOf(text),
    number = takeNumber(tokens),
    factor =
      modifiers.find(([phrase]) =>
        phrase !== 'much' || !has(tokens, 'too much') ? take(tokens, phrase) : false
      )?.[1] ?? 1,
    found = takeVerb(session, tokens, number?.signed ?? false),
    rest = tokens.filter(t => t.quoted || (!fillers.has(t.text) && t.text !== 'to')),
    pronoun = rest.length === 0 ? carried : undefined
  if (!found) {
    if (rest.length === 0 || number || factor !== 1) throw new Unclear(`no verb; ${offer(session, rest)}`)
    return { subjects: [subjectFrom(session, rest)] }
  }
  const subject = rest.length ? subjectFrom(session, rest) : (pronoun ?? mixSubject)
  return { subjects: [subject], verb: { verb: found.name, ...amountOf(found, number, factor) } }
}

function amountOf(
  { name, sign }: Found,
  number: ReturnType<typeof takeNumber>,
  factor: number
): Pick<Wish, 'value' | 'named'> {
  const { unit, step, most } = verbOf(name)
  if (!number) return { value: sign * step * factor, named: false }
  const { value } = number
  if (unit === '') throw new Unclear(`"${name}" takes no number; say "a bit" or "much"`)
  if (number.unit !== undefined && number.unit !== unit) throw new Unclear(`"${name}" is measured in ${unit}`)
  if (value === 0) throw new Unclear('0 changes nothing')
  if (Math.abs(value) > most) throw new Unclear(`${value} ${unit} is too much at once; at most ${most}`)
  return { value: sign * value, named: true }
}

/** The clause's one verb, with its words taken out of the tokens. */
function takeVerb(session: Session, tokens: Token[], signed: boolean): Found | undefined {
  const adjectives = verbNames.flatMap(name => {
    const { up, down } = verbOf(name)
    return name === 'level'
      ? []
      : [
          ...up.map(word => ({ word, name, sign: 1 as const })),
          ...down.map(word => ({ word, name, sign: -1 as const }))
        ]
  })
  const adjective = takeOne(
      tokens,
      adjectives.map(one => one.word)
    ),
    strong = takeOne(tokens, less) ? -1 : takeOne(tokens, more) ? 1 : undefined
  if (adjective) {
    const { name, sign } = adjectives.find(one => one.word === adjective)!
    const other = adjectives.find(one => has(tokens, one.word))
    if (other) throw new Unclear(`"${adjective}" and "${other.word}" at once; separate them with a comma`)
    return { name, sign: (sign * (strong ?? 1)) as 1 | -1 }
  }
  const weak = strong ? undefined : takeOne(tokens, weakLess) ? -1 : takeOne(tokens, weakMore) ? 1 : undefined,
    sign = strong ?? weak ?? (signed ? 1 : undefined)
  if (!sign) return undefined
  const noun = takeNoun(session, tokens, strong !== undefined)
  return { name: noun ?? 'level', sign }
}

/** What there shall be more or less of, unless the word is whom the request is about: "bass up", "bass less mud". */
function takeNoun(session: Session, tokens: Token[], strong: boolean): VerbName | undefined {
  const nouns = verbNames.flatMap(name => (verbOf(name).nouns ?? []).map(word => ({ word, name }))),
    there = nouns.filter(one => has(tokens, one.word)).sort((a, b) => b.word.length - a.word.length),
    isSubject = (word: string) => !('unknown' in subjectOf(session, word))
  const chosen = there.find(one => !isSubject(one.word)) ?? (strong ? there[0] : undefined)
  if (!chosen) return undefined
  take(tokens, chosen.word)
  return chosen.name
}

function subjectFrom(session: Session, rest: readonly Token[]): Subject {
  const text = rest.map(t => t.text).join(' '),
    resolved = subjectOf(session, text, rest.length === 1 && rest[0]!.quoted)
  if ('subject' in resolved) return resolved.subject
  throw new Unclear('unknown' in resolved ? `${resolved.problem}; ${offer(session, rest)}` : resolved.problem)
}

/** The nearest words to those that say nothing. */
function offer(session: Session, rest: readonly Token[]): string {
  const words = [...subjectNames(session), ...verbNames.flatMap(name => [...verbOf(name).up, ...verbOf(name).down])],
    near = [...new Set(rest.flatMap(t => nearest(t.text, words, 2)))]
  return near.length
    ? `did you mean ${near.slice(0, 4).join(' or ')}?`
    : `there are ${subjectNames(session).slice(0, 12).join(', ')}, and verbs such as up, drier, wider, brighter, tighter`
}
