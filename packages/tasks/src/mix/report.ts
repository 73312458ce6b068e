/** The page that says what was done, and lets it be heard: a player, what was found, every move with its reason, pictures. */
import { draw, escapeMarkup } from '@mixwright/graph'
import { type PageSound, roughTitle } from '../audition/sound.ts'
import { audioElement, dataElement, deckStyle, scriptElement } from '../report/deck.ts'
import { figuresTable, fixed, type Heard, tiles } from '../report/figures.ts'
import { type Found, foundHtml, foundIn } from '../report/found.ts'
import { listenHtml, listenStyle, wholeFiles } from '../report/listen.ts'
import { type Audible, moveHtml } from '../report/moves.ts'
import { page, type Section } from '../report/page.ts'
import {
  correlation,
  covers,
  levels,
  overTime,
  type Pictured,
  rides,
  tone,
  waveforms,
  width
} from '../report/pictures.ts'
import { busesHtml, tracksHtml, trackStyle } from '../report/tracks.ts'
import type { MixResult } from './mix.ts'
import { movesOf } from './moves.ts'

export type { Heard }
export interface ReportOptions {
  /** The song's name. */
  readonly title: string
  /** What can be listened to as a whole, the final one first; `file` is relative to the report. */
  readonly heard: readonly Heard[]
  /** Files written beside the report. */
  readonly files: readonly string[]
  /** What is played in the page, and the bundled script that plays it. Without it the report only tells. */
  readonly sound?: PageSound & { readonly script: string }
}

/** @returns one self-contained HTML document; all text from outside is escaped */
export function mixReport(result: MixResult, { title, heard, files, sound }: ReportOptions): string {
  const { decisions, warnings, master, analyses } = result,
    found = foundIn(decisions),
    audible: Audible = { sound: sound?.sound, auditions: result.auditions },
    told = new Set(found.map(one => `${one.stem}: ${one.text}`)),
    others = warnings.filter(text => !told.has(text)),
    list = (html: readonly string[], kind = '') => `<ul${kind}>${html.map(one => `<li>${one}</li>`).join('')}</ul>`
  const sections: Section[] = [
    sound
      ? { title: 'Listen', html: listenHtml(sound.sound, heard), bare: true }
      : { title: 'Listen', html: wholeFiles(heard) },
    ...(others.length ? [{ title: 'Worth knowing first', html: list(others.map(escapeMarkup), ' class="warn"') }] : []),
    ...(found.length ? [{ title: 'Found in the recordings', note: foundNote(found), html: foundHtml(found) }] : []),
    ...(sound?.sound.moves.length ? [hearSection(result, audible)] : []),
    { title: 'Track by track', note: 'Every move, and why.', html: tracksHtml(decisions, found, audible) },
    { title: 'Buses, space and master', html: `<div class="card">${busesHtml(decisions, master, audible)}</div>` },
    { title: 'Pictures', html: `<div class="pictures">${pictures(result, heard)}</div>` },
    ...ridesSection(result, analyses[0]!.frames / analyses[0]!.sampleRate),
    ...(heard.length
      ? [{ title: 'Figures', html: figuresTable(pictured(result, heard).filter(one => one.title !== roughTitle)) }]
      : []),
    {
      title: 'The console',
      note: 'Signals run from left to right; dotted lines only control. Point at a box for its settings and its reason.',
      html: `<figure class="graph" tabindex="0" aria-label="The console as a graph">${draw(result.graph)}</figure>`
    },
    {
      title: 'Files',
      html: `<details><summary>${files.length} files beside this page</summary>${list(files.map(file => `<code>${escapeMarkup(file)}</code>`))}</details>`
    }
  ]
  return page({
    title,
    lead: leadOf(result),
    head: headOf(result, found),
    sections,
    style: deckStyle + listenStyle + trackStyle,
    tail: sound
      ? [
          ...[...sound.audio].flatMap(([id, text]) => audioElement(id, 'audio/flac', text)),
          dataElement('sound', sound.sound),
          scriptElement(sound.script)
        ].join('')
      : ''
  })
}

function leadOf({ decisions, master }: MixResult): string {
  const playing = decisions.stems.filter(stem => !stem.muted).length
  return `${playing} of ${decisions.stems.length} stems in the mix, ${movesOf(decisions).length} moves. Listen, take single moves out, and read why they were made.${master.limiting > 0.1 ? ` The limiter holds back ${master.limiting.toFixed(1)} LU.` : ''}`
}
const headOf = ({ decisions, master }: MixResult, found: readonly Found[]): string =>
  tiles([
    [fixed(master.measured.integrated, 'LUFS'), 'master'],
    [fixed(master.measured.truePeak, 'dBTP'), 'true peak'],
    [fixed(master.measured.range, 'LU'), 'loudness range'],
    [String(decisions.stems.length), decisions.stems.length === 1 ? 'stem' : 'stems'],
    [String(found.length), found.length === 1 ? 'fault found' : 'faults found']
  ])
const foundNote = (found: readonly Found[]): string => {
  const left = found.filter(one => one.remedy === undefined).length
  if (left === found.length) return 'Nothing of it can be mended here: it is for you to judge.'
  return left === 0 ? 'All of it was dealt with.' : `${found.length - left} dealt with, ${left} left for you to judge.`
}

function hearSection({ decisions }: MixResult, audible: Audible): Section {
  const heard = audible.sound!.moves,
    moves = movesOf(decisions).filter(move => heard.some(one => one.id === move.id))
  return {
    title: 'Hear what was done',
    note: 'The moves that change the mix most in these passages, each by itself. A button plays the part where it is heard best.',
    html: `<div class="card"><ul class="moves">${moves.map(move => moveHtml(move, decisions, audible, true)).join('')}</ul></div>`
  }
}

/** All that has figures, with its colour in every picture. */
const colours: Readonly<Record<string, number>> = { Master: 0, Mix: 1, [roughTitle]: 2, 'First balance': 4 }
function pictured({ auditions, reference }: MixResult, heard: readonly Heard[]): Pictured[] {
  return [
    ...heard,
    ...(auditions ? [{ ...auditions.rough, title: roughTitle }] : []),
    ...(reference ? [{ ...reference, title: 'Reference' }] : [])
  ].map(one => ({
    measured: one.measured,
    series: one.series,
    title: one.title,
    colour: colours[one.title] ?? 3
  }))
}
function pictures(result: MixResult, heard: readonly Heard[]): string {
  const all = pictured(result, heard),
    // The bare sum is what there was before; without it the first balance is.
    before = all.find(one => one.title === roughTitle) ?? all.find(one => one.title === 'First balance'),
    after = all[0],
    both = [...(before ? [before] : []), ...(after && after !== before ? [after] : [])],
    cover = result.auditions?.rough.cover
  if (both.length === 0) return levels(result.decisions, result.analyses)
  return [
    waveforms(both),
    overTime(both),
    tone(all.filter(one => one.colour !== 4 || one === before)),
    ...(cover ? [covers(cover, [roughTitle, 'Mix'])] : []),
    width(both),
    correlation(both),
    levels(result.decisions, result.analyses)
  ].join('')
}
function ridesSection({ graph }: MixResult, seconds: number): Section[] {
  const html = rides(graph, seconds)
  return html ? [{ title: 'Rides', html: `<div class="pictures">${html}</div>` }] : []
}
