/** `mixwright revise` */
import { phrasesOf, verbNames, verbOf } from '@mixwright/tasks'
import type { Command } from 'commander'
import { type ReviseResult, reviseSession, type ReviseStage } from '../node/revise.ts'
import { addFormat, ranges, readFormat, whole } from './options.ts'
import { type StageShares, table } from './output.ts'
import type { Shell } from './shell.ts'

interface Flags {
  readonly out?: string
  readonly force?: boolean
  readonly format?: string
  readonly stems?: boolean
  readonly threads?: string
}

const stages: StageShares<ReviseStage> = {
  opening: { title: 'Opening the stems', share: 10 },
  mix: { title: 'Mixing', share: 60 },
  master: { title: 'Mastering', share: 30 }
}

/** What can be said, from the table of verbs. */
const vocabulary = (): string =>
  `A phrase names whom (a stem, a role, a group, "the mix"; nobody: the mix) and what, and by how much (2 dB, 30 %, a bit, much):\n${table(
    verbNames.map(name => {
      const { unit, step, does } = verbOf(name)
      return [`  ${phrasesOf(verbOf(name))}`, unit ? `${step} ${unit}` : '', does]
    })
  )}`

export function addRevise(program: Command, shell: Shell): void {
  const command = program
    .command('revise')
    .argument('<session>', "the results' folder of a mix, or its decisions.json")
    .argument('[phrase]', 'what shall change, such as "vocals up 1, drier, kick tighter"; without it: edits by hand')
    .description('Changes a mix in words, or as its decisions.json was edited, and renders it again.')
    .option('--out <folder>', 'where the results go (default: over those of the session)')
    .option('--force', 'replace results in another folder')
    .option('--stems', 'render the stems as well')
    .option('--threads <n>', `worker threads, ${ranges.threads.join(' to ')} (default: one per core, at most 8)`)
    .addHelpText('after', () => `\n${vocabulary()}`)
  addFormat(command, 'of the master; ', 'that of the master before').action(
    (session: string, phrase: string | undefined, flags: Flags) => revise(session, phrase, flags, shell)
  )
}

async function revise(place: string, phrase: string | undefined, flags: Flags, shell: Shell): Promise<void> {
  const began = performance.now(),
    threads = whole('--threads', flags.threads, ...ranges.threads),
    progress = shell.progress(stages)
  try {
    const result = await reviseSession(place, phrase, {
      ...(flags.out !== undefined && { out: flags.out }),
      ...(threads !== undefined && { threads }),
      ...readFormat(flags.format),
      force: flags.force ?? false,
      stems: flags.stems ?? false,
      signal: shell.signal,
      progress: progress.update
    })
    progress.done()
    show(result, ((performance.now() - began) / 1000).toFixed(1), shell)
  } finally {
    progress.done()
  }
}

function show(result: ReviseResult, seconds: string, shell: Shell): void {
  const { done, notUnderstood, measured, listen, stale } = result
  for (const { text, why } of notUnderstood) shell.remark(`? "${text}": ${why}`)
  if (shell.json()) {
    const { session: _, graph: __, master: ___, ...rest } = result
    shell.say(JSON.stringify(rest, null, 1))
    return
  }
  const figure = (value: number | null) => value?.toFixed(1) ?? '–'
  if (done.length) shell.say(table(done.map(({ text, subject, did }) => [text, subject.label, did])))
  shell.say(
    `\nMix ${figure(measured.mix.integrated)} LUFS; master ${figure(measured.master.integrated)} LUFS, ${figure(measured.master.truePeak)} dBTP. ${seconds} s.`
  )
  shell.say(`Listen: ${listen}`)
  if (stale.length) shell.say(`Still of the mix before: ${stale.join(', ')} (--stems renders the stems).`)
}
