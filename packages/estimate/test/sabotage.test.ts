/**
 * The short sabotage suite, on an excerpt of the bundled example: that each fault is heard by the measure meant for it.
 * The whole one, on mixes of real songs, is experiments/sabotage.
 */
import type { Audio } from '@mixwright/dsp'
import { beforeAll, expect, it } from 'vitest'
import { renderStems, sampleRate } from '../../../example/stems.ts'
import { judge, type JudgeKey, judgeMeasures, type Judgement } from '../src/index.ts'
import type { FaultName } from './faults.ts'
import { type Bench, benchOf } from './sabotage.ts'

/** Fault, severity, and the measures that must hear it there. */
const heard: readonly (readonly [FaultName, number, readonly JudgeKey[]])[] = [
  ['lead low', 1, ['balance', 'lead', 'glimpses']],
  ['clipped', 1, ['clipping', 'pileUp']],
  ['crushed', 1, ['squashed', 'psr']],
  ['comb', 1, ['comb']],
  ['antiphase', 0, ['antiphase', 'lowEnd']],
  ['too wide', 1, ['monoLoss', 'width']],
  ['harsh', 1, ['bark']],
  ['muddy', 1, ['bark']],
  ['clicks', 1, ['clicks']],
  ['chatter', 2, ['chatter']],
  ['pumping', 2, ['pumping']]
]
/** Levels in dB, pan -1 … 1 and role of each stem: a mix by hand. */
const desk: Readonly<Record<string, readonly [role: string, dB: number, pan: number]>> = {
  'Kick In': ['drums', 4, 0],
  'Snare Top': ['drums', -4, 0],
  Overheads: ['drums', 2, 0],
  'Tom Mic': ['drums', -4, 0.3],
  'Bass DI': ['bass', -7, 0],
  Guitar: ['other', 3, -0.6],
  Keys: ['other', -6, 0],
  Shaker: ['other', -20, 0.5],
  'Lead Vox': ['lead', 6, 0],
  'BV Low': ['other', -12, -0.5],
  'BV High': ['other', -3, 0.5]
}
/** From the second bar of the chorus on, seconds. */
const excerpt = { start: 30, length: 4 } as const

let bench: Bench, clean: Judgement
beforeAll(async () => {
  const frames = excerpt.length * sampleRate,
    roles: Record<string, Audio> = {}
  for (const { name, channels } of renderStems(excerpt.start + excerpt.length)) {
    const set = desk[name]
    if (!set) continue
    const [role, dB, pan] = set,
      to = (roles[role] ??= [new Float32Array(frames), new Float32Array(frames)])
    for (const c of [0, 1]) {
      const x = channels[Math.min(c, channels.length - 1)]!,
        g = 10 ** (dB / 20) * Math.SQRT2 * (c ? Math.sin : Math.cos)(((1 + pan) * Math.PI) / 4)
      for (let i = 0; i < frames; i++) to[c]![i]! += g * x[Math.round(excerpt.start * sampleRate) + i]!
    }
  }
  const mix = [0, 1].map(c =>
    new Float32Array(frames).map((_, i) => Object.values(roles).reduce((s, r) => s + r[c]![i]!, 0))
  )
  bench = await benchOf({ sampleRate, roles, lead: 'lead', bass: 'bass' }, mix)
  clean = judge(bench.clean, bench.clean)
})

it('a mix is at no distance from itself, and has next to none of the artefacts', () => {
  for (const key of ['balance', 'lead', 'bark', 'mid', 'side', 'crest', 'width', 'clicks', 'chatter'] as const)
    expect(clean[key], key).toBe(0)
  // One wave in four seconds may look cut.
  expect(clean.clipping!).toBeLessThan(0.5)
})
it.each(heard)('%s (severity %i) is heard by %s', async (fault, severity, keys) => {
  const needs = judgeMeasures.filter(m => keys.includes(m.key)).map(m => m.needs)
  const faulty = judge(
    await bench.faulty(
      fault,
      severity,
      needs.some(n => n.startsWith('stems'))
    ),
    needs.every(n => n === 'mix') ? undefined : bench.clean
  )
  for (const key of keys) expect(faulty[key]!, key).toBeGreaterThan(clean[key]! + 1e-6)
})
