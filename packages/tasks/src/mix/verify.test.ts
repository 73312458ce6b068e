import { type Clip, defaultsOf } from '@mixwright/dsp'
import { beforeAll, describe, expect, it } from 'vitest'
import { kernels } from '../../../dsp/test/kernels.ts'
import { inThread } from '../../test/in-thread.ts'
import * as made from '../../test/stems.ts'
import type { StemAnalysis } from './analysis.ts'
import { decide } from './decide.ts'
import type { Decisions } from './decisions.ts'
import { type Move, movesOf } from './moves.ts'
import { mixOptions } from './options.ts'

import { compareStems, type Relations } from './relations.ts'
import { type AssignedRole, assignRoles } from './role-signal.ts'
import { castFor } from './speech.ts'
import { speakersAlike } from './speech-levels.ts'
import { type PresetName, presetRules } from './presets.ts'
import { type Verdict, verify } from './verify.ts'
import { revise } from '../revise/revise.ts'
import { parseSession, type Session, writeSession } from '../revise/session.ts'

const { sum, scaled, noise, delayed, rate } = made,
  seconds = 6,
  sine = (f: number, level: number, long = seconds) =>
    new Float32Array(long * rate).map((_, i) => level * Math.sin((2 * Math.PI * f * i) / rate)),
  offset = (x: Float32Array, by: number) => x.map(v => v + by),
  /** Half as loud from the middle on. */
  falling = (x: Float32Array) => x.map((v, i) => (i < x.length / 2 ? v : v * 0.2)),
  snare = made.snare(seconds),
  vocal = falling(made.voice(seconds))
const song: Record<string, Float32Array[]> = {
  Kick: [made.kick(seconds)],
  'Snare Top': [snare],
  'Snare Bot': [
    sum(
      scaled(delayed(snare, 30), -3).map(v => -v),
      noise(seconds, 0.004, 8)
    )
  ],
  HH: [made.hat(seconds)],
  Bass: [sum(made.bass(seconds), sine(17, 0.15))],
  'Gtr L': [made.chords(seconds)],
  'Gtr R': [offset(sum(delayed(made.chords(seconds), 700), noise(seconds, 0.003, 9)), 0.02)],
  Keys: [delayed(made.chords(seconds), 30000)],
  'Lead Vox': [scaled(sum(vocal, noise(seconds, 0.001, 4)), -9)],
  'Vox copy': [scaled(sum(vocal, noise(seconds, 0.001, 4)), -15)],
  BGV: [made.voice(seconds, 21)],
  Empty: [new Float32Array(seconds * rate)],
  Hiss: [noise(seconds, 1e-5, 3)]
}

const { render } = inThread
interface Made {
  readonly stems: { readonly name: string; readonly clip: Clip }[]
  readonly analyses: StemAnalysis[]
  readonly roles: readonly AssignedRole[]
  readonly relations: Relations
  readonly decisions: Decisions
}
async function mixed(
  song: Record<string, Float32Array[]>,
  preset: PresetName = defaultsOf(mixOptions).preset
): Promise<Made> {
  const stems = Object.entries(song).map(([name, x]) => ({ name, clip: made.clip(...x) })),
    analyses = await Promise.all(stems.map(({ name, clip }) => made.analyse(clip, name))),
    roles = castFor(assignRoles(analyses), presetRules(preset)),
    relations = await compareStems(
      stems.map(stem => stem.clip),
      analyses,
      roles.map(one => one.role)
    )
  const byRule = decide(analyses, roles, relations, { ...defaultsOf(mixOptions), preset })
  return { stems, analyses, roles, relations, decisions: await speakersAlike(stems, byRule, relations, { render }) }
}
const heard = (made: Made, decisions = made.decisions): Promise<Verdict[]> =>
  verify({ ...made, decisions }, made.stems, { kernels, render })
/** Chains and faders alone. */
const dry = ({ stems, groups, ...decisions }: Decisions): Decisions => ({
  ...decisions,
  stems: stems.map(({ pan: _, ride: __, ...stem }) => ({ ...stem, sends: [] })),
  groups: groups.map(({ group, gain }) => ({ group, gain })),
  mixBus: []
})
const kinds: readonly Move['kind'][] = ['mute', 'device', 'fader', 'ride', 'pan', 'send', 'glue', 'bus']

