/** The listening page: one file that needs no network. What moves in it is the script that the host has bundled. */
import { escapeMarkup } from '@mixwright/graph'
import { audioElement, dataElement, deckHtml, deckStyle, scriptElement, scriptPolicy } from '../report/deck.ts'
import { style } from '../report/page.ts'
import type { PageTest } from './page-test.ts'
import { ratingRange, type Scale, scales } from './scales.ts'

const title = 'Blind listening'

/** @param wavs id → WAV as base64 @param script of the page @returns pieces of the file, in order */
export const comparePage = (test: PageTest, wavs: ReadonlyMap<string, string>, script: string): string[] => [
  head(),
  body(test),
  ...[...wavs].flatMap(([id, wav]) => audioElement(escapeMarkup(id), 'audio/wav', wav)),
  dataElement('test', test),
  `${scriptElement(script)}</body></html>\n`
]

const head = () => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${scriptPolicy}">
<title>${title}</title><style>${style}${own}</style></head>
`

const body = ({ trials, reference, stimuli, seconds }: PageTest) => `<body><main>
<header><h1>${title}</h1><p class="lead">${stimuli.length} versions, equally loud, ${Math.round(seconds)} seconds each. Switch between them as often as you like: all run in step. Who is who is told at the end.</p></header>
<noscript><p class="warn">This page needs JavaScript; allow it for this file.</p></noscript>
${deckHtml({ seconds })}
<details class="keys"><summary>Keys</summary><p><kbd>Space</kbd> plays and pauses, <kbd>1</kbd> … <kbd>${stimuli.length}</kbd> choose a version${reference ? ', <kbd>0</kbd> the reference' : ''}, <kbd>[</kbd> and <kbd>]</kbd> set the loop, <kbd>\\</kbd> clears it. Or drag over the picture of the excerpt.</p></details>
<section id="rate"><h2>Rate <small id="round"></small></h2><p class="note">Go by what you hear in comparison: the best need not get ${ratingRange.max}, the worst not ${ratingRange.min}.</p>
<div class="scales">${scales.map(scaleBox).join('')}</div>
<details id="comments"><summary>Comments <small>on single versions</small></summary><div id="comment-boxes"></div></details>
<p class="row"><button type="button" id="again" disabled>Rate again in a new order</button><span class="note">Optional: letters are dealt anew, so that your own certainty can be told.</span></p></section>
<section id="abx"><h2>ABX <small>can you tell two apart?</small></h2><p class="note">X is one of the two, drawn anew each time. ${trials} trials; how many were right is told after the last.</p><div id="abx-box"></div></section>
<section id="finish"><h2>Finish</h2>
<div class="fields"><label>Your name or initials<input id="listener" autocomplete="off" maxlength="60"></label><label>Anything else?<textarea id="comment" rows="2" maxlength="4000"></textarea></label></div>
<p class="row"><button type="button" id="reveal" class="primary">Reveal names and results</button><button type="button" id="save">Save answers</button><button type="button" id="open">Open answers …</button><input id="files" type="file" accept=".json,application/json" multiple hidden></p>
<p id="message" class="status" role="status"></p></section>
<section id="results" tabindex="-1" hidden></section>
<dialog id="sure" aria-labelledby="sure-text"><p id="sure-text"></p><p class="row"><button type="button" id="sure-yes" class="primary">Reveal</button><button type="button" id="sure-no">Go on rating</button></p></dialog>
<footer>Made by Mixwright. Nothing leaves this page unless you save it.</footer></main>
`

const scaleBox = ({ key, title: name, question, ends }: Scale) =>
  `<fieldset class="scale" data-scale="${key}"><legend>${name}</legend><p class="note">${question}</p><div class="ends" aria-hidden="true"><span>${ratingRange.min} ${ends[0]}</span><span>${ends[1]} ${ratingRange.max}</span></div><div class="sliders"></div></fieldset>`

const own = `${deckStyle}
h2 small{font-weight:400;color:var(--soft);font-size:.9rem;margin-left:.3rem}
.scales{display:grid;grid-template-columns:repeat(auto-fit,minmax(17.5rem,1fr));gap:.8rem}
.scale{border:1px solid var(--line);border-radius:12px;background:var(--card);padding:.4rem .9rem .7rem;margin:0;min-width:0}.scale legend{font-weight:600;padding:0 .3rem;margin-left:-.3rem}.scale .note{margin:0}
.ends{display:flex;justify-content:space-between;color:var(--soft);font-size:.8rem;margin:.5rem 2.6rem .1rem 3.3rem}
.slider{display:grid;grid-template-columns:2.6rem 1fr 2rem;gap:.7rem;align-items:center;margin:.35rem 0}.slider button{padding:0;font-weight:600;min-height:2.4rem}
.slider input{width:100%;min-width:0;height:2rem;margin:0;accent-color:var(--c0);cursor:pointer;touch-action:pan-y}.slider.unrated input{accent-color:var(--soft);opacity:.5}
.slider output{text-align:right;font-variant-numeric:tabular-nums;font-weight:600}.slider.unrated output{color:var(--soft);font-weight:400}
.slider .who{grid-column:2/4;color:var(--soft);font-size:.82rem;margin-top:-.5rem;overflow-wrap:anywhere}
label{display:block;color:var(--soft);font-size:.9rem}input:not([type=range]),textarea,select{font:inherit;color:var(--fg);background:var(--card);border:1px solid var(--line);border-radius:10px;padding:.45rem .6rem;width:100%;margin-top:.2rem;display:block}textarea{resize:vertical}
.fields{display:grid;grid-template-columns:repeat(auto-fit,minmax(16rem,1fr));gap:.7rem}#comment-boxes{display:grid;grid-template-columns:repeat(auto-fit,minmax(16rem,1fr));gap:.7rem;margin-top:.5rem}
#abx-box label{display:inline-block}#abx-box .row{align-items:end}#abx-box select{width:auto;min-width:5rem}.answers button{flex:1 1 9rem;min-height:3.2rem;font-weight:600}
progress{width:100%;accent-color:var(--c0);height:.6rem}
#results>table{margin:.4rem 0}.scroll td,.scroll th{white-space:nowrap}.scroll td.long{white-space:normal;min-width:12rem;overflow-wrap:anywhere}#results,.scale,#abx-box{scroll-margin-top:11rem}
dialog{border:1px solid var(--line);border-radius:14px;background:var(--card);color:var(--fg);max-width:26rem;padding:1rem 1.3rem}dialog::backdrop{background:#0008}
.key-list{list-style:none;padding:0;display:grid;gap:.4rem;grid-template-columns:repeat(auto-fit,minmax(16rem,1fr))}.key-list li{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:.5rem .8rem;margin:0;overflow-wrap:anywhere}.key-list b{margin-right:.4rem}.key-list small{display:block;color:var(--soft)}
.means{display:grid;gap:.8rem;grid-template-columns:repeat(auto-fit,minmax(17.5rem,1fr));margin:.6rem 0}.means figure{margin:0;overflow:visible}.means figcaption{font-weight:600;margin-bottom:.3rem}
.bar{display:grid;grid-template-columns:minmax(3rem,8rem) 1fr 2.6rem;gap:.6rem;align-items:center;margin:.3rem 0;font-size:.9rem}.bar>span:first-child{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}.bar .track{position:relative;height:.8rem;border-radius:.4rem;background:var(--line)}.bar .fill{position:absolute;inset:0 auto 0 0;border-radius:.4rem;background:var(--c0)}.bar .whisker{position:absolute;top:50%;height:2px;margin-top:-1px;background:var(--fg)}.bar b{text-align:right;font-variant-numeric:tabular-nums}
@media(prefers-reduced-motion:no-preference){.slider output,.bar .fill{transition:color .2s,width .3s}}`
