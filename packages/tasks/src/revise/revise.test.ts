import { processors } from '@mixwright/dsp'
import { beforeAll, describe, expect, it } from 'vitest'
import { beats, song, songSession, sounds } from '../../test/revision.ts'
import { loudness, measured, type Sounds } from '../../test/revision-measures.ts'
import { readSentence } from './grammar.ts'
import { revise } from './revise.ts'
import { parseSession, type Session, writeSession } from './session.ts'
import { type VerbName, verbNames, verbOf } from './verbs.ts'

let session: Session, before: Sounds
beforeAll(async () => {
  session = await songSession()
  before = await sounds(session)
})

const drums = ['Kick', 'Snare', 'Hi-Hat'],
  voices = ['Lead Vox', 'BGV'],
  music = ['Gtr L', 'Gtr R', 'Keys and Strings', 'Pad']
/** A phrase, whom it means, the verb, and whether it goes towards `up` of the verb. */
type Row = readonly [phrase: string, subject: readonly string[] | 'mix', verb: VerbName, way: 1 | -1]
// biome-ignore format: a table
const phrases: readonly Row[] = [
  ['vocals up 1', voices, 'level', 1], ['Lead Vox louder by 2 dB', ['Lead Vox'], 'level', 1], ['turn the drums down', drums, 'level', -1],
  ['kick quieter 1.5', ['Kick'], 'level', -1], ['snare much louder', ['Snare'], 'level', 1], ['bass +3 dB', ['Bass'], 'level', 1],
  ['"pad" −2', ['Pad'], 'level', -1], ['less guitars', ['Gtr L', 'Gtr R'], 'level', -1], ['more music', music, 'level', 1],
  ['hihat a bit down', ['Hi-Hat'], 'level', -1], ['mute the snare', ['Snare'], 'mute', 1], ['mute backing vocals', ['BGV'], 'mute', 1],
  ['Gtr R pan left 20 %', ['Gtr R'], 'pan', -1], ['pan the hat right', ['Hi-Hat'], 'pan', 1], ['kick left 10 percent', ['Kick'], 'pan', -1],
  ['gtr l centre', ['Gtr L'], 'centre', 1], ['guitars wider', ['Gtr L', 'Gtr R'], 'width', 1], ['keys wider 50 %', ['Keys and Strings'], 'width', 1],
  ['wider', 'mix', 'width', 1], ['the mix a bit narrower', 'mix', 'width', -1], ['pad wider', ['Pad'], 'width', 1],
  ['drier', 'mix', 'wet', -1], ['vocals drier', voices, 'wet', -1], ['lead vox much wetter', ['Lead Vox'], 'wet', 1],
  ['less reverb on the keys', ['Keys and Strings'], 'reverb', -1], ['more room on the snare', ['Snare'], 'room', 1],
  ['more hall', 'mix', 'hall', 1], ['less delay on lead vocal', ['Lead Vox'], 'delay', -1], ['more echo on vocals', voices, 'delay', 1],
  ['vocals forward', voices, 'forward', 1], ['guitars further back', ['Gtr L', 'Gtr R'], 'forward', -1],
  ['brighter', 'mix', 'bright', 1], ['snare darker', ['Snare'], 'bright', -1], ['less treble on the hi-hat', ['Hi-Hat'], 'bright', -1],
  ['keys warmer', ['Keys and Strings'], 'warm', 1], ['mix thinner 1 dB', 'mix', 'warm', -1], ['kick more low end', ['Kick'], 'lows', 1],
  ['less bass', 'mix', 'lows', -1], ['bass less mud', ['Bass'], 'mud', -1], ['less boomy', 'mix', 'boom', -1], ['guitars boxier', ['Gtr L', 'Gtr R'], 'box', 1],
  ['more mids on the pad', ['Pad'], 'mids', 1], ['vocals less harsh', voices, 'harsh', -1], ['more presence on lead vox', ['Lead Vox'], 'presence', 1],
  ['less sibilance on bgv', ['BGV'], 'sibilance', -1], ['more air', 'mix', 'air', 1], ['kick tighter', ['Kick'], 'tight', 1],
  ['snare a lot tighter', ['Snare'], 'tight', 1], ['kick punchier', ['Kick'], 'punch', 1], ['snare punchier', ['Snare'], 'punch', 1],
  ['drums less punchy', drums, 'punch', -1], ['more compression on the bass', ['Bass'], 'compression', 1], ['lead vocal much more compressed', ['Lead Vox'], 'compression', 1],
  ['less compression', 'mix', 'compression', -1]
]

