/**
 * Whether sessions null: the results of a mix exported in every form, read back and rendered, against its mix; and each
 * printed project converted to the other format and back, against itself; and the sum of wet stems, against the mix.
 *   node tools/run.mjs experiments/sessions/run.ts RESULTS SCRATCH
 * RESULTS is the folder of a mix; the command line must be built (npm run build).
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { readSound } from '../sound-files.ts'

const [results, scratch] = process.argv.slice(2)
if (!results || !scratch) {
  console.error('usage: node tools/run.mjs experiments/sessions/run.ts RESULTS SCRATCH')
  process.exit(2)
}
mkdirSync(scratch, { recursive: true })
const at = (name: string) => join(scratch, name),
  seconds = (from: number) => ((performance.now() - from) / 1000).toFixed(1)

function mixwright(...args: string[]): void {
  const { status, stderr } = spawnSync(
    process.execPath,
    ['apps/mixwright/dist/cli.js', ...args, '--quiet', '--force'],
    {
      encoding: 'utf8'
    }
  )
  if (status !== 0) throw new Error(`${args.join(' ')}: ${stderr}`)
}
const text = (folder: string) => readFileSync(projectIn(at(folder)), 'utf8')
const projectIn = (folder: string) => join(folder, readdirSync(folder).find(name => /\.(rpp|dawproject)$/.test(name))!)

type Channels = readonly ArrayLike<number>[]
/** The difference under the first, dB of energy; both as far as the longer one reaches. */
const residual = async (a: string, b: string) => between((await readSound(a)).audio, (await readSound(b)).audio)
function between(x: Channels, y: Channels): number {
  let power = 0,
    rest = 0
  for (const c of [0, 1])
    for (let i = 0; i < Math.max(x[c]!.length, y[c]!.length); i++) {
      const [u, v] = [x[c]![i] ?? 0, y[c]![i] ?? 0]
      power += u * u
      rest += (u - v) ** 2
    }
  return 10 * Math.log10(rest / power)
}
const shown = (dB: number) => (dB === Number.NEGATIVE_INFINITY ? 'equal to the last bit' : `${dB.toFixed(1)} dB`)

for (const format of ['dawproject', 'rpp'])
  for (const form of ['printed', 'editable']) {
    const began = performance.now(),
      out = at(`${format}-${form}`)
    mixwright('export', results, '--format', format, '--out', out, ...(form === 'editable' ? ['--editable'] : []))
    const time = seconds(began)
    mixwright('render', projectIn(out), '--out', `main=${at('played.wav')}`)
    console.log(
      `${format}, ${form}: ${shown(await residual(join(results, 'mix.wav'), at('played.wav')))} against the mix; written in ${time} s`
    )
    if (form === 'editable') continue
    const other = format === 'rpp' ? 'dawproject' : 'rpp'
    mixwright('export', projectIn(out), '--format', other, '--out', at('there'))
    mixwright('export', projectIn(at('there')), '--format', format, '--out', at('back'))
    mixwright('render', projectIn(at('back')), '--out', `main=${at('again.wav')}`)
    console.log(
      `${format} → ${other} → ${format}: ${shown(await residual(at('played.wav'), at('again.wav')))} against itself`
    )
    mixwright('export', projectIn(at('back')), '--format', format, '--out', at('once'))
    mixwright('export', projectIn(at('once')), '--format', format, '--out', at('twice'))
    if (format === 'rpp')
      console.log(`rpp read and written again: ${text('once') === text('twice') ? 'the same text' : 'ANOTHER text'}`)
    for (const folder of ['there', 'back', 'once', 'twice']) rmSync(at(folder), { recursive: true, force: true })
  }

mixwright('export', results, '--format', 'stems', '--out', at('stems'))
const { audio: mix } = await readSound(join(results, 'mix.wav')),
  sum = mix.map(channel => new Float64Array(channel.length)),
  wet = readdirSync(at('stems/wet'))
for (const name of wet)
  for (const [c, channel] of (await readSound(at(`stems/wet/${name}`))).audio.entries())
    for (let i = 0; i < sum[c]!.length; i++) sum[c]![i]! += channel[i] ?? 0
console.log(`stems: the sum of ${wet.length} wet ones ${shown(between(mix, sum))} against the mix`)
