/** A mix as one editable file: its decisions, and what a new rendering needs beside them. */
import {
  convolutionsIn,
  type Params,
  problemOf,
  processors,
  type Registry,
  resamplerRates,
  unknownName
} from '@mixwright/dsp'
import { edgeGainRange, validate } from '@mixwright/graph'
import { TaskError } from '../define.ts'
import { isWiring } from '../mix/chain.ts'
import { consoleGraph, stemIds } from '../mix/console.ts'
import { type Decisions, faderRange, returns } from '../mix/decisions.ts'
import { evidence, evidenceIds, type EvidenceId, type Given } from '../mix/evidence.ts'
import { faultNames } from '../mix/faults.ts'
import { mixOptions } from '../mix/options.ts'
import { groups, roleNames } from '../mix/roles.ts'
import { type Check, fail, file, flag, listOf, number, onlyTrue, oneOf, shape, text, within } from './checks.ts'

export const sessionVersion = 1

export interface SessionPort {
  /** As the decisions name the stem: its file's name without extension. */
  readonly name: string
  readonly channels: 1 | 2
  /** Median momentary loudness of its own sound, LUFS, and its largest sample, dBFS: what thresholds are set by. */
  readonly level?: number
  readonly peak?: number
  /** Both channels hold the same, or one of them nothing. */
  readonly flat?: true
}
export interface Session extends Decisions {
  readonly version: typeof sessionVersion
  /** Where the stems lie; relative to this file where it can be. */
  readonly folder: string
  /** Hz. */
  readonly sampleRate: number
  readonly ports: readonly SessionPort[]
  readonly master: {
    /** LUFS and dBTP that mastering aims at. */
    readonly loudness: number
    readonly ceiling: number
    /** A mono file; the loudness is that of two loudspeakers. Absent: stereo. */
    readonly channels?: 1
    /** dB that the last mastering needed beyond the target's distance, because the limiter held back. */
    readonly push?: number
    /** LU from the mix to the target, then. */
    readonly distance?: number
  }
}

const level = within(edgeGainRange.min, edgeGainRange.max, ' dB'),
  anyLevel = within(-300, 300, ' dB')

const processor: Check = (value, place) => {
  const { type, params } = value as { type?: string; params?: unknown }
  if (isWiring(type ?? '')) return
  // Whether its response is there, is asked at the end.
  if (convolutionsIn(`"${type}"`).length === 0) oneOf('processor', Object.keys(processors))(type, `${place}.type`)
  if (typeof params !== 'object' || params === null) fail(`${place}.params`, params, 'an object: name → value')
  const known = ((processors as Registry)[type!]?.params ?? {}) as Params
  for (const [name, given] of Object.entries(params)) {
    const problem = Object.hasOwn(known, name)
      ? problemOf(known[name]!, given)
      : unknownName('parameter', name, Object.keys(known))
    if (problem) throw new TaskError(`${place}.params.${name}: ${problem}`)
  }
}
const anything: Check = () => {}
const both =
  (...checks: Check[]): Check =>
  (value, place) => {
    for (const check of checks) check(value, place)
  }
/** What stands in a lane is asked of the graph. */
const lanes: Check = (value, place) => {
  if (typeof value !== 'object' || value === null) fail(place, value, 'an object: parameter → { "lane": … }')
  for (const [name, lane] of Object.entries(value)) shape({ lane: listOf(anything) })(lane, `${place}.${name}`)
}
const oscillator: Check = (value, place) => processor({ ...(value as object), type: 'lfo' }, place)
const given = {
  target: number,
  recorded: number,
  floor: number,
  from: number,
  to: number,
  stems: listOf(text)
} satisfies Record<keyof Given, Check>
/** The measure that a reason cites, with what that measure must know, and nothing else. */
const cites: Check = (value, place) => {
  const { measure } = (typeof value === 'object' && value !== null ? value : {}) as { measure?: EvidenceId }
  if (measure === undefined) fail(place, value, 'an object { "measure": … }')
  oneOf('measure', evidenceIds)(measure, `${place}.measure`)
  shape({ measure: text, ...Object.fromEntries(evidence[measure].needs.map(name => [name, given[name]])) })(
    value,
    place
  )
}
const why = { reason: text, 'cites?': cites }
/** It becomes part of a node's name. */
const slot: Check = (value, place) => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (typeof value !== 'string' || !/^[^\x00-\x1f]{1,80}$/.test(value)) fail(place, value, 'a name of 1 to 80 letters')
}
const device = both(
  shape({
    slot,
    type: text,
    params: anything,
    'key?': both(shape({ type: text, params: anything }), processor),
    'lanes?': lanes,
    'modulator?': both(shape({ inlet: text, params: anything, depth: level }), oscillator),
    ...why
  }),
  processor
)
const chain = both(listOf(device), (value, place) =>
  unique(
    (value as { slot: string }[]).map(one => one.slot),
    place,
    'slot'
  )
)
/** [seconds, dB], in the order of time. */
const breakpoints: Check = (value, place) => {
  if (!Array.isArray(value) || value.length === 0) fail(place, value, 'a list of [seconds, dB], one at least')
  let before = Number.NEGATIVE_INFINITY
  value.forEach((point, i) => {
    const at = `${place}[${i}]`
    if (!Array.isArray(point) || point.length !== 2) fail(at, point, '[seconds, dB]')
    within(0, longest, ' s')(point[0], `${at}[0]`)
    within(faderRange.min, faderRange.max, ' dB')(point[1], `${at}[1]`)
    if (point[0] <= before) fail(`${at}[0]`, point[0], `more than the ${before} s before it`)
    before = point[0] as number
  })
}
/** Seconds: a day of music. */
const longest = 86400
function unique(names: readonly string[], place: string, what: string): void {
  const at = names.findIndex((name, i) => names.indexOf(name) !== i)
  if (at >= 0) throw new TaskError(`${place}[${at}]: the ${what} "${names[at]}" is there twice; rename or remove one`)
}

