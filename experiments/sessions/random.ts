/**
 * Printed sessions of random mixes: mix buses, rides, trims, mutes and group levels drawn at random over one song's mix,
 * each printed, written as REAPER text and as DAWproject XML, read, played and compared with its mix.
 *   node tools/run.mjs experiments/sessions/random.ts RESULTS COUNT [SEED] [SCHEMA]
 * RESULTS is the folder of a mix; in place of its stems half a second of noise plays. With SCHEMA, the folder of the
 * format's Project.xsd, every mix's DAWproject is validated in both forms (xmllint).
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createRandom, type NumberParam, type Params, type Processor, processors } from '@mixwright/dsp'
import {
  hasTwin,
  parseXml,
  projectXml,
  readProject,
  readRpp,
  type DawSession,
  writeRpp,
  writeXml
} from '@mixwright/files'
import { render } from '@mixwright/graph'
import {
  consoleGraph,
  dawGraph,
  editableSession,
  type Exchange,
  parseSession,
  printedSession,
  type Session,
  stemIds
} from '@mixwright/tasks'
import { loadKernels } from '../../apps/mixwright/src/kernels.ts'

const [results, count = '200', seed = '1', schema] = process.argv.slice(2),
  random = createRandom(Number(seed)),
  session = parseSession(readFileSync(join(results!, 'decisions.json'), 'utf8')),
  rate = session.sampleRate,
  kernels = await loadKernels(),
  ids = stemIds(session.ports.map(port => port.name)),
  noise = () => Float32Array.from({ length: Math.round(0.5 * rate) }, () => 0.1 * random.normal()),
  recordings = Object.fromEntries(
    session.ports.map(({ channels }, i) => [ids[i]!, Array.from({ length: channels }, noise)])
  ),
  chance = (share: number) => random.between(0, 1) < share

/** What takes one signal and gives one. */
const types = Object.entries(processors as Readonly<Record<string, Processor>>).flatMap(
  ([type, { inlets, outlets }]) =>
    Object.keys(outlets).length === 1 &&
    Object.entries(inlets).every(([name, port]) => name === 'main' || typeof port !== 'string')
      ? [type]
      : []
)
function device(slot: string): Session['mixBus'][number] {
  const type = [...types, 'compressor', 'compressor', 'sides'][Math.floor(random.between(0, types.length + 3))]!
  if (type === 'sides') return { slot, type, params: {}, reason: 'Drawn.' }
  const params = Object.fromEntries(
    Object.entries((processors as Readonly<Record<string, Processor>>)[type]!.params as Params).flatMap(
      ([name, param]) => {
        if (param.kind === 'choice') return []
        const { min, max, default: usual, scale, integer } = param as NumberParam,
          u = random.between(0, 0.5),
          other = random.between(0, 1) < 0.5 ? min : max,
          value = scale === 'log' ? usual * (other / usual) ** u : usual + u * (other - usual)
        return [[name, integer ? Math.round(value) : value]]
      }
    )
  )
  const key = type === 'compressor' && chance(0.3) && { key: { type: 'highpass', params: { frequency: 150 } } }
  return { slot, type, params, reason: 'Drawn.', ...key }
}
const drawn = (): Session => ({
  ...session,
  mixBus: Array.from({ length: Math.floor(random.between(0, 5)) }, (_, i) => device(`bus-${i}`)),
  groups: session.groups.map(one => ({ ...one, gain: random.between(-6, 6) })),
  stems: session.stems.map((stem, i) => ({
    ...stem,
    ...(i > 0 && chance(0.15) && { muted: { reason: 'Drawn.', keyed: chance(0.5) } }),
    ...(chance(0.3) && {
      ride: {
        points: [
          [0, random.between(-6, 6)],
          [0.3, random.between(-6, 6)]
        ],
        reason: 'Drawn.'
      }
    }),
    ...(chance(0.3) && { trim: { gain: random.between(-6, 6), reason: 'Drawn.' } }),
    ...(chance(0.3) && { pan: { pan: random.between(-1, 1), reason: 'Drawn.' } })
  }))
})

const worst = { rpp: Number.NEGATIVE_INFINITY, dawproject: Number.NEGATIVE_INFINITY }
let split = 0,
  valid = 0
for (let n = 0; n < Number(count); n++) {
  const of = drawn(),
    { graph, files, session: daw } = printedSession(of, 'x'),
    made = await render(graph, feed(graph.inputs), { sampleRate: rate, kernels }),
    frames = Object.values(made)[0]![0]!.length,
    whole = consoleGraph(of, of.ports),
    { mix } = await render(whole, feed(whole.inputs), { sampleRate: rate, kernels, frames }),
    written = daw(frames / rate),
    media = mediaOf(files, frames),
    byFile = new Map(Object.entries(files).map(([output, file]) => [file, made[output]!]))
  if (!Object.hasOwn(files, 'mix-bus')) split++
  if (schema)
    for (const form of [printedSession(of, 'x'), editableSession(of, 'x', hasTwin)]) if (isValid(form, frames)) valid++
  const reads = {
    rpp: readRpp(writeRpp(written), 'x').session,
    dawproject: readProject(parseXml(writeXml(projectXml(written, { media, version: '1' })), 'x'), 'x').session
  }
  for (const [format, read] of Object.entries(reads) as [keyof typeof worst, DawSession][]) {
    const inputs = Object.fromEntries(
        read.tracks.flatMap(({ id, clips }) => (clips[0] ? [[id, byFile.get(clips[0].file)!]] : []))
      ),
      { main } = await render(
        dawGraph(read, Object.fromEntries(Object.keys(inputs).map(id => [id, 2 as const]))),
        inputs,
        { sampleRate: rate, kernels, frames }
      )
    const dB = residual(mix!, main!)
    if (dB > -90)
      console.log(
        `number ${n}, ${format}: ${dB.toFixed(1)} dB behind ${of.mixBus.map(one => `${one.type} ${JSON.stringify(one.params)}`).join(', ')}`
      )
    worst[format] = Math.max(worst[format], dB)
  }
}
console.log(
  `${count} mixes, the bus shared out in ${split}: worst residual ${Object.entries(worst)
    .map(([format, dB]) => `${format} ${dB.toFixed(1)} dB`)
    .join(', ')}`
)
if (schema) console.log(`${valid} of ${2 * Number(count)} projects are valid by the schema`)

function mediaOf(files: Exchange['files'], frames: number) {
  return Object.fromEntries(
    Object.values(files).map(file => [file, { channels: 2, sampleRate: rate, seconds: frames / rate }])
  )
}
function isValid({ files, session: daw }: Exchange, frames: number): boolean {
  const input = writeXml(projectXml(daw(frames / rate), { media: mediaOf(files, frames), version: '1' })),
    { status, stderr } = spawnSync('xmllint', ['--noout', '--schema', join(schema!, 'Project.xsd'), '-'], {
      input,
      encoding: 'utf8'
    })
  if (status !== 0) console.log(stderr)
  return status === 0
}
function feed(inputs: object) {
  return Object.fromEntries(Object.keys(inputs).map(name => [name, recordings[name]!]))
}
/** The difference under the first, dB of energy. */
function residual(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  let power = 0,
    rest = 0
  for (const [c, channel] of a.entries())
    for (const [i, value] of channel.entries()) {
      power += value ** 2
      rest += (value - (b[c]![i] ?? 0)) ** 2
    }
  return 10 * Math.log10(rest / power)
}
