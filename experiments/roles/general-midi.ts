/**
 * Stems with known roles from MIDI files and a General MIDI sound set: folders for `learn.ts`.
 *   node tools/run.mjs experiments/roles/general-midi.ts FOLDER SOUNDFONT.sf2,… FILE.mid …
 * Needs fluidsynth. Of each file the minute in its middle; a stem is one channel and program (drums: one instrument of
 * the kit, or in every third file the whole kit), played by a program of the same role drawn at random, from a sound set
 * drawn at random. Same seed, same stems.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { createRandom } from '@mixwright/dsp'
import { type MidiEvent, parseMidi, writeMidi } from 'midi-file'
import type { Role } from '../../packages/tasks/src/mix/roles.ts'

const [folder, fonts, ...files] = process.argv.slice(2)
if (!folder || !fonts || files.length === 0) {
  console.error('usage: node tools/run.mjs experiments/roles/general-midi.ts FOLDER SOUNDFONT.sf2,… FILE.mid …')
  process.exit(2)
}
const random = createRandom(11),
  seconds = 60,
  least = 12,
  drumChannel = 9,
  drawn = <T>(list: readonly T[]): T => list[Math.floor(random.uniform() * list.length)]!

/** Programs of General MIDI 1 (from 0) by role, ends included; what is left out (choirs, winds, effects) is no clear case. */
const programs: readonly (readonly [from: number, to: number, role: Role])[] = [
  [0, 7, 'keys'],
  [16, 20, 'keys'],
  [24, 31, 'guitar'],
  [32, 39, 'bass'],
  [40, 45, 'strings'],
  [48, 49, 'strings'],
  [50, 51, 'pad'],
  [56, 63, 'brass'],
  [64, 67, 'brass'],
  [80, 87, 'synth'],
  [88, 95, 'pad']
]
const among = (role: Role): number[] =>
  programs.flatMap(([from, to, r]) => (r === role ? Array.from({ length: to - from + 1 }, (_, i) => from + i) : []))
const roleOf = (program: number): Role | undefined =>
  programs.find(([from, to]) => program >= from && program <= to)?.[2]
/** Keys of the General MIDI drum map by role; cymbals are no role of their own. */
const drumKeys: readonly (readonly [role: Role, keys: readonly number[]])[] = [
  ['kick', [35, 36]],
  ['snare', [38, 39, 40]],
  ['hihat', [42, 44, 46]],
  ['tom', [41, 43, 45, 47, 48, 50]],
  ['percussion', [54, 56, 58, ...Array.from({ length: 22 }, (_, i) => 60 + i)]]
]
/** Kits of the General Standard: standard, room, power, electronic, 808, jazz, brush. */
const kits = [0, 8, 16, 24, 25, 32, 40]

type Timed = MidiEvent & { readonly at: number }
/** All tracks' events in order, in ticks. */
function timed(path: string): { readonly events: readonly Timed[]; readonly ticksPerBeat: number } {
  const { header, tracks } = parseMidi(readFileSync(path)),
    events = tracks.flatMap(track => {
      let at = 0
      return track.map((event): Timed => ({ ...event, at: (at += event.deltaTime) }))
    })
  return { events: events.sort((a, b) => a.at - b.at), ticksPerBeat: header.ticksPerBeat ?? 480 }
}

/** Ticks where a time of the song lies, by its tempo. */
function clock(events: readonly Timed[], ticksPerBeat: number) {
  const changes = events.flatMap(e =>
    e.type === 'setTempo' ? [{ at: e.at, perBeat: e.microsecondsPerBeat / 1e6 }] : []
  )
  return (ticks: number): number => {
    let time = 0,
      last = 0,
      perBeat = 0.5
    for (const change of changes) {
      if (change.at >= ticks) break
      time += ((change.at - last) / ticksPerBeat) * perBeat
      ;({ at: last, perBeat } = change)
    }
    return time + ((ticks - last) / ticksPerBeat) * perBeat
  }
}