describe('fifty phrases', () => {
  it('are that many, and hold every verb of the table that can be heard in one step', () => {
    expect(phrases.length).toBeGreaterThanOrEqual(50)
    // To unmute, something must be muted first: below.
    expect(verbNames.filter(name => !phrases.some(row => row[2] === name))).toEqual(['unmute'])
  })
  it.each(phrases)('%s', async (phrase, subject, verb, way) => {
    const { session: after, done, notUnderstood } = revise(session, phrase)
    expect(notUnderstood).toEqual([])
    expect(done.map(one => [one.verb, Math.sign(one.value)])).toEqual([[verb, way]])
    const stems = done[0]!.subject.stems
    expect(stems === 'mix' ? 'mix' : stems.map(i => session.stems[i]!.stem)).toEqual(subject)
    const now = await sounds(after),
      { measure, moves, ...of } = verbOf(verb),
      reading = (all: Sounds) => measured(measure, all, subject, of, beats),
      moved = reading(now) - reading(before)
    if (process.env.SHOW) console.log(phrase.padEnd(34), measure.padEnd(9), (moved * moves * way).toFixed(2))
    expect(moved * moves * way).toBeGreaterThan(0.05)
    for (const other of Object.keys(song).filter(name => !subject.includes(name)))
      expect(Math.abs(loudness(now[other]!) - loudness(before[other]!)), other).toBeLessThan(0.3)
  })
})

const stemOf = (of: Session, name: string) => of.stems.find(stem => stem.stem === name)!

describe('revise', () => {
  it('brings back what was muted, as it was', async () => {
    const muted = revise(session, 'mute the snare').session,
      { session: back, done } = revise(muted, 'unmute snare')
    expect(done).toHaveLength(1)
    expect(back).toEqual(session)
    expect(revise(muted, 'snare up 1')).toMatchObject({ session: muted, done: [], notUnderstood: [{ why: /muted/ }] })
  })
  it('does one after the other, and the rest where something is not understood', () => {
    const {
      session: after,
      done,
      notUnderstood
    } = revise(session, 'vocals up 1, frobnicate the bass; kick tighter and drier')
    expect(done.map(one => [one.verb, one.subject.label])).toEqual([
      ['level', 'Lead Vox, BGV'],
      ['tight', 'Kick']
    ])
    expect(notUnderstood.map(one => one.text)).toEqual(['frobnicate the bass', 'drier'])
    expect(stemOf(after, 'BGV').trim).toEqual({ gain: 1, reason: 'You asked: vocals up 1.' })
    expect(stemOf(after, 'Bass')).toEqual(stemOf(session, 'Bass'))
  })
  it('adds up, and comes back to where it was', () => {
    const twice = revise(session, 'mix brighter 2, mix brighter 1, vocals up 1, vocals up 0.5').session
    expect(twice.mixBus.find(one => one.slot === 'asked-bright')!.params.gain).toBe(3)
    expect(stemOf(twice, 'Lead Vox').trim!.gain).toBe(1.5)
    expect(revise(twice, 'darker 3').session.mixBus).toEqual(session.mixBus)
  })
  it('widens a file of two equal channels as the mono sound that it is', () => {
    const flat: Session = {
        ...session,
        ports: session.ports.map(port => (port.name === 'Pad' ? { ...port, channels: 2, flat: true } : port))
      },
      { session: after } = revise(flat, 'pad wider'),
      send = (of: Session) => stemOf(of, 'Pad').sends.find(one => one.to === 'width')?.gain ?? Number.NEGATIVE_INFINITY
    expect(send(after)).toBeGreaterThan(send(flat))
    expect(stemOf(after, 'Pad').after).toBeUndefined()
  })
  it('turns the target of the master where the whole shall be louder', () => {
    expect(revise(session, 'everything up 2').session.master.loudness).toBe(session.master.loudness + 2)
    expect(revise(session, 'louder 12').notUnderstood[0]!.why).toMatch(/-2 LUFS; it can be at -40 to -5/)
  })
  it('makes every session one that can be read again', () => {
    for (const [phrase] of phrases) {
      const { session: after } = revise(session, phrase)
      expect(parseSession(writeSession(after)), phrase).toEqual(JSON.parse(JSON.stringify(after)))
    }
  })
})

