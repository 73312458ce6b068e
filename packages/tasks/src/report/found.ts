/** What is wrong with the recordings: who, what, and what became of it. */
import { escapeMarkup } from '@mixwright/graph'
import type { Decisions, Device, StemDecision } from '../mix/decisions.ts'

export interface Found {
  readonly stem: string
  readonly what: string
  readonly text: string
  /** Undefined: nothing mends it. */
  readonly remedy: string | undefined
}

/** How a fault is known by its words, what it is called, and the slots of what mends it. */
const kinds: readonly { readonly what: string; readonly words: RegExp; readonly slots: RegExp }[] = [
  { what: 'Polarity', words: /polarity/i, slots: /^polarity/ },
  { what: 'Timing', words: /earlier|later|timing|\bms\b/i, slots: /^align/ },
  { what: 'Clipping', words: /clipp/i, slots: /^declip/ },
  { what: 'Hum', words: /hum\b/i, slots: /^hum/ },
  { what: 'DC offset', words: /\bdc\b/i, slots: /^dc/ },
  { what: 'One side only', words: /only the (left|right)/i, slots: /^mono/ },
  { what: 'Noise', words: /noise/i, slots: /^gate|^noise/ },
  { what: 'Bleed', words: /bleed/i, slots: /^gate/ },
  { what: 'Duplicate', words: /same|copy|duplicate|twice/i, slots: /^$/ },
  { what: 'Silent', words: /silen/i, slots: /^$/ }
]

/** In the order of the stems. */
export const foundIn = ({ stems }: Decisions): Found[] => stems.flatMap(ofStem)

function ofStem({ stem, muted, faults, chain }: StemDecision): Found[] {
  const found = faults.map((fault): Found => {
    const text: string = fault,
      kind = kinds.find(({ words }) => words.test(text)),
      mended = chain.filter(device => kind?.slots.test(device.slot))
    return { stem, text, what: kind?.what ?? 'Found', remedy: muted ? 'Left out of the mix.' : remedyOf(mended) }
  })
  const late = chain.find(device => device.slot === 'align')
  return [
    ...found,
    ...(late && !found.some(one => one.what === 'Timing')
      ? [{ stem, what: 'Timing', text: late.reason, remedy: 'Delayed to match.' }]
      : [])
  ]
}

/** What follows the colon in the reason of a device says what was done. */
const remedyOf = (devices: readonly Device[]): string | undefined => {
  if (devices.length === 0) return undefined
  const done = devices[0]!.reason.split(': ').at(-1)!.trim(),
    text = `${done[0]!.toUpperCase()}${done.slice(1)}`
  return devices.length > 1 ? `${text.replace(/\.$/, '')} (${devices.length} filters).` : text
}

export const foundHtml = (all: readonly Found[]): string =>
  `<ul class="found">${all
    .map(
      ({ stem, what, text, remedy }) =>
        `<li><b>${escapeMarkup(what)}</b><span class="who">${escapeMarkup(stem)}</span><p>${escapeMarkup(text)}</p>${remedy ? `<p class="remedy"><span aria-hidden="true">✓</span> ${escapeMarkup(remedy)}</p>` : '<p class="remedy none"><span aria-hidden="true">!</span> Nothing was done: listen to it yourself.</p>'}</li>`
    )
    .join('')}</ul>`
