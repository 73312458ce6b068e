import { type Clip, defaultsOf } from '@mixwright/dsp'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  analyse,
  bass,
  chords,
  clip,
  delayed,
  hat,
  kick,
  noise,
  pad,
  rate,
  scaled,
  snare,
  sum,
  voice
} from '../../test/stems.ts'
import { foundIn } from '../report/found.ts'
import type { StemAnalysis } from './analysis.ts'
import { consoleGraph, stemIds, stemOutput } from './console.ts'
import { decide, type MixOptions } from './decide.ts'
import type { Decisions } from './decisions.ts'
import { mixOptions } from './options.ts'
import { compareStems } from './relations.ts'
import { assignRoles } from './role-signal.ts'

type Stems = Record<string, Float32Array | Float32Array[]>
const options = defaultsOf(mixOptions),
  ports = (stems: Stems) =>
    Object.entries(stems).map(([name, x]) => ({ name, channels: (Array.isArray(x) ? 2 : 1) as 1 | 2 }))
const heard = new Map<Stems, Promise<readonly [Clip[], StemAnalysis[]]>>()
async function listen(stems: Stems): Promise<readonly [Clip[], StemAnalysis[]]> {
  const clips = Object.values(stems).map(x => clip(...(Array.isArray(x) ? x : [x])))
  return [clips, await Promise.all(Object.keys(stems).map((name, i) => analyse(clips[i]!, name)))]
}
type Compared = ReturnType<typeof compareStems>
const compared = new Map<Stems, Compared>()
/** Stems are read once, and compared once where nobody says their roles. */
async function decided(
  stems: Stems,
  change: Partial<MixOptions> = {},
  roles?: Record<string, string>
): Promise<Decisions> {
  if (!heard.has(stems)) heard.set(stems, listen(stems))
  const [clips, analyses] = await heard.get(stems)!,
    assigned = assignRoles(analyses, roles),
    compare = () =>
      compareStems(
        clips,
        analyses,
        assigned.map(a => a.role)
      )
  if (!roles && !compared.has(stems)) compared.set(stems, compare())
  return decide(analyses, assigned, await (roles ? compare() : compared.get(stems)!), { ...options, ...change })
}
const stemOf = (decisions: Decisions, name: string) => decisions.stems.find(stem => stem.stem === name)!

const k = kick(8),
  s = snare(8),
  h = hat(8),
  v = voice(8)
const song: Stems = {
  Kick: k,
  Snare: s,
  HH: h,
  Bass: bass(8),
  'Gtr L': chords(8),
  'Gtr R': sum(chords(8), noise(8, 0.003, 9)),
  Keys: scaled(delayed(chords(8), 30000), -9),
  Pad: pad(8),
  'Lead Vox': sum(v, noise(8, 0.0002, 4)),
  'BGV 1': voice(8, 21),
  'BGV 2': voice(8, 22),
  'Vox copy': scaled(sum(v, noise(8, 0.0002, 4)), -6),
  Empty: new Float32Array(8 * rate)
}

