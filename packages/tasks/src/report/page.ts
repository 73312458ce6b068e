/** The frame of a self-contained report: no request to anywhere, light or dark, from a phone's width to paper. */
import type { Registry } from '@mixwright/dsp'
import { draw, escapeMarkup, type Graph } from '@mixwright/graph'

export interface Section {
  readonly title: string
  readonly html: string
  readonly note?: string
  /** Without a heading or a frame of its own. */
  readonly bare?: boolean
}

export interface PageParts {
  readonly title: string
  readonly lead: string
  /** Below the lead. */
  readonly head: string
  readonly sections: readonly Section[]
  /** Beside the style of all pages. */
  readonly style: string
  /** Data and scripts, behind everything. */
  readonly tail: string
}

/** Scripts run only where there is a tail for them. */
export const page = ({ title, lead, head, sections, style: own, tail }: PageParts): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; ${tail ? "script-src 'unsafe-inline'; " : ''}img-src data:; media-src 'self' file: data:">
<title>${escapeMarkup(title)}</title><style>${style}${own}</style></head><body><main><header><h1>${escapeMarkup(title)}</h1><p class="lead">${lead}</p>${head}</header>
${sections.map(({ title, html, note, bare }) => (bare ? html : `<section><h2>${escapeMarkup(title)}</h2>${note ? `<p class="note">${escapeMarkup(note)}</p>` : ''}${html}</section>`)).join('\n')}
<footer>Written by Mixwright. Every figure comes from a measurement; every move can be undone in the graph beside this page.</footer></main>${tail}</body></html>
`

/** Lines of text, escaped here. @param attributes such as ` class="warn"` */
export const list = (items: readonly string[], attributes = ''): string =>
  `<ul${attributes}>${items.map(one => `<li>${escapeMarkup(one)}</li>`).join('')}</ul>`
/** A graph as it is drawn. @param label for those who do not see it */
export const graphFigure = (graph: Graph, label: string, registry?: Registry): string =>
  `<figure class="graph" tabindex="0" aria-label="${escapeMarkup(label)}">${draw(graph, registry)}</figure>`

/** What was done as a graph whose nodes carry their reasons. */
export const chainSection = (graph: Graph): Section => ({
  title: 'The chain',
  note: 'Point at a box for its settings and its reason.',
  html: graphFigure(graph, 'The chain as a graph')
})

export const table = (head: readonly string[], rows: readonly (readonly string[])[], wide = false): string =>
  `<div class="scroll"><table${wide ? ' class="wide"' : ''}><thead><tr>${head.map(cell => `<th scope="col">${escapeMarkup(cell)}</th>`).join('')}</tr></thead><tbody>${rows.map(row => `<tr>${row.map((cell, i) => (i === 0 ? `<th scope="row">${cell}</th>` : `<td>${cell}</td>`)).join('')}</tr>`).join('')}</tbody></table></div>`

export const style = `:root{color-scheme:light dark;--bg:#fbfaf8;--fg:#1d1f21;--soft:#5c6166;--line:#dcd9d3;--card:#fff;--c0:#1f6fb2;--c1:#bd5518;--c2:#2f7d50;--c3:#8458b3;--c4:#6b7280;--warn:#9a4a00}
@media(prefers-color-scheme:dark){:root{--bg:#17181a;--fg:#ececea;--soft:#a5a9ad;--line:#35383b;--card:#1f2123;--c0:#6db1ea;--c1:#f09a63;--c2:#76c796;--c3:#b493dd;--c4:#9aa3af;--warn:#f0b072}}
*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--fg);font:16px/1.55 ui-sans-serif,system-ui,-apple-system,"Segoe UI",sans-serif}
main{max-width:66rem;margin:0 auto;padding:1.5rem 1rem 3rem}h1{overflow-wrap:anywhere;font-size:1.9rem;line-height:1.15;margin:0 0 .4rem;letter-spacing:-.01em}h2{font-size:1.3rem;margin:2.4rem 0 .4rem;letter-spacing:-.005em}h3{font-size:1rem;margin:1.3rem 0 .3rem}
.lead{font-size:1.1rem;color:var(--soft);margin:0;max-width:46rem}.note,footer,.legend{color:var(--soft);font-size:.9rem}footer{margin-top:3rem;border-top:1px solid var(--line);padding-top:1rem}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:.6rem;margin:.8rem 0}.figures div{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:.6rem .8rem}.figures b{display:block;font-size:1.35rem;font-variant-numeric:tabular-nums;white-space:nowrap}.figures span{color:var(--soft);font-size:.85rem}
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:10px;background:var(--card)}table{border-collapse:collapse;width:100%;font-size:.92rem}table.wide{min-width:34rem}th,td{padding:.45rem .7rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}tbody tr:last-child>*{border-bottom:0}thead th{color:var(--soft);font-weight:600}td{font-variant-numeric:tabular-nums}
figure{margin:.6rem 0;background:var(--card);border:1px solid var(--line);border-radius:10px;padding:.6rem;overflow-x:auto}figure svg{display:block;width:100%;height:auto}figcaption{margin:0 0 .4rem;line-height:1.35}figcaption b{font-weight:600}figcaption small{display:block;color:var(--soft)}svg text{font-size:12px;fill:var(--soft);font-family:inherit}.grid{stroke:var(--line)}.line{fill:none;stroke-width:1.8;stroke-linejoin:round}.shift{stroke:var(--soft);stroke-width:2}.zone{fill:var(--c1);opacity:.09}svg .zone-name{fill:var(--c1);font-size:11px}.field{fill:none;stroke:var(--line)}.pictures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:.8rem;align-items:start}.pictures figure{margin:0}.before{fill:var(--card);stroke:var(--soft);stroke-width:1.5}.after{fill:var(--c0)}
.graph svg{width:auto;min-width:0;max-width:none}.graph{max-height:80vh;overflow:auto}.legend{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;margin:.4rem 0 0}.legend i{display:inline-block;width:.8rem;height:.8rem;border-radius:50%;margin-right:.4rem;vertical-align:-.05rem}.legend .ring{border:1.5px solid var(--soft)}
.warn{color:var(--warn)}ul{padding-left:1.2rem;margin:.3rem 0}li{margin:.2rem 0}audio{width:100%;display:block;margin:.2rem 0 .8rem}details{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:.55rem .8rem;margin:.5rem 0}summary{cursor:pointer;font-weight:600}summary small{color:var(--soft);font-weight:400;margin-left:.4rem}code{font-size:.9em}
@media print{body{background:#fff}details{break-inside:avoid}audio{display:none}}`
