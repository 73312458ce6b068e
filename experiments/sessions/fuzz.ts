/**
 * Damaged projects: bytes of good ones changed, cut out, doubled and cut off. Every one must be read or refused by the
 * one error of files, in bounded time.
 *   node tools/run.mjs experiments/sessions/fuzz.ts COUNT [SEED]
 */
import { createInflateRaw, deflateRawSync } from 'node:zlib'
import { pipeline, Readable } from 'node:stream'
import { createRandom } from '@mixwright/dsp'
import {
  AudioFileError,
  createZipWriter,
  type DawSession,
  type Inflate,
  memorySink,
  parseXml,
  projectXml,
  readDawproject,
  readProject,
  readRpp,
  sourceOf,
  unityStrip,
  writeDawproject,
  writeRpp,
  writeXml
} from '@mixwright/files'

const [count = '1000', seed = '1'] = process.argv.slice(2),
  random = createRandom(Number(seed)),
  integer = (n: number) => Math.min(n - 1, Math.floor(random.between(0, n))),
  encoder = new TextEncoder(),
  inflate: Inflate = pieces => pipeline(Readable.from(pieces), createInflateRaw(), () => {})
const clip = { file: 'audio/a.wav', start: 0.5, offset: 0.25, length: 3, gain: 0.5, fadeIn: 0.1, fadeOut: 0.2 },
  strip = {
    ...unityStrip,
    ride: [
      [0, 1],
      [1, 0.5]
    ] as const,
    panRide: [
      [0, -1],
      [2, 1]
    ] as const
  },
  session: DawSession = {
    title: 'Fuzz',
    sampleRate: 44100,
    tempo: 120,
    master: { ...unityStrip, devices: [{ name: 'c', type: 'compressor', params: { ratio: 2 } }] },
    tracks: [
      { ...strip, id: 'g', name: 'Group', kind: 'group', sends: [], clips: [] },
      {
        ...strip,
        id: 'a',
        name: 'Träck "1"',
        kind: 'audio',
        group: 'g',
        sends: [{ to: 'f', gain: 0.5 }],
        clips: [clip, { ...clip, start: 5 }],
        devices: [{ name: 'e', type: 'bell', params: {} }]
      },
      { ...unityStrip, id: 'f', name: 'Room', kind: 'effect', sends: [], clips: [] }
    ]
  },
  options = { media: { 'audio/a.wav': { channels: 2, sampleRate: 44100, seconds: 10 } }, version: '1' }

function damaged(bytes: Uint8Array): Uint8Array {
  let made = [...bytes]
  for (let k = integer(6) + 1; k > 0 && made.length > 0; k--) {
    const at = integer(made.length),
      length = integer(Math.min(64, made.length - at) + 1),
      kind = integer(5)
    if (kind === 0) made[at] = integer(256)
    else if (kind === 1) made.splice(at, length)
    else if (kind === 2) made.splice(at, 0, ...made.slice(at, at + length))
    else if (kind === 3) made = integer(10) ? made : made.slice(0, at)
    else
      for (const [i, digit] of [...String((random.normal() * 10 ** integer(20)).toFixed(3))].entries())
        made[at + i] = digit.charCodeAt(0)
  }
  return Uint8Array.from(made)
}

async function archive(deflated: boolean): Promise<Uint8Array> {
  const sink = memorySink()
  if (!deflated)
    await writeDawproject(sink, session, { ...options, bytes: () => Readable.from([encoder.encode('RIFF')]) })
  else {
    const zip = createZipWriter(sink)
    await zip.add('project.xml', [deflateRawSync(encoder.encode(writeXml(projectXml(session, options))))])
    await zip.close()
  }
  return sink.bytes()
}
const rpp = encoder.encode(writeRpp(session)),
  xml = encoder.encode(writeXml(projectXml(session, options))),
  stored = await archive(false),
  packed = await archive(true),
  text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
const readers: Readonly<Record<string, () => unknown>> = {
  'REAPER text': () => readRpp(text(damaged(rpp)), 'x'),
  'DAWproject XML': () => readProject(parseXml(text(damaged(xml)), 'x'), 'x'),
  'DAWproject archive': async () => {
    const { entries } = await readDawproject(sourceOf(damaged(integer(2) ? stored : packed)), 'x', inflate)
    for (const entry of entries.values()) for await (const _ of entry.read()) void _
  }
}

for (const [name, read] of Object.entries(readers)) {
  let good = 0,
    refused = 0,
    slowest = 0
  for (let i = 0; i < Number(count); i++) {
    const began = performance.now()
    try {
      await read()
      good++
    } catch (error) {
      if (!(error instanceof AudioFileError)) throw new Error(`${name}, number ${i}: ${(error as Error).stack}`)
      refused++
    }
    slowest = Math.max(slowest, performance.now() - began)
  }
  console.log(`${name}: ${good} read, ${refused} refused, the slowest in ${slowest.toFixed(0)} ms`)
}
console.log(`peak memory ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`)
