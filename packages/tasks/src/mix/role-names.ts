/** Roles from the names that people give to their stems. */
import { type Role, roleNames, roles } from './roles.ts'

/** A role that something points to, and how surely, 0 to 1. */
export interface RoleGuess {
  readonly role: Role
  readonly confidence: number
}

/**
 * How surely one word names the role: phrases of two words are certain, words of one or two letters may be anything.
 */
const surenessOf = (phrase: string): number =>
  phrase.includes(' ') ? 0.98 : phrase.length >= 4 ? 0.95 : phrase.length === 3 ? 0.9 : 0.8
/** Words that people also use for other things; the table's guess holds, but the signal may overrule it. */
const vague: Readonly<Record<string, number>> = {
  lead: 0.45,
  solo: 0.4,
  loop: 0.4,
  hook: 0.35,
  sample: 0.4,
  rhythm: 0.4,
  floor: 0.6,
  rack: 0.6,
  far: 0.4,
  amb: 0.5,
  ambient: 0.5,
  room: 0.75,
  bed: 0.5,
  rest: 0.5,
  band: 0.5,
  tracks: 0.3,
  drop: 0.4,
  boom: 0.4,
  rise: 0.5,
  rev: 0.4,
  noise: 0.6,
  steel: 0.5,
  grand: 0.5,
  key: 0.6,
  echo: 0.35,
  delay: 0.35,
  reverb: 0.35,
  return: 0.35,
  ensemble: 0.5,
  break: 0.5,
  kit: 0.7,
  groove: 0.5,
  sub: 0.7,
  upright: 0.6,
  male: 0.6,
  female: 0.6,
  alto: 0.5,
  tenor: 0.5,
  chant: 0.7,
  saw: 0.5,
  poly: 0.5,
  chords: 0.5,
  chord: 0.5,
  stack: 0.5,
  response: 0.4,
  double: 0.4,
  dbl: 0.4,
  strum: 0.6,
  riff: 0.6,
  swell: 0.5,
  swells: 0.5,
  acoustic: 0.6,
  bells: 0.5,
  nord: 0.6,
  vocoder: 0.5,
  acid: 0.6,
  melody: 0.4,
  fl: 0.5,
  cl: 0.5,
  ch: 0.4,
  ep: 0.6,
  vl: 0.5,
  vc: 0.6,
  sn: 0.7,
  sd: 0.7,
  rt: 0.5,
  ft: 0.7,
  gt: 0.7,
  bs: 0.6,
  vo: 0.6,
  lv: 0.7,
  bv: 0.9,
  oh: 0.9,
  hh: 0.95,
  bd: 0.85,
  harm: 0.7,
  talk: 0.7,
  stab: 0.6,
  beat: 0.7,
  bas: 0.7
}

interface Entry {
  readonly words: readonly string[]
  readonly role: Role
  readonly sure: number
}
const entries: readonly Entry[] = roleNames
  .flatMap(role =>
    roles[role].names.map(name => {
      const words = name.split(/[ -]/)
      return { words, role, sure: vague[name] ?? surenessOf(name) }
    })
  )
  .sort((a, b) => b.words.length - a.words.length || b.words.join('').length - a.words.join('').length)

/** Lower-case words of a name: split at punctuation, digits and camel case; file endings and accents go. */
export function wordsOf(name: string): string[] {
  return name
    .replace(/\.(wav|aiff?|flac|mp3|ogg|opus|m4a|aac|caf|w64|wv)$/i, '')
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]{2,})([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .replace(/\b(808|909|303|tr808|tr909|b3|dx7)s?\b/g, m => `<${m}>`)
    .split(/[^a-z<>0-9]+|(?<![<\w])\d+|\d+(?![\w>]*>)/)
    .map(word => word.replace(/[<>]/g, ''))
    .filter(Boolean)
}

const plain = (text: string) => text.normalize('NFD').replace(/[\u0300-\u036f]/g, '')
const known = new Map(entries.map(entry => [entry.words.map(plain).join(' '), entry]))

interface Found {
  readonly entry: Entry
  readonly at: number
}
/** Longest phrases first, none overlapping another. */
function phrasesIn(words: readonly string[]): Found[] {
  const found: Found[] = [],
    taken = new Set<number>()
  for (let length = Math.min(3, words.length); length > 0; length--)
    for (let at = 0; at + length <= words.length; at++) {
      const span = Array.from({ length }, (_, i) => at + i)
      if (span.some(i => taken.has(i))) continue
      const text = words.slice(at, at + length).join(' '),
        entry = known.get(text) ?? (length === 2 ? known.get(text.replace(' ', '')) : undefined)
      if (!entry) continue
      found.push({ entry, at })
      for (const i of span) taken.add(i)
    }
  return found
}

/** Words of another kind that turn a source into its backing part: "vox double", "harmony vocals". */
const isVocal = (role: Role) => roles[role].group === 'vocals'

/**
 * The role that a name says, undefined if it says none. The surest phrase wins; of equals the one that stands first,
 * because people write "Guitar pad" for a guitar. A vocal word beside a backing word is a backing part, whatever comes
 * first.
 */
export function roleFromName(name: string): RoleGuess | undefined {
  const found = phrasesIn(wordsOf(name))
  if (found.length === 0) return undefined
  const backing = found.find(f => f.entry.role === 'backing-vocal'),
    vocal = found.find(f => isVocal(f.entry.role) && f !== backing)
  if (backing && vocal) return { role: 'backing-vocal', confidence: 0.97 }
  // A microphone of the kit named with the kit ("Drums kick", "Drum room") is that microphone.
  const mic = found.find(f => f.entry.role !== 'drums' && roles[f.entry.role].group === 'drums' && f.entry.sure >= 0.5)
  if (mic && found.some(f => f.entry.role === 'drums'))
    return { role: mic.entry.role, confidence: Math.max(0.9, mic.entry.sure) }
  const best = [...found].sort((a, b) => b.entry.sure - a.entry.sure || a.at - b.at)[0]!
  const rivals = found.some(f => f.entry.role !== best.entry.role && f.entry.sure >= best.entry.sure)
  return { role: best.entry.role, confidence: best.entry.sure * (rivals ? 0.85 : 1) }
}

/**
 * The same for all stems of a song. Words that all names share (the song's title, "stem") say nothing about one of them
 * and are
 * left out, unless nothing would remain.
 */
export function rolesFromNames(names: readonly string[]): (RoleGuess | undefined)[] {
  const lists = names.map(wordsOf),
    shared = new Set(lists.length < 3 ? [] : lists[0]!.filter(word => lists.every(list => list.includes(word))))
  return names.map((name, i) => {
    const own = lists[i]!.filter(word => !shared.has(word))
    return roleFromName(own.length ? own.join(' ') : name)
  })
}

/** 'left' or 'right' if the name marks one half of a pair ("OH L", "Gtr_R"), with the name of the pair. */
export function sideFromName(name: string): { side: 'left' | 'right'; pair: string } | undefined {
  const stem = name.replace(/\.\w{2,4}$/, ''),
    found = /^(.*?)[\s._-]*(?:\b|_|(?<=[a-z]))(L|R|Left|Right|LEFT|RIGHT|left|right|Lt|Rt)$/.exec(stem)
  if (!found?.[1]) return undefined
  return { side: found[2]!.toLowerCase().startsWith('l') ? 'left' : 'right', pair: found[1].toLowerCase() }
}
