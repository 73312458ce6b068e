/**
 * What an LMMS 1.2 project says of its mix: per track volume (percent) → pan (a balance: one side falls linearly) →
 * effects → mixer channel: effects → volume → sends → … → master channel → master volume (percent).
 */
import { allOf, childOf, type Element, elementsOf, plainText } from './lmms-xml.ts'

export interface Effect {
  /** LMMS's own name, or library and plug-in for LADSPA. */
  readonly name: string
  readonly on: boolean
  /** Share of the effect in the output, 0 … 1. */
  readonly wet: number
  /** As LMMS stores them. LADSPA ports by number. */
  readonly parameters: Record<string, string>
}
export interface Channel {
  readonly index: number
  readonly name: string
  readonly volume: Control
  readonly muted: boolean
  readonly effects: readonly Effect[]
  readonly sends: readonly { readonly to: number; readonly amount: number }[]
}
/** A fader or pan; where it moves or hangs on a controller, its stored value is only a point of its course. */
export interface Control {
  readonly value: number
  readonly moves: boolean
}
export interface Track {
  /** What its stem files are called. */
  readonly id: string
  readonly name: string
  /** The instrument plug-in and its preset or sample, as far as the project names them. */
  readonly instrument: string
  readonly muted: boolean
  /** Percent. */
  readonly volume: Control
  /** −100 … 100 */
  readonly pan: Control
  readonly effects: readonly Effect[]
  readonly channel: number
  readonly element: Element
}
export interface Project {
  readonly tracks: readonly Track[]
  readonly channels: readonly Channel[]
  /** Percent. */
  readonly masterVolume: Control
}

/** Values that LMMS automates or connects become child elements instead of attributes. */
function control(holder: Element | undefined, name: string, absent: number): Control {
  const child = childOf(holder, name),
    connected = elementsOf(holder, 'connection').some(c => childOf(c, name)),
    stored = child?.attributes.value ?? holder?.attributes[name]
  return { value: stored === undefined ? absent : Number(stored), moves: child !== undefined || connected }
}

function effectsOf(chain: Element | undefined): Effect[] {
  if (!chain || chain.attributes.enabled === '0') return []
  return elementsOf(chain, 'effect').map(effect => {
    const key = Object.fromEntries(
        allOf(effect, 'attribute').map(a => [a.attributes.name!, plainText(a.attributes.value ?? '')])
      ),
      plugin = [key.file, key.plugin].filter(Boolean).join('/')
    const parameters: Record<string, string> = {}
    for (const part of elementsOf(effect)) {
      if (part.name === 'key') continue
      for (const [name, value] of Object.entries(part.attributes)) parameters[name] = value
      for (const port of elementsOf(part)) {
        const value = port.attributes.data ?? port.attributes.value ?? childOf(port, 'data')?.attributes.value
        if (value !== undefined) parameters[port.name] = value
      }
    }
    return {
      name: plugin || effect.attributes.name!,
      on: control(effect, 'on', 1).value !== 0,
      wet: control(effect, 'wet', 1).value,
      parameters
    }
  })
}

/** What a preset or a sample calls itself. */
function instrumentOf(track: Element): string {
  const instrument = childOf(track, 'instrument'),
    names = instrument
      ? [
          instrument.attributes.name ?? '',
          ...elementsOf(instrument).map(c => c.attributes.src ?? ''),
          ...allOf(instrument, 'INFO').flatMap(info =>
            elementsOf(info, 'string').flatMap(s => (s.attributes.name === 'name' ? s.children.map(String) : []))
          )
        ]
      : [track.name]
  return names
    .map(plainText)
    .filter(n => n.trim())
    .join(' / ')
}

function channelOf(element: Element): Channel {
  return {
    index: Number(element.attributes.num),
    name: plainText(element.attributes.name ?? ''),
    volume: control(element, 'volume', 1),
    muted: control(element, 'muted', 0).value !== 0,
    effects: effectsOf(childOf(element, 'fxchain')),
    sends: elementsOf(element, 'send').map(send => ({
      to: Number(send.attributes.channel),
      amount: control(send, 'amount', 1).value
    }))
  }
}

/** Tracks that sound: of the song and inside its beat/bassline containers, in the file's order. */
const sounding = (container: Element): Element[] =>
  elementsOf(container, 'track').flatMap(track => [
    ...(['0', '2'].includes(track.attributes.type ?? '') ? [track] : []),
    ...elementsOf(track, 'bbtrack').flatMap(bb => elementsOf(bb, 'trackcontainer').flatMap(sounding))
  ])

export function readProject(root: Element): Project {
  const song = childOf(childOf(root, 'lmms-project'), 'song')
  if (!song) throw new Error('no song in the project')
  const tracks = sounding(childOf(song, 'trackcontainer')!).map((element, i): Track => {
    const body = childOf(element, 'instrumenttrack') ?? childOf(element, 'sampletrack')!
    return {
      id: `t${String(i + 1).padStart(2, '0')}`,
      name: plainText(element.attributes.name ?? ''),
      instrument: instrumentOf(body),
      muted: control(element, 'muted', 0).value !== 0,
      volume: control(body, 'vol', 100),
      pan: control(body, 'pan', 0),
      effects: effectsOf(childOf(body, 'fxchain')),
      channel: control(body, 'fxch', 0).value,
      element
    }
  })
  return {
    tracks,
    channels: allOf(song, 'fxchannel').map(channelOf),
    masterVolume: control(headOf(root), 'mastervol', 100)
  }
}
export const headOf = (root: Element): Element => childOf(childOf(root, 'lmms-project'), 'head')!

/** Gain from a channel's inlet to the master channel's outlet, all ways added; 0 where the way is muted. */
export function channelGain(channels: readonly Channel[], index: number, depth = 0): number {
  const channel = channels.find(c => c.index === index)
  if (!channel || channel.muted || depth > channels.length) return 0
  const onwards =
    index === 0
      ? 1
      : channel.sends.reduce((sum, { to, amount }) => sum + amount * channelGain(channels, to, depth + 1), 0)
  return channel.volume.value * onwards
}

/** Whether the channel, or one it leads to, does more than change the level. */
export function channelActs(channels: readonly Channel[], index: number, depth = 0): boolean {
  const channel = channels.find(c => c.index === index)
  if (!channel || depth > channels.length) return false
  return (
    channel.volume.moves ||
    channel.effects.some(e => e.on) ||
    (index !== 0 && channel.sends.some(s => channelActs(channels, s.to, depth + 1)))
  )
}
