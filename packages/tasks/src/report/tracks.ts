/** Track by track: what each is taken for, what was found, what was done and why. */
import { escapeMarkup } from '@mixwright/graph'
import type { Decisions, StemDecision } from '../mix/decisions.ts'
import type { Master } from '../mix/master.ts'
import { type Move, movesOf } from '../mix/moves.ts'
import { signedFigure } from './figures.ts'
import type { Found } from './found.ts'
import { type Audible, moveHtml, settings, titleOf } from './moves.ts'

const movesHtml = (moves: readonly Move[], decisions: Decisions, heard: Audible): string =>
  `<ul class="moves">${moves.map(move => moveHtml(move, decisions, heard)).join('')}</ul>`

export function tracksHtml(decisions: Decisions, found: readonly Found[], heard: Audible): string {
  const moves = movesOf(decisions)
  return decisions.stems
    .map(stem => {
      const own = moves.filter(move => move.of === stem.stem && move.id.startsWith(`${stem.stem}/`)),
        faults = found.filter(one => one.stem === stem.stem)
      return `<details class="track"><summary><span class="name">${escapeMarkup(stem.stem)}</span>${chips(stem, own, faults, heard)}</summary><p class="note">Taken for ${escapeMarkup(stem.role)}, ${Math.round(stem.confidence * 100)} % sure (by ${escapeMarkup(stem.roleFrom)}).</p>${faults.length ? `<ul class="warn">${faults.map(one => `<li>${escapeMarkup(one.text)}</li>`).join('')}</ul>` : ''}${own.length ? movesHtml(own, decisions, heard) : '<p class="note">Left as it is.</p>'}</details>`
    })
    .join('')
}

function chips(stem: StemDecision, moves: readonly Move[], faults: readonly Found[], { sound }: Audible): string {
  const heard = moves.filter(move => sound?.moves.some(one => one.id === move.id)).length,
    count = (n: number, one: string) => `${n} ${one}${n === 1 ? '' : 's'}`
  return [
    ['role', stem.role],
    ...(stem.muted ? [['bad', 'muted']] : [['', `${signedFigure(stem.fader.gain)} dB`]]),
    ['', count(moves.length, 'move')],
    ...(heard ? [['ear', `${heard} to hear`]] : []),
    ...(faults.length ? [['bad', count(faults.length, 'fault')]] : [])
  ]
    .map(([kind, text]) => `<span class="chip ${kind}">${escapeMarkup(text!)}</span>`)
    .join('')
}

/** What is shared: glue, mix bus, returns, mastering. */
export function busesHtml(decisions: Decisions, master: Master, heard: Audible): string {
  const shared = movesOf(decisions).filter(({ kind }) => kind === 'glue' || kind === 'bus'),
    row = (what: string, setting: string, reason: string) =>
      `<li class="move"><div class="what"><b>${escapeMarkup(what)}</b> <span class="setting">${escapeMarkup(setting)}</span><p>${escapeMarkup(reason)}</p></div></li>`
  return `<ul class="moves">${[
    ...decisions.groups.flatMap(({ group, gain }) =>
      gain ? [row(`${group} bus`, `${signedFigure(gain)} dB`, 'Asked for.')] : []
    ),
    ...shared.map(move => moveHtml(move, decisions, heard, true)),
    ...decisions.returns.map(one =>
      row(
        one.name,
        one.chain.map(device => [titleOf(device), settings(device)].filter(text => text).join(' ')).join(' → '),
        [one.reason, ...one.chain.map(device => device.reason)].join(' ')
      )
    ),
    row('Master', `${signedFigure(master.gain)} dB, ceiling ${master.ceiling} dBTP`, master.reason)
  ].join('')}</ul>`
}

export const trackStyle = `
.track summary,.track .name{overflow-wrap:anywhere}.track summary{display:flex;flex-wrap:wrap;gap:.3rem .5rem;align-items:center}.track summary::before{content:"▸";color:var(--soft)}.track[open] summary::before{content:"▾"}.track summary::-webkit-details-marker{display:none}.track .name{flex:1 1 8rem}
.chip{font-weight:400;font-size:.8rem;color:var(--soft);border:1px solid var(--line);border-radius:99px;padding:.05rem .55rem;font-variant-numeric:tabular-nums;white-space:nowrap}.chip.bad{color:var(--warn);border-color:currentColor}.chip.ear{color:var(--c0);border-color:currentColor}.chip.role{background:var(--bg)}
.found{list-style:none;padding:0;display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,18rem),1fr));gap:.7rem;margin:.6rem 0}.found li{background:var(--card);border:1px solid var(--line);border-left:4px solid var(--warn);border-radius:10px;padding:.6rem .9rem;margin:0;overflow-wrap:anywhere}.found .who{color:var(--soft);float:right;margin-left:.6rem}.found p{margin:.3rem 0 0;font-size:.92rem}.found .remedy{color:var(--c2)}.found .remedy.none{color:var(--warn)}`
