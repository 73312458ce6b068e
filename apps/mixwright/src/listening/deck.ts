/** The player's buttons and keys. */
import { byId, element } from './element.ts'
import type { Player } from './player.ts'

export interface Choice {
  readonly name: string
  /** What is heard; the element's only name is the letter. */
  readonly id: string
  readonly reference?: boolean
  /** It has no button here, and no key. */
  readonly aside?: boolean
}
export interface Deck {
  /** Puts up other choices and lets the first be heard. */
  offer(choices: readonly Choice[]): void
  choose(name: string): void
  /** Name of the choice that is heard. */
  readonly chosen: string
  update(): void
}

/** @param start called before the first sound: browsers want a gesture */
export function createDeck(player: Player, seconds: number, start: () => void): Deck {
  const play = byId<HTMLButtonElement>('play'),
    box = byId('choices'),
    time = byId('time'),
    loopAll = byId<HTMLButtonElement>('loop-all')
  let choices: readonly Choice[] = [],
    chosen = ''
  const toggle = () => {
    start()
    if (player.playing) player.pause()
    else player.play()
  }
  const loopFrom = () => {
    const at = player.position()
    player.setLoop({ from: at, to: player.loop.to > at ? player.loop.to : seconds })
  }
  const loopTo = () => {
    const at = player.position()
    player.setLoop({ from: player.loop.from < at ? player.loop.from : 0, to: at })
  }
  const deck: Deck = {
    get chosen() {
      return chosen
    },
    offer(next) {
      choices = next
      box.replaceChildren(
        ...next
          .filter(choice => !choice.aside)
          .map(({ name, reference }) =>
            element(
              'button',
              {
                type: 'button',
                'data-choice': name,
                class: reference ? 'reference' : '',
                onclick: () => deck.choose(name),
                // The keys stay with the player after a click.
                onmousedown: event => event.preventDefault()
              },
              name
            )
          )
      )
      deck.choose(next.find(c => c.name === chosen)?.name ?? next.find(c => !c.reference)!.name)
    },
    choose(name) {
      const found = choices.find(c => c.name === name)
      if (!found) return
      chosen = name
      player.hear(found.id)
    },
    update() {
      play.firstElementChild!.textContent = player.playing ? '❚❚' : '▶'
      play.lastElementChild!.textContent = player.playing ? 'Pause' : 'Play'
      loopAll.disabled = player.loop.from <= 0 && player.loop.to >= seconds - 0.01
      for (const button of document.querySelectorAll<HTMLElement>('[data-choice]'))
        button.setAttribute('aria-pressed', String(button.dataset.choice === chosen))
      const at = player.position()
      time.textContent = `${Math.floor(at / 60)}:${String(Math.floor(at % 60)).padStart(2, '0')} / ${Math.floor(seconds / 60)}:${String(Math.round(seconds % 60)).padStart(2, '0')}`
    }
  }
  play.addEventListener('click', toggle)
  play.addEventListener('mousedown', event => event.preventDefault())
  byId('loop-from').addEventListener('click', loopFrom)
  byId('loop-to').addEventListener('click', loopTo)
  loopAll.addEventListener('click', () => player.setLoop())
  document.addEventListener('keydown', event => {
    const target = event.target as HTMLElement
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (target.closest('textarea, select, dialog, input:not([type=range])')) return
    const act = actionOf(event.key)
    if (!act || (event.key === ' ' && target.closest('button, summary'))) return
    event.preventDefault()
    act()
  })
  const actionOf = (key: string): (() => void) | undefined => {
    if (key === '0') return () => deck.choose(choices.find(c => c.reference)?.name ?? chosen)
    if (/^[1-9]$/.test(key))
      return () => deck.choose(choices.filter(c => !c.reference && !c.aside)[Number(key) - 1]?.name ?? chosen)
    return { ' ': toggle, '[': loopFrom, ']': loopTo, '\\': () => player.setLoop() }[key]
  }
  return deck
}