describe('a small song with everything', () => {
  let music: Made, verdicts: Verdict[]
  beforeAll(async () => {
    music = await mixed(song)
    verdicts = await heard(music)
  }, 60_000)

  it('has moves of all kinds, and all of them cite', () => {
    const moves = movesOf(music.decisions)
    expect(new Set(moves.map(move => move.kind))).toEqual(new Set(kinds))
    expect(moves.filter(move => !move.cites)).toEqual([])
  })
  it('bears out every reason', () => {
    if (process.env.SHOW) console.table(verdicts)
    expect(verdicts).toHaveLength(movesOf(music.decisions).length)
    expect(verdicts.filter(one => !one.holds)).toEqual([])
  })
  it('finds planted faults: a filter the wrong way round, a delay on the wrong microphone, a measure of something else', async () => {
    const plain = dry(music.decisions),
      planted = {
        ...plain,
        stems: plain.stems
          .filter(stem => ['Snare Top', 'Snare Bot', 'Bass'].includes(stem.stem))
          .map(stem => ({
            ...stem,
            chain: stem.chain
              .filter(device => ['polarity', 'align', 'hp'].includes(device.slot))
              .map(device => ({
                ...device,
                ...(device.slot === 'hp' && { type: 'lowpass' }),
                ...(device.slot === 'align' && { params: { samples: 200 } }),
                ...(device.slot === 'polarity' && { cites: { measure: 'spread' } as const })
              }))
          }))
      },
      found = await heard(music, planted),
      wrong = found.filter(one => one.kind === 'device' && !one.holds).map(one => one.id)
    expect(wrong).toEqual(['Snare Top/align', 'Snare Bot/polarity', 'Bass/hp'])
  })
  it('is kept in the session, beside what the user asks for, which cites nothing', () => {
    const session: Session = {
        ...music.decisions,
        version: 1,
        folder: '.',
        sampleRate: rate,
        ports: music.stems.map(({ name }) => ({ name, channels: 1 })),
        master: { loudness: -14, ceiling: -1 }
      },
      text = writeSession(session)
    expect(movesOf(parseSession(text)).every(move => move.cites)).toBe(true)
    const { session: revised, done } = revise(
      session,
      'bass up 2; lead vox more room; gtr l brighter; hh pan left 80 %'
    )
    expect(done).toHaveLength(4)
    for (const move of movesOf(revised)) expect(/You asked/.test(move.reason), move.id).toBe(!move.cites)
    for (const [from, to, message] of [
      ['"measure": "dc"', '"measure": "dcc"', /chain\[0\]\.cites\.measure: .*dcc/],
      ['"measure": "dc"', '"measure": "dc", "to": 3', /cites\.to: .*field/],
      ['"measure": "apart",', '"measure": "below",', /pan\.cites\.(stems|to)/]
    ] as const)
      expect(() => parseSession(text.replace(from, to))).toThrow(message)
  })
})

it('recordings are mended where they were broken', async () => {
  const hum = sum(...[60, 120, 180].map(f => sine(f, 0.01, 8))),
    chords = made.chords(seconds),
    broken = await mixed({
      'Snare Top': [snare.map((v, i) => v * (Math.floor(i / rate) % 2 ? 0.25 : 1))],
      Tamb: [made.hat(seconds), new Float32Array(seconds * rate)],
      Keys: [
        chords,
        sum(
          chords.map(v => -v),
          noise(seconds, 0.003, 5)
        )
      ],
      Vox: [sum(made.voice(8), hum)]
    }),
    found = await heard(broken, dry(broken.decisions))
  expect(found.map(one => one.measure)).toEqual(expect.arrayContaining(['hits', 'centre', 'mono', 'line']))
  expect(found.filter(one => !one.holds)).toEqual([])
}, 60_000)

it('a podcast cites everything, and bears it out', async () => {
  const placed = (x: Float32Array, from: number) => {
      const out = new Float32Array(10 * rate)
      out.set(x, from * rate)
      return out
    },
    talk = await mixed(
      {
        host: [sum(placed(made.voice(4), 1), noise(10, 2e-5, 5))],
        guest: [sum(placed(scaled(made.voice(4, 21), -10), 5.5), noise(10, 0.0012, 6))],
        music: [made.chords(10)]
      },
      'podcast'
    ),
    moves = movesOf(talk.decisions)
  expect(moves.map(move => move.id)).toEqual(expect.arrayContaining(['guest/expander', 'music/ride']))
  // What holds a gate open must be gone before it.
  expect(talk.decisions.stems[1]!.chain.map(device => device.slot).slice(0, 2)).toEqual(['hp', 'expander'])
  expect(moves.filter(move => !move.cites)).toEqual([])
  const verdicts = await heard(talk)
  if (process.env.SHOW) console.table(verdicts)
  expect(verdicts.filter(one => !one.holds)).toEqual([])
}, 60_000)
