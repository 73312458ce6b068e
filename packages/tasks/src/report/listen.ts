/** The player of a report: passages of the song in versions that are equally loud. */
import { escapeMarkup } from '@mixwright/graph'
import type { ReportSound } from '../audition/sound.ts'
import { deckHtml } from './deck.ts'
import { clock, fixed, type Heard, signedFigure } from './figures.ts'
import { table } from './page.ts'

export function listenHtml(sound: ReportSound, heard: readonly Heard[]): string {
  const keys = sound.versions.filter(version => !version.other).length,
    reference = sound.versions.some(version => version.other)
  const moments = sound.moments
    .map(
      ({ title, start }, m) =>
        `<button type="button" data-moment="${m}" aria-pressed="false">${escapeMarkup(title)} <span class="at">${clock(start)}</span></button>`
    )
    .join('')
  return `<noscript><p class="warn">The player needs JavaScript; allow it for this file.</p></noscript>
${deckHtml({ seconds: sound.seconds, below: `<div class="row moments" role="group" aria-label="Passage">${moments}</div><p id="hearing" class="hearing" role="status"></p>` })}
<details class="keys"><summary>Keys, and how loud the versions really are</summary><p><kbd>Space</kbd> plays and pauses, <kbd>1</kbd> … <kbd>${keys}</kbd> choose a version${reference ? ', <kbd>0</kbd> the reference' : ''}, <kbd>[</kbd> and <kbd>]</kbd> set the loop, <kbd>\\</kbd> clears it. Where a move is heard, <kbd>B</kbd> takes it out and brings it back, <kbd>D</kbd> plays the difference alone. Or drag over the picture of the sound.</p><p>Within a passage all versions have the same integrated loudness, so that the louder one has no advantage. They were turned by:</p>${gains(sound)}</details>
${heard.length ? `<details><summary>Whole files <small>beside this page</small></summary>${wholeFiles(heard)}</details>` : ''}`
}

const gains = ({ versions, moments }: ReportSound): string =>
  table(
    ['', ...moments.map(({ title, start }) => `${title}, ${clock(start)}`)],
    versions.map(version => [
      escapeMarkup(version.title),
      ...version.moments.map(one =>
        one ? `${signedFigure(one.gain)} dB, from ${fixed(one.loudness, 'LUFS')}` : 'silent'
      )
    ])
  )

export const wholeFiles = (heard: readonly Heard[]): string =>
  heard
    .map(
      ({ file, title }) =>
        `<h3>${escapeMarkup(title)}</h3><audio controls preload="none" src="${escapeMarkup(encodeURI(file))}"></audio>`
    )
    .join('')

export const listenStyle = `
.moments button{flex:1 1 8rem;line-height:1.25;min-height:2rem;padding:.2rem .6rem;font-size:.85rem}.at{opacity:.75;font-variant-numeric:tabular-nums;font-weight:400}
.hearing{margin:.1rem 0;font-size:.9rem;font-weight:600;color:var(--c1);overflow-wrap:anywhere}.hearing:empty{display:none}
.keys .scroll{margin:.5rem 0}
.moves{list-style:none;padding:0;margin:.5rem 0}.move{display:grid;grid-template-columns:1fr auto;gap:.2rem 1.2rem;align-items:start;border-top:1px solid var(--line);padding:.6rem 0;margin:0}.moves>.move:first-child{border-top:0}
.move p{margin:.1rem 0 0;color:var(--soft);font-size:.9rem;overflow-wrap:anywhere}.move .by{display:block;margin-top:.15rem;color:var(--soft);font-size:.8rem;overflow-wrap:anywhere}.move .setting{color:var(--soft);font-size:.85rem;font-variant-numeric:tabular-nums}.move b{font-weight:600}.move .who{color:var(--c0);overflow-wrap:anywhere}
.hear{text-align:right;min-width:9rem}.hear small{display:block;color:var(--soft);font-size:.8rem;margin-top:.2rem}.ways{display:inline-flex}.ways button{border-radius:0;min-height:2.2rem;padding:.2rem .7rem;font-size:.85rem;margin-left:-1px}.ways button:first-child{border-radius:10px 0 0 10px;margin:0}.ways button:last-child{border-radius:0 10px 10px 0}
.card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:.2rem .9rem}
@media(max-width:40rem){.move{grid-template-columns:1fr}.hear{text-align:left;display:flex;flex-wrap:wrap;gap:.2rem .7rem;align-items:center}.move .setting{display:block}.choices button{font-size:.82rem;line-height:1.2;padding:.3rem .15rem;min-width:3.9rem}.deck .moments{gap:.3rem}}
@media print{.deck,.ways{display:none}}`
