/**
 * Rooms of speech whose dry recording is known: the room as it is measured, with a level, beside the true one.
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
  fitted,
  graphMatchLoss,
  problemOf,
  readLong,
  readStretches,
  registryOf,
  tellingStarts,
  withMeasuredRoom
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
    { delay } = (await alignMix(clipOf(wet!.audio, sampleRate), [source]))!,
    aligned = wet!.audio.map(channel => channel.subarray(delay)),
    made = clipOf(aligned, sampleRate),
    bare: Console = {
      strips: [{ input: 'dry', channels: 1, chain: [{ id: 'gain', type: 'gain', params: { gain: 0 } }], sends: {} }],
      rooms: [],
      bus: [],
      channels: 1
    },
    room = withMeasuredRoom(bare, await readLong('dry', source, made), kernels)!,
    judged = 2 * sampleRate,
    stretches = await readStretches({ dry: source }, made, {
      starts: await tellingStarts([source, made], 2, judged),
      warmup: judged,
      judged
    }),
    { console: found } = fitted(room, problemOf(stretches, kernels), kernels, 12),
    sound = (
      await render(
        consoleGraph(found),
        { dry: dry!.audio },
        {
          kernels,
          registry: registryOf(found),
          sampleRate,
          frames: aligned[0]!.length
        }
      )
    ).mix!,
    [measured] = Object.values(found.responses!),
    [ours, theirs] = [
      decayOfResponse(measured!.response, sampleRate),
      decayOfResponse(
        rir!.audio.map(channel => channel.subarray(delay)),
        sampleRate
      )
    ],
    off = (a: number | undefined, b: number | undefined) => `${(100 * (a! / b! - 1)).toFixed(1)} %`
  console.log(
    `${folder.split('/').at(-1)}: decay ${ours.time?.toFixed(2)} s of ${theirs.time?.toFixed(2)} (${off(ours.time, theirs.time)}), broadband ${off(ours.broadband, theirs.broadband)}, L_a ${graphMatchLoss(kernels, aligned, sampleRate).value(sound).toFixed(3)}`
  )
  console.log(
    '  ',
    ours.octaves
      .map(({ centre, time }, b) => `${centre}: ${time?.toFixed(2)} of ${theirs.octaves[b]?.time?.toFixed(2)}`)
      .join(', ')
  )
}
