/** The report's page: versions of a song behind one switch, and every move with and without. Bundled into each report. */
import type { ReportSound } from '@mixwright/tasks'
import { audioOf } from './audio.ts'
import { heardAs, type Move, type Way } from './bypass.ts'
import { createDeck, type Deck } from './deck.ts'
import { byId } from './element.ts'
import { createPlayer, type Player } from './player.ts'
import { createTimeline } from './timeline.ts'

const sound = JSON.parse(byId('sound').textContent!) as ReportSound
/** Two places in turn for what is not one of the versions: one can be filled while the other is heard. */
const places = ['aside 1', 'aside 2'] as const

const status = (text: string) => {
  byId('status').textContent = text
}
const wait = () => new Promise(resolve => setTimeout(resolve))
main().catch((error: unknown) => status(`This page cannot play: ${error instanceof Error ? error.message : error}`))

async function main(): Promise<void> {
  const context = new AudioContext({ sampleRate: sound.sampleRate, latencyHint: 'interactive' }),
    buffers = new Map<string, AudioBuffer>()
  for (const { id } of sound.versions) {
    status(`Loading ${buffers.size + 1} of ${sound.versions.length} …`)
    await wait() // one picture between two of them: the page stays alive
    buffers.set(id, await audioOf(context, id))
  }
  start(context, buffers)
  status('')
  byId<HTMLButtonElement>('play').disabled = false
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-way]')) button.disabled = false
}

function start(context: AudioContext, buffers: ReadonlyMap<string, AudioBuffer>): void {
  const player = createPlayer(context, buffers, () => refresh()),
    timeline = createTimeline(byId<HTMLCanvasElement>('timeline'), sound.outline, sound.seconds, player),
    deck = createDeck(player, sound.seconds, () => void context.resume()),
    mix = buffers.get(sound.versions.find(version => version.title === sound.mix)!.id)!,
    moves = createMoves(context, player, deck, mix)
  const refresh = () => {
    deck?.update()
    timeline?.draw()
    moves?.update()
    for (const button of document.querySelectorAll<HTMLElement>('[data-moment]')) {
      const { at, seconds } = sound.moments[Number(button.dataset.moment)]!
      button.setAttribute('aria-pressed', String(near(player.loop.from, at) && near(player.loop.to, at + seconds)))
    }
  }
  for (const button of document.querySelectorAll<HTMLElement>('[data-moment]'))
    button.addEventListener('click', () => {
      const { at, seconds } = sound.moments[Number(button.dataset.moment)]!
      player.setLoop({ from: at, to: at + seconds })
    })
  deck.offer([
    ...sound.versions.map(({ id, title, other }) => ({ name: title, id, reference: other })),
    ...places.map(name => ({ name, id: name, aside: true }))
  ])
  deck.choose(sound.mix)
  const [first] = sound.moments
  player.setLoop({ from: first!.at, to: first!.at + first!.seconds })
  const frame = () => {
    if (player.playing || byId('timeline').matches(':active')) refresh()
    requestAnimationFrame(frame)
  }
  frame()
  addEventListener('resize', refresh)
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', refresh)
}
const near = (a: number, b: number) => Math.abs(a - b) < 0.01

/** The buttons beside each move. */
function createMoves(context: BaseAudioContext, player: Player, deck: Deck, mix: AudioBuffer) {
  const changes = new Map<string, AudioBuffer>()
  let current: { readonly move: Move; readonly way: Way; readonly heard: string } | undefined,
    place = 0
  const hear = async (move: Move, way: Way): Promise<void> => {
    void (context as AudioContext).resume()
    const other = current?.move !== move,
      wanted = { move, way, heard: way === 'with' ? sound.mix : places[(place = 1 - place)]! }
    if (way !== 'with') {
      const change = changes.get(move.audio) ?? (await audioOf(context, move.audio))
      changes.set(move.audio, change)
      player.put(wanted.heard, bypassed(context, way, mix, change, move))
    }
    if (other) player.setLoop({ from: move.at, to: move.at + move.seconds })
    current = wanted
    deck.choose(wanted.heard)
    if (!player.playing) player.play()
  }
  for (const group of document.querySelectorAll<HTMLElement>('[data-move]')) {
    const move = sound.moves.find(one => one.id === group.dataset.move)!
    for (const button of group.querySelectorAll<HTMLElement>('[data-way]'))
      button.addEventListener('click', () => void hear(move, button.dataset.way as Way))
  }
  document.addEventListener('keydown', event => {
    if (!current || event.ctrlKey || event.metaKey || event.altKey) return
    const way = { b: current.way === 'without' ? 'with' : 'without', d: 'difference' }[event.key.toLowerCase()]
    if (way) void hear(current.move, way as Way)
  })
  return {
    update() {
      // Another version was chosen.
      if (current && deck.chosen !== current.heard) current = undefined
      for (const group of document.querySelectorAll<HTMLElement>('[data-move]'))
        for (const button of group.querySelectorAll<HTMLElement>('[data-way]'))
          button.setAttribute(
            'aria-pressed',
            String(current?.move.id === group.dataset.move && current?.way === button.dataset.way)
          )
      const text = current ? told(current.move, current.way) : ''
      if (byId('hearing').textContent !== text) byId('hearing').textContent = text
    }
  }
}

const signed = (value: number) => `${value > 0 ? '+' : value < 0 ? '−' : ''}${Math.abs(value).toFixed(1)}`
function told({ id, turn, boost }: Move, way: Way): string {
  if (way === 'with') return `The mix with ${id}`
  if (way === 'without')
    return `The mix without ${id}${turn < -0.05 ? `, turned down by ${(-turn).toFixed(1)} dB so that it does not clip` : ''}`
  return `Only what ${id} changes${boost > 0.05 ? `, turned up by ${signed(boost)} dB` : ''}`
}

function bypassed(
  context: BaseAudioContext,
  way: Exclude<Way, 'with'>,
  mix: AudioBuffer,
  change: AudioBuffer,
  move: Move
): AudioBuffer {
  const out = context.createBuffer(2, mix.length, mix.sampleRate),
    from = Math.round(move.at * mix.sampleRate)
  for (let c = 0; c < 2; c++)
    heardAs(way, mix.getChannelData(c), change.getChannelData(c), from, move, out.getChannelData(c))
  return out
}