describe('what is not understood', () => {
  // biome-ignore format: a table
  it.each<[string, RegExp]>([
    ['vocls up 1', /no stem, role or group "vocls".*did you mean vocals/], ['vocals brigter', /did you mean.*brighter/],
    ['tr up 1', /could be Gtr L or Gtr R or Keys and Strings; say which, in quotes/], ['kick', /nothing is asked of it/], ['trombone up', /no stem, role or group "trombone"/],
    ['vocals up to 3 dB', /where to, not by how much/], ['vocals up 1 2', /two numbers/], ['vocals up 30 dB', /at most 24/],
    ['vocals up 3 %', /measured in dB/], ['kick tighter 3 dB', /takes no number/], ['kick brighter drier', /at once; separate/],
    ['vocals up 0', /changes nothing/], ['pan left', /whole mix has no place/], ['mute everything', /whole mix would be silent/],
    ['mix forward', /in front of what/], ['kick centre', /in the centre already/], ['gtr l pan right 100 %, gtr l pan right 10 %', /as far right already/],
    ['bass rounder', /only drums have attacks/], ['unmute kick', /plays already/], ['kick drier', /sends nothing to/], ['kick looser', /nothing shortens/], ['hi-hat less compression', /no compressor/],
    ['everything but the vocals up', /no stem, role or group "everything but vocals"/], ['3 dB', /no verb/], ['"up" 1', /no verb|no stem/]
  ])('%s', (phrase, why) => {
    const { notUnderstood } = revise(session, phrase)
    expect(notUnderstood).toHaveLength(1)
    expect(notUnderstood[0]!.why).toMatch(why)
  })
  it('is said of a compressor or gate only where its level is not known', () => {
    const bare: Session = { ...session, ports: session.ports.map(({ name, channels }) => ({ name, channels })) }
    expect(revise(bare, 'kick tighter').notUnderstood[0]!.why).toMatch(/level is not in the session/)
  })
})

it('subjects that wait share the verb, "and" keeps the subject, a comma does not', () => {
  const says = (phrase: string) =>
    readSentence(session, phrase).wishes.map(one => [one.subject.label, one.verb, one.value])
  expect(says('kick, snare and bass up 2')).toEqual([
    ['Kick', 'level', 2],
    ['Snare', 'level', 2],
    ['Bass', 'level', 2]
  ])
  expect(says('kick louder and brighter')).toEqual([
    ['Kick', 'level', 1],
    ['Kick', 'bright', 2]
  ])
  expect(says('kick louder, brighter')).toEqual([
    ['Kick', 'level', 1],
    ['the mix', 'bright', 2]
  ])
  expect(says('Keys and Strings down 2')).toEqual([['Keys and Strings', 'level', -2]])
  expect(says('"keys AND strings" a bit wider')).toEqual([['Keys and Strings', 'width', 12.5]])
})

it('takes what a person left out of a device for the default of its processor', () => {
  const gate = { slot: 'gate', type: 'noisegate', params: { threshold: -40 }, reason: 'Mine.' },
    stems = session.stems.map(stem => (stem.stem === 'Kick' ? { ...stem, chain: [gate] } : stem)),
    { session: looser } = revise({ ...session, stems }, 'kick looser'),
    turned = looser.stems.find(stem => stem.stem === 'Kick')!.chain.find(device => device.slot === 'gate')!
  expect(turned.params.range).toBe(processors.noisegate.params.range.default - 6)
})