interface Part {
  readonly name: string
  readonly role: Role
  readonly program: number
  readonly channel: number
  readonly notes: ReadonlySet<Timed>
}
function partsOf(events: readonly Timed[], wholeKit: boolean): Part[] {
  const program = new Map<number, number>(),
    notes = new Map<string, Set<Timed>>()
  for (const event of events) {
    if (event.type === 'programChange') program.set(event.channel, event.programNumber)
    if (event.type !== 'noteOn' && event.type !== 'noteOff') continue
    const { channel, noteNumber } = event,
      drum = wholeKit ? 'drums' : drumKeys.find(([, keys]) => keys.includes(noteNumber))?.[0],
      key = channel === drumChannel ? `${channel} ${drum}` : `${channel} ${program.get(channel) ?? 0}`
    notes.set(key, (notes.get(key) ?? new Set()).add(event))
  }
  return [...notes].flatMap(([key, of]): Part[] => {
    const [channel, what] = key.split(' ') as [string, string],
      drums = Number(channel) === drumChannel,
      role = drums ? (what === 'undefined' ? undefined : (what as Role)) : roleOf(Number(what)),
      played = [...of].filter(e => e.type === 'noteOn' && e.velocity > 0).length
    if (!role || played < least) return []
    return [
      {
        name: `${role}-${channel}-${what}`,
        role,
        program: drums ? drawn(kits) : drawn(among(role)),
        channel: Number(channel),
        notes: of
      }
    ]
  })
}

/** The part alone, from its first tick on; what is not a note and belongs to no other channel stays. */
function midiOf(part: Part, events: readonly Timed[], from: number, ticksPerBeat: number): Uint8Array {
  let last = from
  const own = events.filter(e =>
      e.type === 'noteOn' || e.type === 'noteOff'
        ? part.notes.has(e)
        : e.type === 'setTempo' || ((e.type === 'controller' || e.type === 'pitchBend') && e.channel === part.channel)
    ),
    track: MidiEvent[] = [{ deltaTime: 0, type: 'programChange', channel: part.channel, programNumber: part.program }]
  for (const { at, ...event } of own) {
    // Settings from before the passage hold at its start; its notes do not sound.
    const here = Math.max(from, at)
    if (at < from && (event.type === 'noteOn' || event.type === 'noteOff')) continue
    track.push({ ...event, deltaTime: here - last } as MidiEvent)
    last = here
  }
  // Notes that the end of the passage cuts would sound for ever: pedal up, all notes off (MIDI 1.0, controllers 64 and 123).
  for (const controllerType of [64, 123])
    track.push({ deltaTime: 0, type: 'controller', channel: part.channel, controllerType, value: 0 })
  track.push({ deltaTime: 0, meta: true, type: 'endOfTrack' })
  return Uint8Array.from(writeMidi({ header: { format: 0, numTracks: 1, ticksPerBeat }, tracks: [track] }))
}

for (const [index, path] of files.entries()) {
  const { events, ticksPerBeat } = timed(path),
    at = clock(events, ticksPerBeat),
    sounding = events.filter(e => e.type === 'noteOn'),
    end = at(sounding.at(-1)?.at ?? 0),
    start = Math.max(0, (end - seconds) / 2),
    inside = sounding.find(e => at(e.at) >= start)?.at ?? 0,
    passage = events.filter(e => at(e.at) <= start + seconds),
    song = join(folder, `midi-${basename(path, extname(path))}`),
    labels: Record<string, Role> = {},
    font = drawn(fonts.split(','))
  mkdirSync(join(song, 'dry'), { recursive: true })
  for (const part of partsOf(
    passage.filter(e => e.at >= inside || e.type === 'programChange'),
    index % 3 === 0
  )) {
    const midi = join(song, `${part.name}.mid`),
      room = random.uniform() < 0.5 ? '1' : '0'
    writeFileSync(midi, midiOf(part, passage, inside, ticksPerBeat))
    const sound = join(song, 'dry', `${part.name}.wav`),
      how = `-niq -R ${room} -C 0 -r 44100 -g 0.4 -F`.split(' '),
      { status, stderr } = spawnSync('fluidsynth', [...how, sound, font, midi], { timeout: 60_000 })
    rmSync(midi)
    if (status !== 0) throw new Error(`fluidsynth failed on ${midi}: ${stderr}`)
    labels[part.name] = part.role
  }
  writeFileSync(join(song, 'labels.json'), JSON.stringify(labels))
  console.error(`${song}: ${Object.keys(labels).join(', ') || 'nothing'}`)
}
