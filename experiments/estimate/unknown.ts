/**
 * Random graphs of one source and at most eight nodes found again, nothing of them known: the task `estimate-graph` gets what went
 * in and what came out. Frozen seeds: developed from 900000 on, held out from 1000 on.
 *   node tools/run.mjs experiments/estimate/unknown.ts RESULTS [FIRST COUNT] [--sounds FOLDER] [-v]
 * RESULTS: a file of one line a case, added to; what is in it is not searched again, and the table is of all of it.
 * FOLDER: recordings for half of the cases, other ones for development; without it all sounds are synthetic.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Audio, clipOf, compileKernels, processors, type Random, resample } from '@mixwright/dsp'
import bytes from '@mixwright/dsp/kernels.wasm'
import { consoleGraph, fitted, graphMatchLoss, problemOf, readStretches, registryOf } from '@mixwright/estimate'
import { type Example, examples, type Graph, renderClips } from '@mixwright/graph'
import { estimateGraph } from '@mixwright/tasks'
import { take } from '../../packages/tasks/test/in-thread.ts'
import { readSound } from '../sound-files.ts'
import { alike, audible, levelled, rendering, sketched } from './equivalent.ts'
import { equaliserAndLevel } from './equaliser-and-level.ts'
import { editDistance, input, nodeEdits, output, type Sketch } from './graph-distance.ts'
import { notes } from './notes.ts'

const given = process.argv.slice(2),
  verbose = given.includes('-v'),
  at = given.indexOf('--sounds'),
  folder = at < 0 ? undefined : given[at + 1]!,
  [results = 'unknown.jsonl', first = '900000', count = '20'] = given.filter(
    (a, i) => a !== '-v' && (at < 0 || (i !== at && i !== at + 1))
  ),
  kernels = await compileKernels(bytes),
  // Half of the usual: a case takes half as long.
  sampleRate = 22050,
  seconds = 9,
  frames = seconds * sampleRate,
  most = 8
const recordings = {
    development: [
      '01-grafx-stems/singing.wav',
      '08-voice/vocals-dry.wav',
      '01-grafx-stems/drums.wav',
      '04-medleydb-raw/4_disco/vocals.wav'
    ],
    heldOut: [
      '04-medleydb-raw/5_country/vocals.wav',
      '08-voice/vocadito_10.wav',
      '01-grafx-stems/speech.wav',
      '01-grafx-stems/guitar.wav'
    ]
  },
  sounds = await Promise.all(
    (folder ? recordings[Number(first) >= 900000 ? 'development' : 'heldOut'] : []).map(async name => {
      const { audio, sampleRate: own } = await readSound(join(folder!, name))
      return resample(audio.slice(0, 1), own, sampleRate, kernels)[0]!
    })
  )
/** A stretch of a recording or, as often, notes. */
function dry(random: Random): Audio {
  const sound = random.uniform() < 0.5 ? sounds[random.below(Math.max(1, sounds.length))] : undefined
  if (!sound) return notes(1, frames, sampleRate, random)
  const start = random.below(Math.max(1, sound.length - frames))
  return [Float32Array.from({ length: frames }, (_, i) => sound[start + i] ?? 0)]
}

interface Row {
  readonly seed: number
  readonly truth: Sketch
  readonly found: Sketch
  /** Of the whole file. */
  readonly loss: Readonly<Record<'search' | 'level' | 'equaliser', number>>
  /** Of one processor. */
  readonly seconds: number
}
/** What was found, against what is true: all edits of cost 1, edits of nodes, nodes of a type in both, nodes that do not agree. */
function scored({ truth }: Row, found: Sketch) {
  const edits = nodeEdits(truth, found, alike),
    left = [...found.labels]
  let shared = 0
  for (const label of truth.labels) {
    const k = left.indexOf(label) >= 0 ? left.indexOf(label) : left.findIndex(other => alike(label, other))
    if (k < 0) continue
    shared++
    left.splice(k, 1)
  }
  return {
    distance: editDistance(truth, found, alike).cost,
    edits: edits.cost,
    shared,
    extra: found.labels.length - truth.labels.length,
    faults: edits.pairs
      .map(([t, f]) => [t === undefined ? '-' : truth.labels[t]!, f === undefined ? '-' : found.labels[f]!] as const)
      .filter(([t, f]) => !alike(t, f))
      .map(([t, f]) => `${t} > ${f}`)
  }
}
/** A chain of such nodes. */
const chained = (...labels: readonly string[]): Sketch => ({
  labels,
  edges: Array.from({ length: labels.length + 1 }, (_, i) => [
    i === 0 ? input : i - 1,
    i === labels.length ? output : i,
    ''
  ])
})
/** The best equaliser and gain. */
async function equalised(source: Audio, wet: Audio): Promise<number> {
  const starts = [0.15, 0.45, 0.75].map(share => Math.round(share * (seconds - 2) * sampleRate)),
    [from, to] = [clipOf(source, sampleRate), clipOf(wet, sampleRate)],
    warmup = Math.round(0.5 * sampleRate),
    stretches = await readStretches({ dry: from }, to, { starts, warmup, judged: 2 * sampleRate }),
    { console } = fitted(equaliserAndLevel(2), problemOf(stretches, kernels), kernels, 60)
  const sound = await rendering({ dry: source }, sampleRate, kernels, processors)(consoleGraph(console))
  return graphMatchLoss(kernels, wet as Float32Array[], sampleRate).value(sound as Float32Array[])
}