describe('decide', () => {
  let decisions: Decisions
  beforeAll(async () => {
    decisions = await decided(song)
  })

  it('gives a reason for everything', () => {
    const reasons = [
      ...decisions.stems.flatMap(stem => [
        stem.fader,
        ...(stem.pan ? [stem.pan] : []),
        ...stem.chain,
        ...stem.sends,
        ...(stem.muted ? [stem.muted] : [])
      ]),
      ...decisions.groups.flatMap(group => group.glue ?? []),
      ...decisions.returns.flatMap(one => [one, ...one.chain]),
      ...decisions.mixBus
    ].map(d => d.reason)
    expect(reasons.length).toBeGreaterThan(40)
    for (const reason of reasons) {
      expect(reason).toMatch(/^[A-Z].{8,}[.!]$/s)
      expect(reason).not.toMatch(/NaN|undefined|Infinity|\n/)
    }
  })
  it('mutes what is silent or said twice', () => {
    expect(stemOf(decisions, 'Empty').muted!.reason).toMatch(/^Silent/)
    expect(stemOf(decisions, 'Vox copy').muted!.reason).toMatch(/^The same as Lead Vox/)
    expect(decisions.stems.filter(stem => stem.muted)).toHaveLength(2)
  })
  it('keeps low and leading parts in the middle, pairs and like parts apart', () => {
    for (const name of ['Kick', 'Snare', 'Bass', 'Lead Vox']) expect(stemOf(decisions, name).pan).toBeUndefined()
    expect(stemOf(decisions, 'Gtr L').pan!.pan).toBeLessThan(-0.5)
    expect(stemOf(decisions, 'Gtr R').pan!.pan).toBeGreaterThan(0.5)
    expect(stemOf(decisions, 'BGV 1').pan!.pan * stemOf(decisions, 'BGV 2').pan!.pan).toBeLessThan(0)
  })
  it('is plain data, the same every time', async () => {
    expect(JSON.parse(JSON.stringify(decisions))).toEqual(decisions)
    expect(await decided(song)).toEqual(decisions)
  })
  it('does what the user asks for', async () => {
    const two: Stems = { Keys: scaled(chords(8), 5), 'Lead Vox': v }
    const louder = await decided(song, { vocals: 3 }),
      difference = (d: Decisions) => stemOf(d, 'Lead Vox').fader.gain - stemOf(d, 'Bass').fader.gain
    expect(difference(louder) - difference(decisions)).toBeCloseTo(3, 0)
    expect(
      (await decided(song, { dynamics: 0 })).stems.flatMap(stem => stem.chain.filter(device => device.slot === 'comp'))
    ).toEqual([])
    expect(
      (await decided(song, { tone: 0 })).stems.flatMap(stem =>
        stem.chain.filter(device => device.slot.startsWith('eq'))
      )
    ).toEqual([])
    expect(stemOf(await decided(song, {}, { Pad: 'strings' }), 'Pad')).toMatchObject({
      role: 'strings',
      confidence: 1,
      roleFrom: 'you'
    })
    const apart = ({ stems }: Decisions) => Math.abs(stems[0]!.fader.gain - stems[1]!.fader.gain),
      [none, half, all] = (await Promise.all([0, 0.5, 1].map(balance => decided(two, { balance })))) as [
        Decisions,
        Decisions,
        Decisions
      ]
    expect(apart(none)).toBe(0)
    expect(apart(all)).toBeGreaterThan(3)
    expect(apart(half)).toBeCloseTo(apart(all) / 2, 0)
    await expect(decided(song, {}, { Pda: 'strings' })).rejects.toThrow('did you mean Pad')
    await expect(decided(song, {}, { Pad: 'stings' })).rejects.toThrow('did you mean strings')
  })
})

describe('levels', () => {
  it('puts whole stems where six human mixes have them: vocals +2, bass -3, other -2 LU against the drums', async () => {
    const stems = { drums: sum(k, s, h), bass: scaled(bass(8), 7), other: scaled(chords(8), -11), vocals: v },
      clips = Object.values(stems).map(x => clip(x))
    const {
        stems: [drums, low, other, vocals]
      } = await decided(stems),
      levels = await Promise.all(clips.map(async c => (await analyse(c, 'x')).loudness))
    const level = (i: number, gain: number) => levels[i]! + gain - levels[0]! - drums!.fader.gain
    // Faders are rounded to 0.1 dB, group sums shift by less than 0.3 dB unseen.
    expect(Math.abs(level(1, low!.fader.gain) + 3)).toBeLessThan(0.4)
    expect(Math.abs(level(2, other!.fader.gain) + 2)).toBeLessThan(0.4)
    expect(Math.abs(level(3, vocals!.fader.gain) - 2)).toBeLessThan(0.4)
  })
  it('leaves the microphones of a kit nearly as they were recorded, where equal loudness would raise bleed', async () => {
    const bleed = (x: Float32Array, dB: number, late: number) => scaled(delayed(x, late), dB)
    const mics = {
      Kick: sum(k, bleed(s, -25, 50)),
      Snare: sum(s, bleed(k, -18, 60), bleed(h, -14, 40)),
      Tom: sum(bleed(k, -34, 70), bleed(s, -30, 80), bleed(h, -36, 60), noise(8, 1e-4, 3)),
      'OH L': sum(bleed(k, -16, 120), bleed(s, -10, 110), bleed(h, -6, 90)),
      'OH R': sum(bleed(k, -16, 125), bleed(s, -10, 118), bleed(h, -8, 99))
    }
    const { stems } = await decided(mics),
      gains = stems.map(stem => stem.fader.gain),
      levels = await Promise.all(Object.values(mics).map(async x => (await analyse(clip(x), 'x')).loudness))
    expect(Math.max(...levels) - Math.min(...levels)).toBeGreaterThan(15)
    expect(Math.max(...gains) - Math.min(...gains)).toBeLessThanOrEqual(4.1)
    expect(stemOf({ stems } as unknown as Decisions, 'Tom').fader.reason).toMatch(/^Microphone of a kit; it hears/)
  })
})

