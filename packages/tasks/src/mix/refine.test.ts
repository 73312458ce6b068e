import { createRandom, defaultsOf, measureBarkFrames, measureLoudness } from '@mixwright/dsp'
import { leadOf } from '@mixwright/estimate'
import { render } from '@mixwright/graph'
import { beforeAll, describe, expect, it } from 'vitest'
import { kernels } from '../../../dsp/test/kernels.ts'
import { analyse, bass, clip, filtered, kick, type Mono, noise, rate, scaled, sum, voice } from '../../test/stems.ts'
import { consoleGraph, stemIds, stemOutput } from './console.ts'
import { decide } from './decide.ts'
import type { Decisions } from './decisions.ts'
import { joined, passages } from './excerpts.ts'
import { mixOptions } from './options.ts'
import { refineGraph } from './refine.ts'
import { createRig, price, type Rig } from './refine-rig.ts'
import { passagesFor, refinedDecisions, refineJobOf, withRooms } from './refinement.ts'
import { compareStems, type Relations } from './relations.ts'
import { assignRoles } from './role-signal.ts'

const seconds = 6,
  low = (x: Mono) => filtered(x, 300, false),
  // Hiss where a voice has its consonants: a part that covers it, and one far below that does not.
  covering = scaled(filtered(filtered(noise(seconds, 0.1, 3), 2000, true), 4000, false), 6),
  below = low(low(low(noise(seconds, 0.4, 4))))
const song: Record<string, Mono> = {
  vocals: voice(seconds),
  synth: covering,
  pad: below,
  bass: bass(seconds),
  kick: kick(seconds)
}
const names = Object.keys(song),
  ports = names.map(name => ({ name, channels: 1 as const })),
  options = defaultsOf(mixOptions)

async function decided() {
  const { job, clips, byRule, analyses, relations } = await prepared(),
    found = await refineGraph(job, clips, { kernels })
  return {
    byRule,
    analyses,
    relations,
    found,
    decided: (amount: number) => refinedDecisions(withRooms(byRule, analyses), found, amount)
  }
}
async function prepare() {
  const clips = names.map(name => clip(song[name]!)),
    analyses = await Promise.all(clips.map((c, i) => analyse(c, names[i]!))),
    roles = assignRoles(analyses, { synth: 'synth', pad: 'pad' }),
    relations = await compareStems(
      clips,
      analyses,
      roles.map(r => r.role)
    ),
    byRule = decide(analyses, roles, relations, options),
    job = refineJobOf(withRooms(byRule, analyses), ports, analyses, relations)!,
    ids = stemIds(names)
  return { byRule, analyses, relations, job, clips: Object.fromEntries(ids.map((id, i) => [id, clips[i]!])) }
}
let ready: ReturnType<typeof prepare> | undefined
const prepared = () => (ready ??= prepare())
/** Each stem as it enters the mix bus, over the whole song. */
async function processed(decisions: Decisions) {
  const ids = stemIds(names),
    audio = await render(
      consoleGraph(decisions, ports),
      Object.fromEntries(names.map((name, i) => [ids[i]!, [song[name]!]])),
      { kernels, sampleRate: rate, tail: 0 }
    )
  return Object.fromEntries(names.map((name, i) => [name, audio[stemOutput(ids[i]!)]!]))
}
const glimpses = async (decisions: Decisions) =>
  leadOf<string>(
    Object.fromEntries(
      Object.entries(await processed(decisions)).map(([name, audio]) => [name, measureBarkFrames(audio, rate)])
    ),
    'vocals'
  ).glimpses!
const roomOf = (decisions: Decisions, stem: string) =>
  decisions.stems.find(s => s.stem === stem)!.chain.find(device => device.slot === 'eq-room')

describe('createRig', () => {
  let rig: Rig, byRule: Decisions
  beforeAll(async () => {
    const made = await prepared()
    byRule = made.byRule
    rig = await createRig(made.job, made.clips, kernels)
  })
  it('has the gradient of its loss, levels held', () => {
    // Central differences along the bells; the engine has single precision, hence steps of 2 % and 1 % of tolerance.
    const random = createRandom(7),
      direction = new Float64Array(rig.knobs.count),
      at = (t: number) => direction.map(d => 0.4 * d + t * d)
    for (const { gain } of rig.bells) direction[gain] = direction[gain + 1] = random.between(-1, 1)
    const slope = (rig.evaluate(at(0.02)).loss - rig.evaluate(at(-0.02)).loss) / 0.04,
      { gradient } = rig.evaluate(at(0)),
      along = direction.reduce((sum, d, i) => sum + d * gradient[i]!, 0)
    expect(Math.abs(slope)).toBeGreaterThan(0.05)
    expect(Math.abs(along / slope - 1)).toBeLessThan(0.01)
  })
  it('asks less for bells where they are urgent, and knows what the recordings let through', () => {
    const one = new Float64Array(rig.knobs.count)
    one[rig.bells.find(({ strip }) => strip !== 0)!.gain] = -2
    const [dear, cheap] = [1, 0.25].map(dearness => rig.evaluate(one, dearness).loss)
    expect(dear! - cheap!).toBeCloseTo(0.75 * price.bell * 4, 6)
    // Nothing but gains between the recordings and their glimpses: the measure of other tests, with its soft edge.
    const at = (name: string) => {
      const { gain } = byRule.stems.find(s => s.stem === name)!.fader
      return measureBarkFrames([song[name]!.map(v => v * 10 ** (gain / 20))], rate)
    }
    const hard = leadOf<string>(Object.fromEntries(names.map(name => [name, at(name)])), 'vocals').glimpses!
    expect(Math.abs(rig.recorded! - hard)).toBeLessThan(0.03)
  })
  it('does not take a louder lead for a clearer one', () => {
    const louder = new Float64Array(rig.knobs.count)
    louder[rig.faders[0]!] = 6
    // Its rooms come up with it.
    expect(rig.evaluate(louder).glimpses).toBeLessThan(rig.evaluate(louder.map(() => 0)).glimpses!)
  })
})