/** It becomes part of a file's name. */
const plainName: Check = (value, place) => {
  text(value, place)
  const [plain] = stemIds([value as string])
  if (value !== plain) fail(place, value, `a name of letters, digits, - and _, such as "${plain}"`)
}

const checkShape = shape({
  version: within(sessionVersion, sessionVersion),
  folder: text,
  sampleRate: within(resamplerRates.min, resamplerRates.max, ' Hz'),
  ports: listOf(
    shape({
      name: text,
      channels: (value, place) => {
        if (value !== 1 && value !== 2) fail(place, value, '1 or 2')
      },
      'level?': anyLevel,
      'peak?': anyLevel,
      'flat?': onlyTrue
    })
  ),
  master: shape({
    loudness: within(mixOptions.loudness.min, mixOptions.loudness.max, ' LUFS'),
    ceiling: within(mixOptions.ceiling.min, mixOptions.ceiling.max, ' dBTP'),
    'channels?': (value, place) => {
      if (value !== 1) fail(place, value, '1, or leave it out for stereo')
    },
    'push?': within(-24, 24, ' dB'),
    'distance?': anyLevel
  }),
  stems: listOf(
    shape({
      stem: text,
      role: oneOf('role', roleNames),
      confidence: within(0, 1),
      roleFrom: text,
      group: oneOf('group', groups),
      'lead?': shape(why),
      'muted?': shape({ ...why, 'keyed?': flag, 'empty?': flag }),
      'locked?': onlyTrue,
      faults: listOf(shape({ kind: oneOf('kind of fault', faultNames), text })),
      chain,
      'after?': chain,
      fader: shape({ gain: level, ...why }),
      'ride?': shape({ points: breakpoints, ...why }),
      'trim?': shape({ gain: level, ...why }),
      'pan?': shape({ pan: within(-1, 1), ...why }),
      sends: listOf(shape({ to: oneOf('return', returns), gain: level, ...why }))
    })
  ),
  groups: listOf(shape({ group: oneOf('group', groups), gain: level, 'glue?': device })),
  returns: listOf(shape({ name: oneOf('return', returns), chain, gain: level, ...why })),
  mixBus: chain,
  'apart?': listOf(shape({ name: plainName, stems: listOf(text) }))
})

/**
 * Reads a session, edited by hand or not.
 * @param registry with the impulse responses that it names
 * @throws TaskError for the first thing that is wrong: place, value, remedy
 */
export function parseSession(json: string, registry: Registry = processors): Session {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch (error) {
    throw new TaskError(`not JSON: ${(error as Error).message}; mend the text, or mix again`)
  }
  const { version } = (value ?? {}) as { version?: unknown }
  if (version === undefined && typeof value === 'object')
    throw new TaskError('version: missing, so this is no session that can be rendered; mix the song again')
  if (typeof version === 'number' && version > sessionVersion)
    throw new TaskError(`version: ${version} is newer than this Mixwright reads (${sessionVersion}); update Mixwright`)
  checkShape(value, file)
  const session = value as Session,
    ports = session.ports.map(port => port.name),
    stems = session.stems.map(stem => stem.stem)
  unique(ports, 'ports', 'name')
  unique(stems, 'stems', 'stem')
  stems.forEach((name, i) => oneOf('stem among the ports', ports)(name, `stems[${i}].stem`))
  unique(
    session.groups.map(one => one.group),
    'groups',
    'group'
  )
  unique(
    session.returns.map(one => one.name),
    'returns',
    'return'
  )
  for (const [i, { group, sends, muted, chain, after }] of session.stems.entries()) {
    unique(
      [...chain, ...(after ?? [])].map(one => one.slot),
      `stems[${i}].chain, after: all`,
      'slot'
    )
    if (!muted && !session.groups.some(one => one.group === group))
      throw new TaskError(
        `stems[${i}].group: "${group}" is not among the groups; add { "group": "${group}", "gain": 0 }`
      )
    for (const [k, { to }] of sends.entries())
      if (!session.returns.some(one => one.name === to))
        throw new TaskError(`stems[${i}].sends[${k}].to: no return "${to}"; add it to the returns, or remove the send`)
  }
  const apart = session.apart ?? []
  unique(
    apart.map(one => one.name),
    'apart',
    'name'
  )
  for (const [i, one] of apart.entries())
    one.stems.forEach((name, k) => oneOf('stem', stems)(name, `apart[${i}].stems[${k}]`))
  if (session.stems.every(stem => stem.muted))
    throw new TaskError('stems: all are muted; remove "muted" from at least one')
  // What only shows where it is wired: a key for a processor that listens to none, a sum of levels beyond a fader.
  const [problem] = validate(consoleGraph(session, session.ports), registry)
  if (problem) throw new TaskError(`${problem.place}: ${problem.message}`)
  return session
}

export const writeSession = (session: Session): string => `${JSON.stringify(session, null, 1)}\n`
