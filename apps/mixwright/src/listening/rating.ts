/** Three scales with a slider for every version. */
import { letter, ratingRange, type ScaleKey, scales } from '@mixwright/tasks'
import { byId, element } from './element.ts'
import { missingIn, type OpenRound } from './load.ts'

/** What is shown before a slider has been touched: the middle suggests nothing. */
const middle = (ratingRange.min + ratingRange.max) / 2

export interface Rating {
  /** Puts up the sliders of a round. */
  show(round: OpenRound, number: number): void
  /** Nothing can be changed any more, and letters have names. */
  reveal(names: Readonly<Record<string, { readonly label: string }>>): void
}

/** @param choose lets a letter be heard @param changed told of every answer */
export function createRating(choose: (name: string) => void, changed: () => void): Rating {
  const again = byId<HTMLButtonElement>('again')
  let current: OpenRound,
    sliders: { readonly id: string; readonly row: HTMLElement; readonly input: HTMLInputElement }[] = []
  const slider = (key: ScaleKey, title: string, id: string, name: string): HTMLElement => {
    const given = current.scores[key][id],
      out = element('output', {}, given === undefined ? '–' : String(given)),
      input = element('input', {
        type: 'range',
        min: String(ratingRange.min),
        max: String(ratingRange.max),
        step: '1',
        value: String(given ?? middle),
        'aria-label': `${title} of ${name}`
      }),
      play = element(
        'button',
        { type: 'button', 'data-choice': name, 'aria-label': `Hear ${name}`, onclick: () => choose(name) },
        name
      ),
      row = element('div', { class: given === undefined ? 'slider unrated' : 'slider' }, play, input, out)
    const rate = () => {
      current.scores[key][id] = Number(input.value)
      out.textContent = input.value
      row.classList.remove('unrated')
      again.disabled = missingIn(current) > 0
      changed()
    }
    play.addEventListener('mousedown', event => event.preventDefault())
    input.addEventListener('input', rate)
    // A touch that leaves it in the middle is an answer too.
    input.addEventListener('pointerup', rate)
    sliders.push({ id, row, input })
    return row
  }
  return {
    show(round, number) {
      current = round
      sliders = []
      byId('round').textContent = number > 1 ? `round ${number}` : ''
      for (const { key, title } of scales)
        document
          .querySelector(`[data-scale=${key}] .sliders`)!
          .replaceChildren(...round.order.map((id, i) => slider(key, title, id, letter(i))))
      byId('comment-boxes').replaceChildren(
        ...round.order.map((id, i) => {
          const box = element('textarea', { rows: '2', maxlength: '4000' })
          box.value = round.comments[id] ?? ''
          box.addEventListener('input', () => {
            round.comments[id] = box.value
            changed()
          })
          return element('label', {}, letter(i), box)
        })
      )
      again.disabled = missingIn(round) > 0
    },
    reveal(names) {
      again.disabled = true
      for (const { id, row, input } of sliders) {
        input.disabled = true
        if (!row.querySelector('.who')) row.append(element('span', { class: 'who' }, names[id]!.label))
      }
      for (const box of document.querySelectorAll<HTMLTextAreaElement>('#comment-boxes textarea')) box.disabled = true
    }
  }
}
