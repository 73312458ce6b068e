/** The listening page: what its parts say to each other. Bundled into every page that `compare` writes. */
import { type Answers, letter, readAnswers, referenceId } from '@mixwright/tasks'
import { createAbx } from './abx.ts'
import { audioOf } from './audio.ts'
import { createDeck } from './deck.ts'
import { byId } from './element.ts'
import { isUntouched, missingIn, namesOf, newRound, newSitting, readTest, type Sitting } from './load.ts'
import { createPlayer } from './player.ts'
import { createRating } from './rating.ts'
import { showResults } from './results.ts'
import { createTimeline } from './timeline.ts'

const test = readTest()
let sitting: Sitting = newSitting(test)
/** Finished answers of others that were opened. */
const others = new Map<string, Answers>()

const status = (text: string) => {
  byId('status').textContent = text
}
const message = (text: string) => {
  byId('message').textContent = text
}
const wait = () => new Promise(resolve => setTimeout(resolve))
main().catch((error: unknown) => status(`This page cannot play: ${error instanceof Error ? error.message : error}`))

async function main(): Promise<void> {
  const context = new AudioContext({ sampleRate: test.sampleRate, latencyHint: 'interactive' }),
    ids = [...test.stimuli, ...(test.reference ? [referenceId] : [])],
    buffers = new Map<string, AudioBuffer>()
  for (const id of ids) {
    status(`Loading ${buffers.size + 1} of ${ids.length} …`)
    await wait() // one picture between two of them: the page stays alive
    buffers.set(id, await audioOf(context, id))
  }
  start(context, buffers)
  status('')
  byId<HTMLButtonElement>('play').disabled = false
}

function start(context: AudioContext, buffers: ReadonlyMap<string, AudioBuffer>): void {
  const seconds = [...buffers.values()][0]!.duration,
    player = createPlayer(context, buffers, () => refresh()),
    timeline = createTimeline(byId<HTMLCanvasElement>('timeline'), test.outline, seconds, player)
  const deck = createDeck(player, seconds, () => void context.resume())
  const round = () => sitting.rounds.at(-1)!,
    changed = () => {
      sitting.changed = true
    }
  const rating = createRating(deck.choose, changed)
  const letters = () =>
    deck.offer([
      ...(test.reference ? [{ name: 'Reference', id: referenceId, reference: true }] : []),
      ...round().order.map((id, i) => ({ name: letter(i), id }))
    ])
  const busy = () => {
    for (const id of ['rate', 'finish']) byId(id).inert = abx.running
    byId('rate').style.opacity = byId('finish').style.opacity = abx.running ? '.4' : ''
  }
  const abx = createAbx(
    {
      order: () => round().order,
      sitting: () => sitting,
      offer: choices => {
        if (choices) deck.offer(choices)
        else letters()
        busy()
      },
      changed
    },
    test.trials
  )
  const refresh = () => {
    deck?.update()
    timeline?.draw()
  }
  const showRound = () => {
    rating.show(round(), sitting.rounds.length)
    letters()
    abx.show()
    refresh()
  }
  byId('again').addEventListener('click', () => {
    sitting.rounds.push(newRound(test))
    changed()
    showRound()
    byId('deck').scrollIntoView()
  })
  finishing(showRound, () => {
    rating.reveal(namesOf(test).names)
    abx.close()
    refresh()
  })
  showRound()
  const frame = () => {
    if (player.playing || byId('timeline').matches(':active')) refresh()
    requestAnimationFrame(frame)
  }
  frame()
  addEventListener('resize', refresh)
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', refresh)
}

