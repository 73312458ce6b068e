/** ABX: X is one of a pair; which? Nothing is told before the last trial. */
import { binomialTail, letter, rightOf } from '@mixwright/tasks'
import { byId, element } from './element.ts'
import { drawn, type Sitting } from './load.ts'

type Run = Sitting['abx'][number]
interface Host {
  /** Letters as they stand. */
  order(): readonly string[]
  sitting(): Sitting
  /** Puts the pair and X in the place of the letters, or the letters back. */
  offer(choices?: readonly { readonly name: string; readonly id: string }[]): void
  changed(): void
}
export interface Abx {
  /** Whether a run goes on. */
  readonly running: boolean
  /** Shows the choice of a pair, and what there has been. */
  show(): void
  /** No more runs. */
  close(): void
}

export function createAbx(host: Host, trials: number): Abx {
  const box = byId('abx-box')
  let run: { readonly record: Run; readonly names: readonly [string, string]; x: string } | undefined,
    closed = false
  const results: string[] = []

  const begin = (pair: readonly [number, number]): void => {
    const order = host.order(),
      ids = [order[pair[0]]!, order[pair[1]]!] as const,
      record: Run = { pair: ids, planned: trials, trials: [] }
    host.sitting().abx.push(record)
    run = { record, names: [letter(pair[0]), letter(pair[1])], x: '' }
    next()
  }
  const next = (): void => {
    const { record, names } = run!
    if (record.trials.length === trials) {
      finish()
      return
    }
    run!.x = record.pair[drawn(2)]!
    host.offer([
      { name: names[0], id: record.pair[0] },
      { name: names[1], id: record.pair[1] },
      { name: 'X', id: run!.x }
    ])
    const number = record.trials.length + 1
    box.replaceChildren(
      element('p', { id: 'abx-trial', tabindex: '-1' }, `Trial ${number} of ${trials}: which of the two is X?`),
      element('progress', { max: String(trials), value: String(number - 1), 'aria-label': 'Trials done' }),
      element(
        'p',
        { class: 'row answers' },
        ...names.map((name, i) =>
          element(
            'button',
            { type: 'button', 'data-answer': name, onclick: () => answer(record.pair[i]!) },
            `X is ${name}`
          )
        )
      ),
      element('p', { class: 'row' }, element('button', { type: 'button', onclick: finish }, 'Stop this run'))
    )
    byId('abx-trial').focus({ preventScroll: true })
  }
  const answer = (id: string): void => {
    run!.record.trials.push({ x: run!.x, answer: id })
    host.changed()
    next()
  }
  const finish = (): void => {
    const { record, names } = run!,
      done = record.trials.length
    if (done === 0) host.sitting().abx.pop()
    else
      results.push(
        done === trials
          ? resultOf(names, rightOf({ ...record, pair: [...record.pair] }), trials)
          : `${names.join(' / ')}: stopped after ${done} of ${trials}, does not count.`
      )
    run = undefined
    host.changed()
    host.offer()
    show()
  }
  const show = (): void => {
    const options = () => host.order().map((_, i) => element('option', { value: String(i) }, letter(i))),
      first = element('select', { id: 'abx-first' }, ...options()),
      second = element('select', { id: 'abx-second' }, ...options()),
      start = element('button', { type: 'button', id: 'abx-start', disabled: closed }, `Start ${trials} trials`)
    second.value = '1'
    const check = () => {
      start.disabled = closed || first.value === second.value
    }
    first.addEventListener('change', check)
    second.addEventListener('change', check)
    start.addEventListener('click', () => begin([Number(first.value), Number(second.value)]))
    box.replaceChildren(
      ...results.map(text => element('p', { class: 'abx-result' }, text)),
      ...(closed
        ? []
        : [
            element(
              'div',
              { class: 'row' },
              element('label', {}, 'One ', first),
              element('label', {}, 'Other ', second),
              start
            )
          ])
    )
  }
  return {
    get running() {
      return run !== undefined
    },
    show,
    close() {
      closed = true
      show()
    }
  }
}

const resultOf = (names: readonly string[], right: number, trials: number): string => {
  const p = binomialTail(right, trials, 0.5)
  return `${names.join(' / ')}: ${right} of ${trials} right. By guessing alone as many or more: ${p < 0.001 ? 'less than 0.1' : (100 * p).toFixed(1)} %.`
}
