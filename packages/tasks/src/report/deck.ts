/** The player of a page: markup and style. What moves in it is the script that the host has bundled. */

export interface DeckOptions {
  /** Of the excerpt. */
  readonly seconds: number
  /** More buttons in the lower row, in front of those of the loop. */
  readonly more?: string
  /** More lines below. */
  readonly below?: string
}

export const deckHtml = ({ seconds, more = '', below = '' }: DeckOptions): string =>
  `<section class="deck" id="deck" aria-label="Player">
<div class="row"><button type="button" id="play" class="play" disabled><span aria-hidden="true">▶</span><span class="word">Play</span></button><div id="choices" class="choices" role="group" aria-label="Which version is heard"></div></div>
<canvas id="timeline" class="timeline" tabindex="0" role="slider" aria-label="Position in the excerpt" aria-valuemin="0" aria-valuemax="${seconds.toFixed(1)}" aria-valuenow="0"></canvas>
<div class="row small"><output id="time" class="time">0:00</output>${more}<span class="spring"></span><button type="button" id="loop-from">Loop from here</button><button type="button" id="loop-to">to here</button><button type="button" id="loop-all" disabled>Whole</button></div>
${below}<p id="status" class="status" role="status">Loading …</p>
</section>`

/** The data of a script, in an element of the id: nothing in it may look like its end. */
export const dataElement = (id: string, data: unknown): string =>
  `<script type="application/json" id="${id}">${JSON.stringify(data).replaceAll('<', '\\u003c')}</script>\n`
export const audioElement = (id: string, type: string, base64: string): string[] => [
  `<script type="text/plain" id="audio-${id}">data:${type};base64,`,
  base64,
  '</script>\n'
]
/** Behind everything: the sounds of a page, what is known of them, and what plays them. */
export const soundTail = (
  audio: Iterable<readonly [id: string, base64: string]>,
  data: unknown,
  script: string
): string =>
  [
    ...[...audio].flatMap(([id, text]) => audioElement(id, 'audio/flac', text)),
    dataElement('sound', data),
    scriptElement(script)
  ].join('')
export const scriptElement = (script: string): string => `<script>${script.replace(/<\/(script)/gi, '<\\/$1')}</script>`
export const scriptPolicy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"

export const deckStyle = `
button{font:inherit;color:inherit;background:var(--card);border:1px solid var(--line);border-radius:10px;padding:.45rem .85rem;min-height:2.6rem;cursor:pointer;touch-action:manipulation}
button:hover:not(:disabled){border-color:var(--soft)}button:disabled{opacity:.45;cursor:default}
button.primary,button[aria-pressed=true],.play{background:var(--c0);border-color:var(--c0);color:var(--bg);font-weight:600}
:focus-visible{outline:3px solid var(--c1);outline-offset:2px}
[hidden]{display:none!important}
.row{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center;margin:.6rem 0}.spring{flex:1}.row .note{flex:1 1 12rem}
.deck{position:sticky;top:0;z-index:2;background:var(--bg);padding:.6rem 0 .4rem;margin-top:1rem;border-bottom:1px solid var(--line)}
.deck .row{margin:.35rem 0}.deck .small button{min-height:2rem;padding:.15rem .6rem;font-size:.85rem}
.play{min-width:6.2rem;display:inline-flex;gap:.5rem;align-items:center;justify-content:center}.play span:first-child{width:1em}
.choices{display:flex;flex:1;gap:.4rem;flex-wrap:wrap}.choices button{flex:1 1 2.6rem;min-width:2.6rem;font-weight:600;padding:.45rem .3rem}
.choices .reference{flex:1.6 1 6rem;font-weight:400}.choices .reference[aria-pressed=true]{font-weight:600}
.timeline{display:block;width:100%;height:56px;border:1px solid var(--line);border-radius:10px;background:var(--card);cursor:crosshair;touch-action:pan-y}
.time{font-variant-numeric:tabular-nums;color:var(--soft);font-size:.85rem}.status{color:var(--soft);font-size:.9rem;margin:.2rem 0;min-height:1.4em}.deck .status:empty{display:none}
.keys{margin-top:.8rem}kbd{font:inherit;font-size:.85em;border:1px solid var(--line);border-bottom-width:2px;border-radius:5px;padding:.05rem .35rem;background:var(--bg)}.keys p{margin:.4rem 0 0}
@media(max-width:30rem){.play{min-width:3rem;padding:.45rem .6rem}.play .word{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}main{padding:1rem .8rem 3rem}.deck .small{gap:.3rem}.deck .small button{padding:.15rem .45rem;font-size:.8rem}h1{font-size:1.5rem}.lead{font-size:1rem}.timeline{height:44px}}`
