/**
 * Rooms of speech whose dry recording is known: the room as it is measured, beside a direct sound and whole, with a level, beside the true one.
 *   node tools/run.mjs experiments/estimate/speech-rooms.ts FOLDER …
 * A folder has *_dry_speech.wav, *_transmitted_speech.wav and *_rir.wav.
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { clipOf, compileKernels } from '@mixwright/dsp'
import bytes from '@mixwright/dsp/kernels.wasm'
import {
  alignMix,
  type Console,
  consoleGraph,
  decayOfResponse,
  firstArrival,
  fitted,
  graphMatchLoss,
  problemOf,
  readLong,
  readStretches,
  registryOf,
  tellingStarts,
  withMeasuredRoom,
  withWholeResponse
} from '@mixwright/estimate'
import { render } from '@mixwright/graph'
import { readSound } from '../sound-files.ts'

const kernels = await compileKernels(bytes)
for (const folder of process.argv.slice(2)) {
  const named = (end: string) => join(folder, readdirSync(folder).find(file => file.endsWith(end))!),
    [dry, wet, rir] = await Promise.all(
      ['dry_speech.wav', 'transmitted_speech.wav', 'rir.wav'].map(end => readSound(named(end)))
    ),
    { sampleRate } = wet!,
    source = clipOf(dry!.audio, sampleRate),
    { delay: strongest } = (await alignMix(clipOf(wet!.audio, sampleRate), [source], kernels))!,
    alignedBy = (samples: number) => wet!.audio.map(channel => channel.subarray(samples)),
    lead = firstArrival(await readLong('dry', source, clipOf(alignedBy(strongest), sampleRate))),
    delay = strongest - lead,
    aligned = alignedBy(delay),
    made = clipOf(aligned, sampleRate),
    long = await readLong('dry', source, made),
    bare: Console = {
      strips: [{ input: 'dry', channels: 1, chain: [{ id: 'gain', type: 'gain', params: { gain: 0 } }], sends: {} }],
      rooms: [],
      bus: [],
      channels: 1
    },
    judged = 2 * sampleRate,
    stretches = await readStretches({ dry: source }, made, {
      starts: await tellingStarts([source, made], 2, judged),
      warmup: judged,
      judged
    }),
    theirs = decayOfResponse(
      rir!.audio.map(channel => channel.subarray(Math.max(0, delay))),
      sampleRate
    ),
    off = (a: number | undefined, b: number | undefined) => `${(100 * (a! / b! - 1)).toFixed(1)} %`
  console.log(`${folder.split('/').at(-1)}: sound arrives ${lead} samples before the strongest`)
  for (const [form, withRoom] of [
    ['beside a direct sound', withMeasuredRoom],
    ['whole', withWholeResponse]
  ] as const) {
    const room = withRoom(bare, long, kernels)!,
      { console: found } = fitted(room, problemOf(stretches, kernels), kernels, 12),
      sound = (
        await render(
          consoleGraph(found),
          { dry: dry!.audio },
          { kernels, registry: registryOf(found), sampleRate, frames: aligned[0]!.length }
        )
      ).mix!,
      [measured] = Object.values(found.responses!),
      ours = decayOfResponse(measured!.response, sampleRate)
    console.log(
      `  ${form}: decay ${ours.time?.toFixed(2)} s of ${theirs.time?.toFixed(2)} (${off(ours.time, theirs.time)}), broadband ${off(ours.broadband, theirs.broadband)}, L_a ${graphMatchLoss(kernels, aligned, sampleRate).value(sound).toFixed(3)}`
    )
    console.log(
      '    ',
      ours.octaves
        .map(({ centre, time }, b) => `${centre}: ${time?.toFixed(2)} of ${theirs.octaves[b]?.time?.toFixed(2)}`)
        .join(', ')
    )
  }
}
