/** The page of a master: before and after equally loud, what was done and why, pictures, what services make of it. */
import type { Clip, Kernels, MeasurementSeries } from '@mixwright/dsp'
import { escapeMarkup } from '@mixwright/graph'
import { excerptsAt } from '../audition/cover.ts'
import type { Moment } from '../audition/moments.ts'
import { type Embed, type PageSound, pageSound } from '../audition/sound.ts'
import { deckStyle, soundTail } from '../report/deck.ts'
import { figuresTable, fixed, signedFigure, tiles } from '../report/figures.ts'
import { listenHtml, listenStyle } from '../report/listen.ts'
import { chainSection, list, page, type Section, table } from '../report/page.ts'
import { overTime, type Pictured, tone, width } from '../report/pictures.ts'
import type { MasterResult } from './master.ts'
import { platforms } from './platforms.ts'
import type { Sound } from './sound.ts'

const titles = { song: 'Song', master: 'Master' } as const
/** Seconds of a passage that is played. */
const seconds = 8

/** Where a song is loudest, as loud as most of it, and soft: passages that do not overlap, in their order. */
function momentsOf({ shortTerm, step }: MeasurementSeries, clip: Clip): Moment[] {
  const frames = Math.min(clip.frames, Math.round(seconds * clip.sampleRate)),
    last = clip.frames - frames,
    known = shortTerm.flatMap((level, i) => (level === null ? [] : [{ level, start: i * step * clip.sampleRate }])),
    ranked = known.filter(one => one.start <= last).sort((a, b) => b.level - a.level),
    wishes = [
      ['Loudest', 0],
      ['Typical', 0.5],
      ['Soft', 0.85]
    ] as const,
    found: Moment[] = []
  for (const [title, rank] of wishes) {
    const free = ranked
      .slice(Math.floor(rank * ranked.length))
      .find(one => found.every(other => Math.abs(other.start - one.start) >= frames))
    if (free) found.push({ title, start: Math.round(free.start), frames })
  }
  return found.length ? found.sort((a, b) => a.start - b.start) : [{ title: 'Beginning', start: 0, frames }]
}

/** What the page plays: the song and its master, and the first reference, in each passage equally loud. */
export const masterSound = (
  { measured: { song } }: MasterResult,
  clips: { readonly master: Clip; readonly reference?: Recording },
  services: PageServices
): Promise<PageSound> => beforeAndAfter(song, { clip: clips.master, titles }, clips.reference, services)

interface Recording {
  readonly clip: Clip
  readonly series: MeasurementSeries
}
interface PageServices {
  readonly kernels: Kernels
  readonly embed: Embed
}
/** A recording, what was made of it, and what it was made by, in passages of the first. */
export async function beforeAndAfter(
  song: Omit<Sound, 'spectra'>,
  made: { readonly clip: Clip; readonly titles: { readonly song: string; readonly master: string } },
  reference: Recording | undefined,
  services: PageServices
): Promise<PageSound> {
  const moments = momentsOf(song.series, song.clip),
    rough = { measured: song.measured, series: song.series, audio: await excerptsAt(song.clip, moments) },
    versions = [
      { title: made.titles.master, clip: made.clip },
      ...(reference ? [{ title: 'Reference', clip: reference.clip, other: reference.series }] : [])
    ]
  return pageSound(
    { moments, frames: 0, differences: [], rough },
    { stems: [], groups: [], returns: [], mixBus: [] },
    versions,
    made.titles.master,
    services,
    made.titles.song
  )
}

export interface MasterReportOptions {
  readonly title: string
  /** Files beside the page; the first is the master. */
  readonly files: readonly string[]
  /** The lossy format that the master is heard decoded from. */
  readonly lossy?: string
  readonly sound: PageSound & { readonly script: string }
}
/** @returns one self-contained HTML document; all text from outside is escaped */
export function masterReport(result: MasterResult, { title, files, lossy, sound }: MasterReportOptions): string {
  const { measured, master, reasons, played, warnings, graph } = result,
    pictured: Pictured[] = [
      { ...master, title: titles.master, colour: 0 },
      { ...measured.song, title: titles.song, colour: 1 }
    ]
  const sections: Section[] = [
    {
      title: 'Listen',
      html: listenHtml(sound.sound, [{ ...master, title: titles.master, file: files[0]! }]),
      bare: true
    },
    ...(warnings.length ? [{ title: 'Worth knowing first', html: list(warnings, ' class="warn"') }] : []),
    { title: 'What was done', html: list([...reasons, master.reason]) },
    {
      title: 'Where it will play',
      note: 'What each service turns it by, and how loud it then is.',
      html: table(
        ['', 'Turned by', 'Plays at'],
        played.map(({ platform, turn, loudness }) => [
          escapeMarkup(platforms[platform].title),
          `${signedFigure(turn)} dB`,
          fixed(loudness, 'LUFS')
        ])
      )
    },
    { title: 'Pictures', html: `<div class="pictures">${tone(pictured)}${overTime(pictured)}${width(pictured)}</div>` },
    { title: 'Figures', html: figuresTable(pictured) },
    chainSection(graph),
    { title: 'Files', html: list(files) }
  ]
  return page({
    title,
    lead: `${reasons.length || 'No'} ${reasons.length === 1 ? 'move' : 'moves'} before the limiter. Song and master play equally loud here${lossy ? `; the master is what ${lossy} makes of it, decoded again` : ''}.`,
    head: tiles([
      [fixed(master.measured.integrated, 'LUFS'), 'master'],
      [fixed(master.measured.truePeak, 'dBTP'), 'true peak'],
      [fixed(measured.song.measured.integrated, 'LUFS'), 'song'],
      [fixed(master.limiting, 'LU'), 'taken by the limiter']
    ]),
    sections,
    style: deckStyle + listenStyle,
    tail: soundTail(sound.audio, sound.sound, sound.script)
  })
}
