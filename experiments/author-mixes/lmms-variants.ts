/** The projects that are rendered: the author's with its stems' files named, and its dry twin. */
import { type Project, headOf, readProject } from './lmms-project.ts'
import { allOf, childOf, type Element, elementsOf, parseXml, writeXml } from './lmms-xml.ts'

/** Seconds of a song that are rendered. */
const rendered = 140
const clips = new Set(['pattern', 'bbtco', 'sampletco', 'automationpattern'])

/** Takes away what begins later, at the song's first tempo; 48 ticks a beat. */
function shorten(root: Element): void {
  const head = headOf(root),
    tempo = Number(head.attributes.bpm ?? childOf(head, 'bpm')?.attributes.value),
    end = (rendered * tempo * 48) / 60
  const song = childOf(childOf(root, 'lmms-project'), 'song')!
  for (const track of elementsOf(childOf(song, 'trackcontainer'), 'track'))
    for (let i = track.children.length - 1; i >= 0; i--) {
      const clip = track.children[i]!
      if (typeof clip === 'string' || !clips.has(clip.name)) continue
      const { pos = '0', len } = clip.attributes
      if (Number(pos) >= end) track.children.splice(i, 1)
      else if (clip.name === 'bbtco' && len) clip.attributes.len = String(Math.min(Number(len), end - Number(pos)))
    }
}

/** LMMS names a stem's file after its track: all tracks get their ids. Those of `silent` are not rendered. */
function named(xml: string, silent: ReadonlySet<string>): { root: Element; project: Project } {
  const root = parseXml(xml),
    project = readProject(root)
  shorten(root)
  for (const track of project.tracks) {
    track.element.attributes.name = track.id
    if (silent.has(track.id)) set(track.element, 'muted', '1')
  }
  return { root, project }
}

/** A fixed value: no automation and no controller reaches it any more. */
function set(holder: Element, name: string, value: string): void {
  holder.attributes[name] = value
  const drop = (from: Element): void => {
    const at = from.children.findIndex(c => typeof c !== 'string' && c.name === name)
    if (at >= 0) from.children.splice(at, 1)
  }
  drop(holder)
  for (const connection of elementsOf(holder, 'connection')) drop(connection)
}

export const authorsProject = (xml: string, silent: ReadonlySet<string>): string => writeXml(named(xml, silent).root)

/** Every track at unity and centre, straight to a master at unity, with no effect anywhere. */
export function dryProject(xml: string, silent: ReadonlySet<string>): string {
  const { root, project } = named(xml, silent)
  for (const { element } of project.tracks) {
    const body = childOf(element, 'instrumenttrack') ?? childOf(element, 'sampletrack')!
    set(body, 'vol', '100')
    set(body, 'pan', '0')
    set(body, 'fxch', '0')
  }
  for (const channel of allOf(root, 'fxchannel')) {
    set(channel, 'volume', '1')
    set(channel, 'muted', '0')
  }
  for (const chain of allOf(root, 'fxchain')) set(chain, 'enabled', '0')
  set(headOf(root), 'mastervol', '100')
  return writeXml(root)
}
