import { deflateRawSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { memorySink, sourceOf } from '../bytes.ts'
import {
  type DawSession,
  type DawTrack,
  type Inflate,
  openZip,
  parseXml,
  readDawproject,
  readProject,
  readRpp,
  unityStrip,
  writeDawproject,
  writeRpp
} from './index.ts'
import { crc32, createZipWriter } from './zip-writer.ts'

const never: Inflate = pieces => pieces
const track = (id: string, more: Partial<DawTrack> = {}): DawTrack => ({
  ...unityStrip,
  id,
  name: `Track "${id}" <&>`,
  kind: 'audio',
  sends: [],
  clips: [{ file: `audio/${id}.wav`, start: 0, offset: 0, length: 3.25, gain: 1, fadeIn: 0, fadeOut: 0 }],
  ...more
})
/** Everything that the model can say and both formats can hold. */
const song: DawSession = {
  title: 'A song',
  sampleRate: 48000,
  tempo: 97.5,
  master: { ...unityStrip, volume: 0.75 },
  tracks: [
    track('t1', { kind: 'group', clips: [], volume: 0.5 }),
    track('t2', { group: 't1', kind: 'group', clips: [] }),
    track('t3', {
      group: 't2',
      volume: 0.7,
      pan: -0.3,
      mute: true,
      sends: [{ to: 't6', gain: 0.2 }],
      clips: [
        { file: 'audio/a b.wav', start: 1.5, offset: 0.25, length: 2, gain: 0.5, fadeIn: 0.01, fadeOut: 0.5 },
        { file: 'audio/t3.flac', start: 4, offset: 0, length: 1, gain: -1, fadeIn: 0, fadeOut: 0 }
      ]
    }),
    track('t4', { group: 't1', sends: [{ to: 't6', gain: 1, pre: true }] }),
    track('t5', {
      ride: [
        [0, 1],
        [2, 0.5]
      ],
      panRide: [
        [0, -1],
        [3, 0.5]
      ]
    }),
    track('t6', { kind: 'effect', clips: [] })
  ]
}
const media = Object.fromEntries(
  song.tracks.flatMap(({ clips }) => clips.map(({ file }) => [file, { channels: 2, sampleRate: 48000, seconds: 10 }]))
)
const bytesOf = async (session: DawSession) => {
  const sink = memorySink()
  await writeDawproject(sink, session, {
    media,
    version: '1',
    bytes: file => [new TextEncoder().encode(file)] as never
  })
  return sink.bytes()
}

describe('a session comes back as it was written', () => {
  it('as REAPER text', () => {
    const { session, left } = readRpp(writeRpp(song), 'song.rpp')
    expect(left).toEqual([])
    expect(session).toEqual(song)
  })
  it('as DAWproject, devices and all', async () => {
    const devices = [
        { name: 'eq', type: 'highpass', params: { frequency: 80, q: 0.7 } },
        { name: 'eq', type: 'bell', params: { frequency: 300, gain: -3, q: 1.2 } },
        { name: 'eq', type: 'gain', params: { gain: 2 } },
        { name: 'comp', type: 'compressor', params: { threshold: -24, ratio: 3, attack: 8, release: 90, makeup: 1 } },
        { name: 'gate', type: 'noisegate', params: { threshold: -50, ratio: 2, attack: 3, release: 250, range: 10 } },
        { name: 'lim', type: 'limiter', params: { ceiling: -1, release: 80 }, off: true as const }
      ],
      rich = { ...song, tracks: song.tracks.map(one => (one.id === 't4' ? { ...one, devices } : one)) }
    const { session, left, entries } = await readDawproject(sourceOf(await bytesOf(rich)), 'song', never)
    expect(left).toEqual([])
    expect(session).toEqual(rich)
    const pieces: number[] = []
    for await (const piece of entries.get('audio/a b.wav')!.read()) pieces.push(...piece)
    expect(String.fromCharCode(...pieces)).toBe('audio/a b.wav')
  })
  it('keeps a track that only its sends are heard of: the fader is down, the sends lie before it', async () => {
    const silent = {
        ...song,
        tracks: [
          track('t1', { silent: true, volume: 0.5, sends: [{ to: 't2', gain: 0.5 }] }),
          track('t2', { kind: 'effect', clips: [] })
        ]
      },
      { session } = await readDawproject(
        sourceOf(await bytesOf({ ...silent, tracks: silent.tracks.map(one => ({ ...one, clips: [] })) })),
        'song',
        never
      )
    expect(session.tracks[0]).toMatchObject({ volume: 0, sends: [{ to: 't2', gain: 0.25, pre: true }] })
    expect(readRpp(writeRpp(silent), 'x').session).toEqual(silent)
  })
})

describe('what other programs write', () => {
  it('REAPER: takes, sections, playing speed, polarity, curves and effects', () => {
    const { session, left } = readRpp(
      `<REAPER_PROJECT 0.1 "7.0/linux" 1
  TEMPO 120 4 4
  SAMPLERATE 44100 0 0
  <TRACK
    NAME Bass
    VOLPAN 0.5 0.25 -1 -1 1
    IPHASE 1
    <VOLENV2
      ACT 1 -1
      PT 0 1 1
      PT 2 0.5 5
    >
    <FXCHAIN
      BYPASS 0 0 0
      <VST "VST: ReaEQ (Cockos)" reaeq.dll 0 ""
        cWVlcg==
      >
    >
    <ITEM
      POSITION 1
      LENGTH 2
      VOLPAN 0.5 0 0.5 -1
      SOFFS 0.5
      PLAYRATE 2 1 0 -1
      <SOURCE WAVE
        FILE "first.wav"
      >
      TAKE SEL
      SOFFS 0.75
      TAKEVOLPAN 0 0.8 -1
      <SOURCE SECTION
        STARTPOS 3
        <SOURCE FLAC
          FILE "D:\\takes\\second.flac"
        >
      >
    >
    <ITEM
      POSITION 9
      LENGTH 1
      <SOURCE MIDI
      >
    >
  >
>
`,
      'x.rpp'
    )
    expect(session.tracks[0]).toMatchObject({
      volume: 0.5,
      pan: 0.25,
      ride: [
        [0, 1],
        [1.9999, 1],
        [2, 0.5]
      ],
      clips: [{ file: 'D:/takes/second.flac', start: 1, offset: 3.75, length: 2, gain: -0.4 }]
    })
    expect(left).toEqual([
      'Bass: an item of MIDI',
      'Bass: curves of automation (drawn as lines)',
      'Bass: the effect VST: ReaEQ (Cockos)'
    ])
  })
  it('Bitwig: beats, warps, clips within clips, decibels', () => {
    const { session, left } = readProject(
      parseXml(
        `<?xml version="1.0"?><Project version="1.0"><Application name="B" version="5"/>
        <Transport><Tempo unit="bpm" value="120"/></Transport>
        <Structure><Track id="a" name="Drums" contentType="tracks"><Channel id="ca" role="submix" destination="cm"/>
          <Track id="b" name="Kick" contentType="audio"><Channel id="cb" role="regular" destination="cm">
            <Devices><ClapPlugin deviceName="Surge" deviceRole="audioFX"/></Devices>
            <Volume id="v" unit="decibel" value="-6.0205999132796"/></Channel></Track></Track>
          <Track id="m" contentType="audio notes"><Channel id="cm" role="master"/></Track></Structure>
        <Arrangement><Lanes timeUnit="beats"><Lanes track="b"><Clips>
          <Clip time="8" duration="4" playStart="0"><Clips><Clip time="0" duration="8" contentTimeUnit="beats" playStart="2">
            <Warps contentTimeUnit="seconds" timeUnit="beats"><Audio channels="2" sampleRate="44100" duration="10"><File path="audio/k.wav"/></Audio>
            <Warp time="0" contentTime="0"/><Warp time="20" contentTime="10"/></Warps></Clip></Clips></Clip>
        </Clips></Lanes></Lanes></Arrangement></Project>`,
        'x'
      ),
      'x'
    )
    expect(left).toEqual(['Kick: the device Surge'])
    expect(session.tracks.map(({ name, group, kind }) => [name, group, kind])).toEqual([
      ['Drums', undefined, 'group'],
      ['Kick', 't1', 'audio']
    ])
    expect(session.tracks[1]!.volume).toBeCloseTo(0.5, 9)
    expect(session.tracks[1]!.clips).toEqual([
      { file: 'audio/k.wav', start: 4, offset: 1, length: 2, gain: 1, fadeIn: 0, fadeOut: 0 }
    ])
  })
})

/** An archive of one deflated entry whose directory may lie. */
async function deflated(name: string, content: Uint8Array, claims: (view: DataView, entry: number) => void = () => {}) {
  const packed = deflateRawSync(content),
    sink = memorySink(),
    zip = createZipWriter(sink)
  await zip.add(name, [packed])
  await zip.close()
  const bytes = sink.bytes(),
    view = new DataView(bytes.buffer),
    entry = Buffer.from(bytes).lastIndexOf('PK\x01\x02'),
    check = crc32()
  check.push(content)
  view.setUint32(entry + 16, check.value(), true)
  view.setUint16(entry + 10, 8, true)
  view.setUint32(entry + 24, content.length, true)
  claims(view, entry)
  return sourceOf(bytes)
}
const inflate: Inflate = async function* (pieces) {
  const all: Buffer[] = []
  for await (const piece of pieces) all.push(Buffer.from(piece))
  const { inflateRawSync } = await import('node:zlib')
  yield inflateRawSync(Buffer.concat(all))
}
const readAll = async (source: ReturnType<typeof sourceOf>) => {
  for (const entry of (await openZip(source, 'evil.dawproject', inflate)).values())
    for await (const _ of entry.read()) void _
}

describe('hostile projects', () => {
  const ones = new Uint8Array(4000).fill(49)
  it.each([
    ['leads out of the archive', '../../etc/passwd', undefined],
    ['leads out of the archive', 'C:\\x', undefined],
    ['claims 4000000000 bytes', 'x', (v: DataView, e: number) => v.setUint32(e + 24, 4e9, true)],
    ['holds more than the 10 bytes', 'x', (v: DataView, e: number) => v.setUint32(e + 24, 10, true)],
    ['its checksum', 'x', (v: DataView, e: number) => v.setUint32(e + 16, 1, true)],
    ['is encrypted', 'x', (v: DataView, e: number) => v.setUint16(e + 8, 1, true)],
    ['packed by method 12', 'x', (v: DataView, e: number) => v.setUint16(e + 10, 12, true)],
    ['lies outside', 'x', (v: DataView, e: number) => v.setUint32(e + 42, 5e8, true)]
  ])('refuses an archive that %s', async (message, name, claims) => {
    await expect(readAll(await deflated(name, ones, claims))).rejects.toThrow(message)
  })
  it('reads a deflated archive that tells the truth', async () => {
    const pieces: number[] = []
    for await (const piece of (await openZip(await deflated('x', ones), 'good', inflate)).get('x')!.read())
      pieces.push(...piece)
    expect(pieces).toEqual([...ones])
  })
  it('refuses entities, depth and what breaks off', () => {
    expect(() => parseXml('<!DOCTYPE a [<!ENTITY b "c">]><a/>', 'x')).toThrow('document type')
    expect(() => parseXml('<a>'.repeat(200), 'x')).toThrow('nested more than 100')
    expect(() => parseXml('<a><b></a>', 'x, y')).toThrow('</a> ends what it did not begin')
    expect(() => readRpp('<REAPER_PROJECT\n<TRACK\n>', 'x.rpp')).toThrow('a block of line 1 has no end')
    expect(() => readRpp('hello', 'x.rpp')).toThrow('x.rpp, line 1: this is no REAPER project')
    expect(() => readRpp(`${'<REAPER_PROJECT\n'.repeat(100)}`, 'x.rpp')).toThrow('nested more than 64')
  })
  it('refuses more tracks, lines or elements than anyone needs, at once', () => {
    const many = `<REAPER_PROJECT\n${'<TRACK\n>\n'.repeat(300_000)}>`,
      began = performance.now()
    expect(() => readRpp(many, 'x.rpp')).toThrow('300000 tracks; at most 2000')
    expect(() => readRpp(`<REAPER_PROJECT${'\n'.repeat(1.1e6)}>`, 'x.rpp')).toThrow('more than 1000000 lines')
    expect(() => parseXml(`<a>${'<b/>'.repeat(1e6)}</a>`, 'x')).toThrow('more than 1000000 elements')
    expect(performance.now() - began).toBeLessThan(20_000)
  })
  it('refuses loops and numbers out of range', () => {
    const loop = writeRpp(song).replace('AUXRECV 2 0 0.2', 'AUXRECV 5 0 0.2')
    expect(() => readRpp(loop, 'x.rpp')).toThrow('feeds itself')
    expect(() => readRpp(writeRpp(song).replace('VOLPAN 0.7 ', 'VOLPAN 1e9 '), 'x.rpp')).toThrow('volume: 1000000000')
    expect(() => readRpp(writeRpp(song).replace('VOLPAN 0.7 ', 'VOLPAN loud '), 'x.rpp')).toThrow('"loud" is no number')
  })
})