async function searched({ seed, graph, dry: inputs, wet }: Example): Promise<Row> {
  const [name, source] = Object.entries(inputs)[0]!,
    loss = graphMatchLoss(kernels, wet as Float32Array[], sampleRate),
    plain = rendering(inputs, sampleRate, kernels, processors),
    truth = sketched(await audible(graph, plain, sampleRate, kernels, processors), processors),
    cpu = process.cpuUsage(),
    result = await estimateGraph.run(
      { dry: [{ name, clip: clipOf(source, sampleRate) }], wet: clipOf(wet, sampleRate), folder: '.' },
      {},
      {
        kernels,
        render: (one, clips, sinks, how) => renderClips(one, clips, sinks, { ...how, kernels }),
        open: (name, { channels }) => take({}, name, channels, sampleRate),
        ...(verbose && { trace: (line: string) => console.log('   ', line) })
      }
    ),
    used = process.cpuUsage(cpu),
    shown = (title: string, { nodes }: Graph) => verbose && console.log(title, JSON.stringify(nodes)),
    registry = registryOf(result.console),
    sound = rendering({ [Object.keys(result.graph.inputs)[0]!]: source }, sampleRate, kernels, registry),
    heard = await audible(result.graph, sound, sampleRate, kernels, registry),
    middle = [source[0]!, source[0]!]
  shown('true', graph)
  shown('found', result.graph)
  return {
    seed,
    truth,
    found: sketched(heard, registry),
    loss: {
      search: loss.value((await sound(result.graph)) as Float32Array[]),
      level: loss.value(levelled(middle, wet)),
      equaliser: await equalised(source, wet)
    },
    seconds: (used.user + used.system) / 1e6
  }
}

const percent = (share: number) => `${(100 * share).toFixed(0)} %`,
  line = (row: Row) => {
    const { seed, truth, found, loss, seconds: time } = row,
      { distance, edits, faults } = scored(row, found)
    return `${seed} ${truth.labels.join(' ')} | ${found.labels.join(' ')} | distance ${distance} edits ${edits} loss ${loss.search.toFixed(3)} (eq ${loss.equaliser.toFixed(3)}, level ${loss.level.toFixed(3)}) ${time.toFixed(0)} s | ${faults.join(', ')}`
  },
  rows = existsSync(results)
    ? readFileSync(results, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map(one => JSON.parse(one) as Row)
    : [],
  known = new Set(rows.map(({ seed }) => seed))
for (let seed = Number(first), made = 0; made < Number(count); seed++) {
  for await (const example of examples({
    kernels,
    preset: 'singing-voice',
    seed,
    count: 1,
    sampleRate,
    dry: (_, __, random) => dry(random)
  })) {
    seed = example.seed
    if (Object.values(example.graph.nodes).filter(({ type }) => type !== 'mix').length > most) continue
    made++
    if (known.has(seed)) continue
    const row = await searched(example)
    rows.push(row)
    appendFileSync(results, `${JSON.stringify(row)}\n`)
    console.log(line(row))
  }
}
function table(name: string, found: (row: Row) => Sketch, loss?: keyof Row['loss']): void {
  const n = rows.length,
    scores = rows.map(row => scored(row, found(row))),
    share = (holds: (score: (typeof scores)[number]) => boolean) => percent(scores.filter(holds).length / n),
    nodes = rows.reduce((sum, row) => sum + row.truth.labels.length + found(row).labels.length, 0),
    losses = loss && rows.map(row => row.loss[loss]).sort((a, b) => a - b)
  console.log(
    `${name}: n ${n}, distance <= 1 ${share(one => one.distance <= 1)} (0: ${share(one => one.distance === 0)}), node edits <= 1 ${share(one => one.edits <= 1)}, F1 ${((2 * scores.reduce((sum, { shared }) => sum + shared, 0)) / nodes).toFixed(3)}, nodes <= truth + 1 ${share(one => one.extra <= 1)}${losses ? `, loss median ${losses[n >> 1]!.toFixed(3)}` : ''}`
  )
}
table('search', ({ found }) => found, 'search')
table('level alone', () => chained(), 'level')
table('equaliser and level', () => chained('equaliser'), 'equaliser')
table('always the usual', () => chained('equaliser', 'compressor', 'stereo-reverb'))
const counts = new Map<string, number>()
for (const fault of rows.flatMap(row => scored(row, row.found).faults)) counts.set(fault, (counts.get(fault) ?? 0) + 1)
console.log(
  `true > found: ${[...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([fault, n]) => `${fault} ${n}`)
    .join(', ')}`
)
console.log(`${(rows.reduce((sum, { seconds: s }) => sum + s, 0) / rows.length).toFixed(0)} s a case`)
