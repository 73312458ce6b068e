/** What is wrong with the recordings: who, what, and what became of it. */
import { escapeMarkup } from '@mixwright/graph'
import type { Decisions, StemDecision } from '../mix/decisions.ts'
import { type FaultKind, faultKinds, isMendedBy } from '../mix/faults.ts'

export interface Found {
  readonly stem: string
  readonly what: string
  readonly text: string
  /** Undefined: nothing mends it. */
  readonly remedy: string | undefined
}

/** In the order of the stems. */
export const foundIn = ({ stems }: Decisions): Found[] =>
  stems.flatMap(stem =>
    stem.faults.map(({ kind, text }) => ({
      stem: stem.stem,
      text,
      what: faultKinds[kind].title,
      remedy: stem.muted ? 'Left out of the mix.' : remedyOf(kind, stem)
    }))
  )

function remedyOf(kind: FaultKind, { chain }: StemDecision): string | undefined {
  const { length } = chain.filter(device => isMendedBy(kind, device.slot)),
    done = faultKinds[kind].mends?.done
  return length === 0 ? undefined : length === 1 ? `${done}.` : `${done} (${length} filters).`
}

export const foundHtml = (all: readonly Found[]): string =>
  `<ul class="found">${all
    .map(
      ({ stem, what, text, remedy }) =>
        `<li><b>${escapeMarkup(what)}</b><span class="who">${escapeMarkup(stem)}</span><p>${escapeMarkup(text)}</p>${remedy ? `<p class="remedy"><span aria-hidden="true">✓</span> ${escapeMarkup(remedy)}</p>` : '<p class="remedy none"><span aria-hidden="true">!</span> Nothing was done: listen to it yourself.</p>'}</li>`
    )
    .join('')}</ul>`
