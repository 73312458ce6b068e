/** What a workstation's project sounds like to us: its tracks, faders, pans, groups, sends, automation and known devices. */
import { existsSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { Clip } from '@mixwright/dsp'
import { AudioFileError, outputFormatOf, type WavFormat } from '@mixwright/files'
import { dawGraph } from '@mixwright/tasks'
import { type OpenedDaw, openDaw, openerAt, recordingOf } from './daw.ts'
import type { RenderFilesOptions } from './render.ts'
import { atWorkbench, type Workbench } from './workbench.ts'

export interface RenderedDaw {
  readonly frames: number
  readonly sampleRate: number
  /** What of the project is not heard, in words. */
  readonly left: readonly string[]
}

/** @param out the WAV file; it appears when it is complete @throws as `renderFiles` */
export async function renderDaw(path: string, out: string, options: RenderFilesOptions = {}): Promise<RenderedDaw> {
  const { force = false, threads, signal } = options,
    format = outputFormatOf(out, options.format)
  if (format !== 'f32' && format !== 's24' && format !== 's16')
    throw new AudioFileError(
      'unsupported',
      out,
      'a project is rendered into WAV',
      'give a name that ends in .wav, and render that file on'
    )
  if (!force && existsSync(out))
    throw new AudioFileError(
      'exists',
      out,
      'there is such a file already',
      'use --force to replace it, or another name'
    )
  return atWorkbench(dirname(out), { force, threads, signal }, async bench => {
    const daw = await openDaw(path, bench.staged)
    try {
      const rate = options.sampleRate ?? daw.session.sampleRate,
        { frames } = await dawInto(daw, rate, { name: basename(out), format }, bench, options)
      await bench.commit([], [])
      return { frames, sampleRate: rate, left: daw.left }
    } finally {
      daw.close()
    }
  })
}

/** Renders the project into a WAV file of the bench. */
export async function dawInto(
  daw: OpenedDaw,
  sampleRate: number,
  { name, format }: { readonly name: string; readonly format: WavFormat },
  bench: Workbench,
  { tail, progress }: Pick<RenderFilesOptions, 'tail' | 'progress'> = {}
): Promise<{ frames: number }> {
  const open = openerAt(bench, sampleRate),
    clips: Record<string, Clip> = {}
  for (const track of daw.session.tracks)
    if (track.clips.length && !track.mute) clips[track.id] = await recordingOf(track, daw, sampleRate, open)
  const channels = Object.fromEntries(Object.entries(clips).map(([id, clip]) => [id, clip.channels as 1 | 2])),
    graph = dawGraph(daw.session, channels),
    take = bench.take(name, { sampleRate, channels: 2, format }),
    { signal, render } = bench.services
  const done = await render(
    graph,
    clips,
    { main: take.write },
    {
      sampleRate,
      signal,
      ...(tail !== undefined && { tail }),
      ...(progress && { progress })
    }
  )
  await take.close()
  return done
}