/** Saving, opening, revealing. */
function finishing(showRound: () => void, revealed: () => void): void {
  const listener = byId<HTMLInputElement>('listener'),
    comment = byId<HTMLTextAreaElement>('comment'),
    files = byId<HTMLInputElement>('files'),
    sure = byId<HTMLDialogElement>('sure')
  const typed = () => {
    sitting.listener = listener.value
    sitting.comment = comment.value
    sitting.changed = true
  }
  listener.addEventListener('input', typed)
  comment.addEventListener('input', typed)
  const end = () => {
    sitting.finished = true
    sitting.changed = true
    byId<HTMLButtonElement>('reveal').disabled = listener.disabled = comment.disabled = true
    byId('save').classList.add('primary')
    byId('reveal').classList.remove('primary')
    revealed()
    results()
    message('Save your answers: the file can be gathered with those of others.')
    byId('results').focus()
  }
  const results = () => {
    const own = sitting.finished && !isUntouched(sitting)
    showResults(
      [...(own ? [answersOf(sitting)] : []), ...others.values()],
      namesOf(test).names,
      own ? sitting.rounds.at(-1)!.order : undefined
    )
  }
  byId('reveal').addEventListener('click', () => {
    const missing = missingIn(sitting.rounds.at(-1)!)
    if (isUntouched(sitting)) message('There is nothing to reveal yet: rate a version, or do an ABX run.')
    else if (missing === 0) end()
    else {
      byId('sure-text').textContent =
        `${missing} rating${missing === 1 ? ' is' : 's are'} missing. Once the names are revealed, nothing can be changed.`
      sure.showModal()
    }
  })
  byId('sure-yes').addEventListener('click', () => {
    sure.close()
    end()
  })
  byId('sure-no').addEventListener('click', () => sure.close())
  byId('save').addEventListener('click', () => {
    save()
    message(
      sitting.finished ? 'Saved.' : 'Saved as far as it is; open the file here to go on. The names are not in it.'
    )
  })
  byId('open').addEventListener('click', () => files.click())
  files.addEventListener('change', async () => {
    for (const file of files.files ?? [])
      try {
        open(readAnswers(await file.text(), file.name), file.name)
      } catch (error) {
        message(error instanceof Error ? error.message : String(error))
        break
      }
    files.value = ''
  })
  const open = (answers: Answers, name: string) => {
    if (answers.test !== test.test)
      throw new RangeError(`${name}: these answers belong to another page; open them there`)
    if (!answers.finished) {
      if (!isUntouched(sitting)) throw new RangeError(`${name}: reload the page before you go on with earlier answers`)
      sitting = resumed(answers)
      listener.value = sitting.listener
      comment.value = sitting.comment
      showRound()
      message(`${name}: you go on where you were.`)
      return
    }
    if (!sitting.finished && !isUntouched(sitting))
      throw new RangeError(`${name}: these answers would show the names; reveal them first, then open the file`)
    if (answers.session !== sitting.session) others.set(answers.session, answers)
    if (sitting.finished) results()
    else end()
    message(`${name}: added to the results.`)
  }
  addEventListener('beforeunload', event => {
    if (sitting.changed && !isUntouched(sitting)) event.preventDefault()
  })
}

function answersOf(from: Sitting): Answers {
  const names = from.finished ? namesOf(test).names : undefined
  return {
    kind: 'mixwright-comparison',
    version: 1,
    test: test.test,
    session: from.session,
    listener: from.listener.trim(),
    saved: new Date().toISOString(),
    finished: from.finished,
    // In one order for all, which tells nothing.
    stimuli: [...test.stimuli].sort().map(id => ({ id, ...(names && { label: names[id]!.label }) })),
    // A round that was never begun is none.
    rounds: from.rounds.filter(
      round => missingIn(round) < round.order.length * Object.keys(round.scores).length || !from.finished
    ),
    abx: from.abx.map(({ pair, planned, trials }) => ({ pair: [...pair], planned, trials })),
    comment: from.comment.trim()
  }
}
/** A sitting that was saved before its end. */
const resumed = ({ session, listener, rounds, abx, comment }: Answers): Sitting =>
  structuredClone({
    session,
    listener,
    finished: false,
    changed: false,
    rounds: rounds.length ? rounds : [newRound(test)],
    abx,
    comment
  }) as unknown as Sitting

function save(): void {
  const text = `${JSON.stringify(answersOf(sitting), null, 1)}\n`,
    link = document.createElement('a'),
    who = sitting.listener.trim().replace(/[^\p{L}\p{N}_.-]+/gu, '-')
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
  link.download = `${sitting.finished ? 'answers' : 'unfinished'}${who ? `-${who}` : ''}.json`
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
  sitting.changed = false
}
