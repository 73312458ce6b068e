/** Whom a request means: a stem by its name, a role, a group, or the whole. */
import type { StemDecision } from './decisions.ts'
import { wordsOf } from './role-names.ts'
import { type Group, groups, type Role, roleNames, roles } from './roles.ts'

/** What a request is about: stems by their index, or the mix as a whole. */
export interface Subject {
  readonly label: string
  readonly stems: readonly number[] | 'mix'
}
/** Who is there to be meant. */
export interface Cast {
  readonly stems: readonly Pick<StemDecision, 'stem' | 'role' | 'group' | 'lead'>[]
}

const wholes = ['mix', 'everything', 'all', 'song', 'whole mix', 'whole', 'master', 'overall', 'whole song', 'track']
const groupWords: Readonly<Record<Group, readonly string[]>> = {
  drums: ['drums', 'drum kit', 'kit'],
  bass: ['bass', 'basses'],
  music: ['music', 'instruments', 'band'],
  vocals: ['vocals', 'voices', 'vox', 'vocal', 'voice', 'singing', 'singers'],
  speech: ['speech', 'dialogue'],
  fx: ['fx', 'effects']
}
export const mixSubject: Subject = { label: 'the mix', stems: 'mix' }

/** A subject, or what speaks against it: several that it could be, or nothing of that name. */
export type Resolved = { readonly subject: Subject } | { readonly problem: string; readonly unknown?: true }

const singular = (word: string) =>
  word.length > 3 && word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word
const key = (text: string) => wordsOf(text).map(singular).join(' ')

/** @param text lower or upper case; `quoted`: a stem's name and nothing else */
export function subjectOf({ stems: cast }: Cast, text: string, quoted = false): Resolved {
  const names = cast.map(stem => stem.stem),
    wanted = text.toLowerCase(),
    found = (stems: readonly number[], label = stems.map(i => names[i]).join(', ')): Resolved => ({
      subject: { label, stems }
    }),
    where = (test: (name: string, i: number) => boolean) => names.flatMap((name, i) => (test(name, i) ? [i] : []))
  const exact = where(name => name.toLowerCase() === wanted)
  if (exact.length === 1) return found(exact)
  if (!quoted) {
    if (wholes.includes(wanted)) return { subject: mixSubject }
    const group = groups.find(one => groupWords[one].includes(wanted)),
      inGroup = group ? where((_, i) => cast[i]!.group === group) : []
    if (inGroup.length) return found(inGroup)
    const leading = isLeadWord(wanted) ? where((_, i) => cast[i]!.lead !== undefined) : []
    if (leading.length) return found(leading)
    const role = roleOf(text),
      inRole = role ? where((_, i) => cast[i]!.role === role) : []
    if (inRole.length) return found(inRole)
    // Stems of all voices together are nobody's lead but everybody's.
    const voices = role === 'lead-vocal' ? where((_, i) => cast[i]!.role === 'vocals') : []
    if (voices.length) return found(voices)
  }
  const part = where(name => name.toLowerCase().includes(wanted) || ` ${key(name)} `.includes(` ${key(text)} `))
  if (part.length === 1) return found(part)
  if (part.length > 1)
    return { problem: `"${text}" could be ${part.map(i => names[i]).join(' or ')}; say which, in quotes` }
  return { problem: `no stem, role or group "${text}" in this song`, unknown: true }
}

const isLeadWord = (wanted: string): boolean => ['lead', 'leads', 'melody', 'solo', 'lead instrument'].includes(wanted)

function roleOf(text: string): Role | undefined {
  const wanted = key(text)
  return roleNames.find(role => [role, roles[role].title, ...roles[role].names].some(name => key(name) === wanted))
}

/** What a request of this song may be about. */
export const subjectNames = ({ stems: cast }: Cast): readonly string[] => [
  ...new Set([
    ...cast.map(stem => stem.stem),
    ...cast.map(stem => roles[stem.role].title.toLowerCase()),
    ...cast.map(stem => groupWords[stem.group][0]!),
    'everything'
  ])
]