describe('repairs', () => {
  it('leaves a clean stem alone', async () => {
    expect(stemOf(await decided({ Pad: pad(8), Drums: sum(k, s) }), 'Pad').chain).toEqual([])
  })
  it('blocks DC, cuts rumble below the lowest note, notches hum, flips and aligns a second microphone', async () => {
    const sine = (f: number, level: number) => v.map((_, i) => level * Math.sin((2 * Math.PI * f * i) / rate)),
      types = (d: Decisions, name: string) => stemOf(d, name).chain.map(device => device.type)
    const bad = await decided(
      {
        'Lead Vox': sum(
          v.map(x => x + 0.02),
          sine(28, 0.1)
        ),
        Hum: sum(v, sine(60, 0.01), sine(120, 0.01), sine(180, 0.01))
      },
      {},
      { Hum: 'lead-vocal' }
    )
    // The high-pass takes the offset with it.
    expect(types(bad, 'Lead Vox')[0]).toBe('highpass')
    expect(stemOf(bad, 'Lead Vox').chain[0]!.reason).toMatch(
      /^High-pass at .* of its energy lies below its lowest held note/
    )
    expect(types(await decided({ Kick: k.map(x => x + 0.02) }), 'Kick')[0]).toBe('dc-block')
    expect(
      stemOf(bad, 'Hum')
        .chain.filter(device => device.slot.startsWith('hum'))
        .map(device => device.params.frequency)
    ).toEqual([60, 120, 180])
    const two = await decided({
      'Snare Top': s,
      'Snare Bot': sum(
        scaled(delayed(s, 30), -4).map(x => -x),
        noise(8, 0.001, 2)
      ),
      Kick: k
    })
    expect(types(two, 'Snare Bot')).toContain('polarity')
    expect(stemOf(two, 'Snare Top').chain.find(device => device.slot === 'align')!.params.samples).toBe(30)
    expect([...foundIn(bad), ...foundIn(two)].map(({ stem, what, remedy }) => [stem, what, remedy])).toEqual([
      ['Lead Vox', 'DC offset', 'Removed.'],
      ['Hum', 'Hum', 'Notched (3 filters).'],
      ['Snare Top', 'Timing', 'Delayed to match.'],
      ['Snare Bot', 'Noise', undefined],
      ['Snare Bot', 'Polarity', 'Flipped.']
    ])
  })
})

describe('the console', () => {
  it('gives out every signal that enters the mix bus, with the same gain', async () => {
    const graph = consoleGraph(await decided(song), ports(song)),
      key = (edge: (typeof graph.edges)[number]) => JSON.stringify([edge.from, edge.gain ?? 0])
    const entering = graph.edges.filter(edge => edge.to[0] === 'mix-bus/sum'),
      given = graph.edges.filter(edge => edge.to[0] === 'output' && edge.to[1].startsWith('stem:'))
    expect(entering.length).toBeGreaterThan(11)
    expect(given.map(key).sort()).toEqual(entering.map(key).sort())
    expect(new Set(given.map(edge => edge.to[1])).size).toBe(given.length)
    expect(graph.edges.filter(edge => edge.to[1] === 'mix-input')).toEqual([
      { from: ['mix-bus/sum', 'main'], to: ['output', 'mix-input'] }
    ])
  })
  it('names stems uniquely and safely', () => {
    expect(stemIds(['Kick.wav', 'kick.flac', 'a/b:c', 'mix', 'Käse 1', '...'])).toEqual([
      'Kick',
      'kick-2',
      'a-b-c',
      'mix-2',
      'Käse-1',
      'stem'
    ])
    expect(stemOutput('Kick')).toBe('stem:Kick')
  })
})
