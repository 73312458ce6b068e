/** `mixwright estimate --graph`: the settings of a graph whose structure is known. */
import { fitFiles, type FitFilesResult } from '../node/fit.ts'
import { table } from './output.ts'
import { readGraph, type Shell } from './shell.ts'

export interface FitFlags {
  readonly graph: string
  readonly dry: string
  readonly wet: string
  readonly out?: string
  readonly force?: boolean
}

export async function fit({ graph: file, dry, wet, out, force = false }: FitFlags, shell: Shell): Promise<void> {
  const progress = shell.progress({ fitting: { title: 'Fitting', share: 1 } })
  try {
    const { graph, registry } = await readGraph(file),
      result = await fitFiles(graph, {
        dry,
        wet,
        registry,
        ...(out !== undefined && { out }),
        force,
        signal: shell.signal,
        progress: fraction => progress.update('fitting', fraction)
      })
    progress.done()
    show(result, shell)
  } finally {
    progress.done()
  }
}

/** dB below the wet at which what is left is more than what a wrong setting or two leave. */
const little = -20
const digits = (value: number): string => String(Number(value.toPrecision(4)))
function show({ graph, ...result }: FitFilesResult, shell: Shell): void {
  if (result.error > little)
    shell.remark(
      `! what these settings leave is ${result.error.toFixed(1)} dB of the wet: the graph did not make it, the files do not begin together, or the fit went astray`
    )
  if (shell.json()) {
    shell.say(JSON.stringify(result, null, 1))
    return
  }
  const { settings, unidentified, loss, error, seconds, files } = result
  shell.say(
    table([
      ['SETTING', 'FOUND', 'FROM', 'TO'],
      ...settings.map(({ name, value, unit, from, to, told }) => [
        name,
        `${digits(value)} ${unit}`.trim(),
        ...(told ? [digits(from), digits(to)] : ['not told', 'by the sound'])
      ])
    ])
  )
  for (const way of unidentified) shell.say(`Not told apart: ${way}`)
  shell.say(
    `\nOn the first ${seconds.toFixed(1)} s: loss ${loss.toFixed(3)}, difference of the waveforms ${error.toFixed(1)} dB (high frequencies emphasised).\n${files.join('\n')}`
  )
}
