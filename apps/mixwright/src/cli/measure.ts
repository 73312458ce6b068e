/** `mixwright measure` */
import { basename } from 'node:path'
import { type Measurement, measures } from '@mixwright/dsp'
import type { Command } from 'commander'
import { measureFile } from '../node/measure.ts'
import { table } from './output.ts'
import type { Shell } from './shell.ts'

export function addMeasure(program: Command, shell: Shell): void {
  program
    .command('measure')
    .argument('<files...>', 'audio files')
    .description(`Measures files: ${measures.map(m => m.label.toLowerCase()).join(', ')}.`)
    .action((files: string[]) => measure(files, shell))
}

async function measure(files: readonly string[], shell: Shell): Promise<void> {
  const results: Record<string, Measurement> = {},
    progress = shell.progress({
      measure: { title: files.length === 1 ? `Measuring ${basename(files[0]!)}` : 'Measuring', share: 1 }
    })
  try {
    for (const [i, file] of files.entries())
      results[file] = (
        await measureFile(file, {
          signal: shell.signal,
          progress: fraction => progress.update('measure', (i + fraction) / files.length)
        })
      ).measured
  } finally {
    progress.done()
  }
  if (shell.json()) {
    shell.say(JSON.stringify(results, null, 1))
    return
  }
  shell.say(
    table([
      ['', ...files.map(file => basename(file))],
      ...measures.map(m => [
        `${m.label}${m.unit ? ` [${m.unit}]` : ''}`,
        ...files.map(file => results[file]![m.key]?.toFixed(2) ?? '–')
      ])
    ])
  )
}
