/**
 * Whole mixes taken apart: songs with dry stems and the author's mix, as experiments/author-mixes/render.ts makes them.
 *   node tools/run.mjs experiments/estimate/songs.ts FOLDER … [--seconds 60]
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type Clip, clipOf, compileKernels } from '@mixwright/dsp'
import bytes from '@mixwright/dsp/kernels.wasm'
import {
  consoleGraph,
  devicesOf,
  graphMatchLoss,
  readStretches,
  readWhole,
  registryOf,
  searchMix,
  tellingStarts,
  withRides
} from '@mixwright/estimate'
import { render } from '@mixwright/graph'
import { readSound } from '../sound-files.ts'

const args = process.argv.slice(2),
  at = args.indexOf('--seconds'),
  seconds = at < 0 ? 60 : Number(args[at + 1]),
  folders = args.filter((_, i) => at < 0 || (i !== at && i !== at + 1)),
  kernels = await compileKernels(bytes)
for (const folder of folders) {
  const names = readdirSync(join(folder, 'dry')).filter(name => /\.(wav|flac)$/.test(name)),
    mix = await readSound(
      join(folder, ['author_mix.wav', 'human_mix.flac', 'human_mix.wav'].find(name => existsSync(join(folder, name)))!)
    ),
    rate = mix.sampleRate,
    frames = Math.min(mix.audio[0]!.length, Math.round(seconds * rate)),
    cut = (audio: readonly Float32Array[]) =>
      clipOf(
        audio.map(c => c.subarray(0, frames)),
        rate
      ),
    dry: Record<string, Clip> = {}
  for (const name of names) dry[name.replace(/\.\w+$/, '')] = cut((await readSound(join(folder, 'dry', name))).audio)
  const wet = cut(mix.audio),
    started = performance.now(),
    judged = Math.round(2 * rate),
    starts = await tellingStarts(Object.values(dry), 4, judged),
    stretches = await readStretches(dry, wet, { starts, warmup: Math.round(1.5 * rate), judged }),
    how = {
      kernels,
      trace: (line: string) => console.log('  ', line, ((performance.now() - started) / 1000).toFixed(0), 's')
    },
    sources = Object.entries(dry).map(([name, clip]) => ({ name, channels: clip.channels as 1 | 2 })),
    found = await withRides(
      await searchMix(stretches, sources, how, await readWhole(dry, wet)),
      { dry, wet },
      stretches,
      how
    ),
    time = (performance.now() - started) / 1000,
    target = await wet.read(0, frames),
    loss = graphMatchLoss(kernels, target, rate),
    inputs = Object.fromEntries(
      await Promise.all(Object.entries(dry).map(async ([name, clip]) => [name, await clip.read(0, frames)] as const))
    ),
    whole = (
      await render(consoleGraph(found.console), inputs, {
        kernels,
        registry: registryOf(found.console),
        sampleRate: rate,
        frames
      })
    ).mix!
  console.log(
    `${basename(folder)}: ${names.length} stems, ${(frames / rate).toFixed(0)} s, whole ${loss.value(whole).toFixed(4)}, ${devicesOf(found.console).length} devices, ${time.toFixed(0)} s`
  )
  if (existsSync(join(folder, 'truth.json'))) {
    const truth = JSON.parse(readFileSync(join(folder, 'truth.json'), 'utf8'))
    console.log(JSON.stringify(truth).slice(0, 400))
  }
  for (const { input, chain, sends } of found.console.strips)
    console.log(
      '   ',
      input,
      chain
        .map(
          ({ type, params }) =>
            `${type} ${Object.entries(params)
              .map(([k, v]) => `${k} ${v}`)
              .join(' ')}`
        )
        .join(' | '),
      JSON.stringify(sends)
    )
}