describe('parseSession', () => {
  const edited = (path: string, value: unknown): string => {
    const file = JSON.parse(writeSession(session)) as Record<string, unknown>,
      keys = path.split('.'),
      last = keys.pop()!,
      at = keys.reduce((place, key) => place[key] as Record<string, unknown>, file)
    if (value === undefined) delete at[last]
    else at[last] = value
    return JSON.stringify(file)
  }
  // biome-ignore format: a table
  it.each<[string, string, (now: Session) => unknown, RegExp]>([
    ['a number out of range', 'stems.0.fader.gain', () => 300, /^stems\[0\]\.fader\.gain: 300 is not allowed; give -120 to 48 dB$/],
    ['a text for a number', 'master.loudness', () => 'loud', /^master\.loudness: "loud".*-40 to -5 LUFS/],
    ['a parameter that is none', 'mixBus.0.params.rato', () => 2, /^mixBus\[0\]\.params\.rato: .*did you mean ratio/],
    ['a value beyond a processor', 'mixBus.0.params.ratio', () => 99, /^mixBus\[0\]\.params\.ratio: 99 is not allowed; give 1:1 to 20:1/],
    ['a processor that is none', 'mixBus.0.type', () => 'comprssor', /^mixBus\[0\]\.type: .*did you mean compressor/],
    ['a field that is none', 'stems.2.vol', () => 3, /^stems\[2\]\.vol: no such field "vol"/],
    ['a missing field', 'returns', () => undefined, /^returns: nothing is not allowed; give a list/],
    ['a ride without points', 'stems.0.ride', () => ({ points: [], reason: 'By hand.' }), /^stems\[0\]\.ride\.points: \[\] is not allowed; give a list of \[seconds, dB\]/],
    ['a ride that goes back', 'stems.0.ride', () => ({ points: [[1, 0], [1, 2]], reason: 'By hand.' }), /^stems\[0\]\.ride\.points\[1\]\[0\]: 1 is not allowed; give more than the 1 s before it/],
    ['a ride beyond a fader', 'stems.0.ride', () => ({ points: [[0, 60]], reason: 'By hand.' }), /^stems\[0\]\.ride\.points\[0\]\[1\]: 60 is not allowed; give -60 to 24 dB/],
    ['a kind of fault that is none', 'stems.0.faults', () => [{ kind: 'humm', text: 'Hum.' }], /^stems\[0\]\.faults\[0\]\.kind: no such kind of fault "humm"; did you mean hum/],
    ['a fault without a kind', 'stems.0.faults', () => ['Hum.'], /^stems\[0\]\.faults\[0\]: "Hum\." is not allowed; give an object/],
    ['a stem without a port', 'stems.0.stem', () => 'Kik', /^stems\[0\]\.stem: .*"Kik"; did you mean Kick/],
    ['a stem twice', 'stems.10', now => now.stems[0], /^stems\[10\]: the stem "Kick" is there twice/],
    ['a fader beyond its processor', 'stems.0.fader.gain', () => 30, /^nodes\.Kick\/fader\.params\.gain: 30 is not allowed; give -80 dB to 24 dB$/],
    ['a glue that listens to nobody', 'groups', now => now.groups.map(one => ({ ...one, glue: { slot: 'glue', type: 'gain', params: {}, reason: 'x' } })), /no such inlet of .* "sidechain"/],
    ['a slot that no node can be called', 'mixBus.0.slot', () => 'a\u0000', /^mixBus\[0\]\.slot: .*1 to 80 letters/],
    ['a slot twice', 'mixBus', now => [now.mixBus[0], now.mixBus[0]], /^mixBus\[1\]: the slot "comp" is there twice/],
    ['a send to nowhere', 'returns', () => [], /^stems\[\d\]\.sends\[0\]\.to: no return "\w+"; add it/],
    ['a newer version', 'version', () => 9, /^version: 9 is newer.*update Mixwright/],
    ['decisions of before there were sessions', 'version', () => undefined, /^version: missing.*mix the song again/],
    ['everything muted', 'stems', now => now.stems.map(one => ({ ...one, muted: { reason: 'Off.' } })), /^stems: all are muted; remove/]
  ])('refuses %s in one sentence', (_, path, value, says) => {
    expect(() => parseSession(edited(path, value(session)))).toThrow(says)
  })
  it('keeps a ride', () => {
    const ride = {
      points: [
        [0, -1.5],
        [12.25, 2]
      ],
      reason: 'By hand.'
    }
    expect(parseSession(edited('stems.0.ride', ride)).stems[0]!.ride).toEqual(ride)
  })
  it('refuses what is not JSON', () => {
    expect(() => parseSession('{')).toThrow(/not JSON/)
    expect(() => parseSession('null')).toThrow(/version: missing/)
  })
})