describe('refineGraph', () => {
  let made: Awaited<ReturnType<typeof decided>> & { decisions: Decisions }
  beforeAll(async () => {
    const one = await decided()
    made = { ...one, decisions: one.decided(1) }
  })
  it('brings levels after processing to where the rules want them, read over the whole song', async () => {
    const audio = await processed(made.decisions),
      errors = names.map(name => {
        const rule = made.byRule.stems.find(s => s.stem === name)!.fader.gain,
          dry = [song[name]!, song[name]!]
        return measureLoudness(audio[name]!, rate).integrated - measureLoudness(dry, rate).integrated - rule
      })
    // The passages are the whole song here, the measure is gated and another one.
    for (const error of errors) expect(Math.abs(error)).toBeLessThan(0.5)
    for (const { error } of made.found.strips) if (error) expect(Math.abs(error[1])).toBeLessThan(0.1)
  })
  it('lets step back what covers the voice, and nothing else', () => {
    const room = roomOf(made.decisions, 'synth')!
    expect(room.params.gain).toBeLessThan(-0.6)
    expect(room.params.gain).toBeGreaterThanOrEqual(-4)
    expect(room.params.frequency).toBeGreaterThan(1800)
    expect(room.params.frequency).toBeLessThan(4500)
    expect(roomOf(made.decisions, 'pad')).toBeUndefined()
  })
  it('turns the tone of the lead itself where that brings it out', () => {
    const own = made.decisions.stems[0]!.chain.filter(device => /^eq-(body|presence)$/.test(device.slot))
    expect(own.length).toBeGreaterThan(0)
    for (const { params, cites } of own) {
      expect(Math.abs(params.gain!)).toBeGreaterThanOrEqual(0.6)
      expect(cites).toMatchObject({ measure: 'glimpses', stems: ['vocals'] })
    }
  })
  it('gives a reason that holds: without the bell an independent measure hears less of the voice', async () => {
    const without: Decisions = {
      ...made.decisions,
      stems: made.decisions.stems.map(s => ({ ...s, chain: s.chain.filter(device => device.slot !== 'eq-room') }))
    }
    expect(roomOf(made.decisions, 'synth')!.reason).toMatch(/found by gradient: without it/)
    expect(await glimpses(made.decisions)).toBeGreaterThan(await glimpses(without))
  })
  it('does half of it where half is wanted, and nothing at 0', () => {
    const half = made.decided(0.5),
      none = made.decided(0),
      fader = (decisions: Decisions, stem: string) => decisions.stems.find(s => s.stem === stem)!.fader.gain
    for (const name of names) {
      const rule = fader(made.byRule, name)
      expect(Math.abs(fader(half, name) - (rule + fader(made.decisions, name)) / 2)).toBeLessThan(0.11)
      expect(fader(none, name)).toBe(rule)
    }
    expect(roomOf(none, 'synth')).toBeUndefined()
  })
  it('leaves the fader of a microphone whose own source never leads in the passages', () => {
    const { byRule, analyses, relations } = made,
      turned = (own: Relations['own']) =>
        refineJobOf(withRooms(byRule, analyses), ports, analyses, { ...relations, own })!.strips.map(
          strip => strip.turned
        ),
      bass = names.indexOf('bass')
    expect(turned(relations.own)).toEqual(names.map(() => true))
    expect(
      turned(relations.own.with(bass, { ...relations.own[bass]!, leading: relations.own[bass]!.leading.map(() => 0) }))
    ).toEqual(names.map(name => name !== 'bass'))
  })
})

describe('passages', () => {
  it('hold every stem at work, the weightier ones longer', async () => {
    const rest = new Float32Array(rate * 3),
      at = (x: Mono, position: number) =>
        Float32Array.from([0, 1, 2, 3].flatMap(i => [...(i === position ? x.subarray(0, rate * 3) : rest)])),
      stems = await Promise.all(
        [at(voice(3), 3), at(bass(3), 1)].map((x, i) => analyse(clip(sum(x)), ['vocals', 'bass'][i]!))
      )
    expect(passages(stems, [3, 1], 2, 3)).toEqual([3, 9])
    expect(passages(stems, [3, 1], 1, 3)).toEqual([9])
  })
  it('are fewer for very many stems, so that all of them together stay as long', () => {
    const counts = [
      [1, 3],
      [80, 3],
      [81, 2],
      [120, 2],
      [121, 1],
      [240, 1],
      [241, 0]
    ] as const
    expect(counts.map(([stems]) => passagesFor(stems))).toEqual(counts.map(([, passages]) => passages))
  })
  it('join pieces of a clip', async () => {
    const ramp = clip(new Float32Array(100).map((_, i) => i)),
      two = joined(ramp, [10, 50], 5)
    expect([...(await two.read(0, 11))[0]!]).toEqual([10, 11, 12, 13, 14, 50, 51, 52, 53, 54, 0])
  })
})

it('a console that has stems and nothing else is heard', async () => {
  const { job, clips } = await prepared(),
    strips = job.strips.map(strip => strip.output),
    outputs = Object.fromEntries(Object.entries(job.graph.outputs).filter(([name]) => strips.includes(name))),
    edges = job.graph.edges.filter(({ to }) => to[0] !== 'output' || strips.includes(to[1])),
    bare = await createRig({ ...job, graph: { ...job.graph, outputs, edges } }, clips, kernels)
  expect(bare.hear(new Float64Array(bare.knobs.count)).glimpses).toBeGreaterThan(0.2)
})
