import { checkDaw, hasReaTwin, hasTwin, readRpp, writeRpp } from '@mixwright/files'
import { type Graph, render } from '@mixwright/graph'
import { beforeAll, describe, expect, it } from 'vitest'
import { kernels } from '../../../dsp/test/kernels.ts'
import { song, songSession } from '../../test/revision.ts'
import { rate } from '../../test/stems.ts'
import { consoleGraph, stemIds } from '../mix/console.ts'
import type { Session } from '../revise/session.ts'
import { toDecibels, toFactors } from './automation.ts'
import { editableSession } from './editable.ts'
import { dawGraph } from './play.ts'
import { printedSession, type Exchange } from './printed.ts'
import { settingsCsv, settingsPage } from './sheet.ts'

let session: Session
beforeAll(async () => {
  session = await songSession()
})

const ids = stemIds(Object.keys(song)),
  recordings = Object.fromEntries(Object.values(song).map((audio, i) => [ids[i]!, audio]))
const play = (graph: Graph, inputs: Readonly<Record<string, readonly Float32Array[]>>, frames?: number) =>
  render(graph, Object.fromEntries(Object.keys(graph.inputs).map(name => [name, inputs[name]!])), {
    sampleRate: rate,
    kernels,
    ...(frames !== undefined && { frames })
  })
/** The session of an export, played from the files that it renders: written as REAPER text and read back. */
async function replayed({ graph, files, session: daw }: Exchange) {
  const made = await play(graph, recordings),
    frames = Object.values(made)[0]![0]!.length,
    { session: read, left } = readRpp(writeRpp(daw(frames / rate)), 'x.rpp'),
    byFile = Object.fromEntries(Object.entries(files).map(([output, file]) => [file, made[output]!])),
    inputs = Object.fromEntries(
      read.tracks.flatMap(({ id, clips }) => (clips[0] ? [[id, byFile[clips[0].file]!]] : []))
    ),
    channels = Object.fromEntries(Object.entries(inputs).map(([id, audio]) => [id, audio.length as 1 | 2]))
  checkDaw(read, 'x')
  const { main } = await play(dawGraph(read, channels), inputs, frames)
  return { main: main!, read, left, frames }
}
const mixOf = async (of: Session) => (await play(consoleGraph(of, of.ports), recordings)).mix!
/** dB of the difference under the first. */
function residual(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  let power = 0,
    rest = 0
  for (const [c, channel] of a.entries())
    for (let i = 0; i < channel.length; i++) {
      power += channel[i]! ** 2
      rest += (channel[i]! - (b[c]![i] ?? 0)) ** 2
    }
  return 10 * Math.log10(rest / power)
}

const bus = (...devices: Session['mixBus']) => ({ ...session, mixBus: devices })
const device = (slot: string, type: string, params: Record<string, number>) => ({
  slot,
  type,
  params,
  reason: 'For the test.'
})
const comp = device('comp', 'compressor', { threshold: -30, ratio: 4, attack: 2, release: 80 })

describe('printed', () => {
  it.each([
    ['as it was decided', () => session],
    [
      'behind a compressor and filters',
      () => bus(device('hs', 'highshelf', { gain: 3 }), comp, device('eq', 'bell', { gain: -4 }))
    ],
    [
      'behind a compressor that a filter drives',
      () => bus({ ...comp, key: { type: 'highpass', params: { frequency: 200 } } })
    ],
    ['behind sides only and a compressor', () => bus(device('m', 'sides', {}), comp)],
    ['behind what cannot be shared out', () => bus(comp, device('sat', 'distortion', { gain: 12 }))]
  ])('adds up to the mix, %s', async (_, of) => {
    const made = of(),
      { main, read, left } = await replayed(printedSession(made, 'song')),
      mix = await mixOf(made)
    expect(left).toEqual([])
    expect(residual(mix, main)).toBeLessThan(-90)
    expect(read.tracks.every(track => track.volume === 1 && track.pan === 0 && track.devices.length === 0)).toBe(true)
  })
  it('is another mix without one of its tracks', async () => {
    const whole = printedSession(session, 'song'),
      one = {
        ...whole,
        session: (s: number) => ({ ...whole.session(s), tracks: whole.session(s).tracks.slice(0, -1) })
      },
      { main } = await replayed(one)
    expect(residual(await mixOf(session), main)).toBeGreaterThan(-60)
  })
})

describe('editable', () => {
  /** Without what the formats can only come close to, the faders, pans, groups, sends and rides are exact. */
  const plain = (): Session => ({
    ...session,
    mixBus: [],
    groups: session.groups.map(({ glue: _, ...one }, i) => ({ ...one, gain: i - 1 })),
    stems: session.stems.map((stem, i) =>
      i === 0
        ? {
            ...stem,
            ride: {
              points: [
                [0, 0],
                [1, -6],
                [2, 3]
              ],
              reason: 'For the test.'
            }
          }
        : i === 1
          ? { ...stem, muted: { reason: 'For the test.' } }
          : stem
    )
  })
  it('plays the mix where nothing of it is approximate', async () => {
    const { main, read } = await replayed(editableSession(plain(), 'song', () => false))
    // Rides follow chords of 1.5 dB: 0.03 dB, 0.4 % of one stem.
    expect(residual(await mixOf(plain()), main)).toBeLessThan(-50)
    expect(read.tracks.filter(track => track.mute && track.kind === 'audio').map(track => track.name)).toEqual([
      'Snare'
    ])
    expect(read.tracks.filter(track => track.kind === 'group')).toHaveLength(session.groups.length)
  })
  it('in REAPER, with its own effects: filters as they are, compressors as ours again', async () => {
    const made = bus(device('hs', 'highshelf', { gain: 3 }), comp),
      native = editableSession(made, 'song', one => hasReaTwin(one, rate)),
      plainer = editableSession(made, 'song', () => false),
      mix = await mixOf(made),
      { main, read, left } = await replayed(native)
    expect([native.left, left]).toEqual([[], []])
    expect(read.master.devices.map(one => one.type)).toEqual(['highshelf', 'compressor'])
    expect(residual(mix, main)).toBeLessThan(-40)
    expect(residual(mix, (await replayed(plainer)).main)).toBeGreaterThan(-25)
  })
  it('holds devices where the format has their like, prints the others, and tells what is left', () => {
    const some = { ...plain(), mixBus: [comp, device('sat', 'distortion', {})] },
      { session: daw, left, graph } = editableSession(some, 'song', hasTwin),
      { tracks, master } = daw(3)
    expect(master.devices.map(one => one.type)).toEqual(['compressor'])
    expect(left).toEqual(['the mix bus: distortion (set it by hand, from the settings sheet)'])
    for (const [i, stem] of some.stems.entries()) {
      const track = tracks.find(one => one.name === stem.stem)!,
        chain = [...stem.chain, ...(stem.after ?? [])],
        printed = Object.keys(graph.nodes).filter(id => id.startsWith(`dry/${ids[i]}/`) && !id.endsWith('-key')).length
      expect(track.devices.length + printed).toBe(chain.length)
      expect(track.sends.length).toBe(stem.sends.length)
    }
  })
})

it('automation between dB and amplitude stays within 0.05 dB, both ways', () => {
  const points = [
      [0, 0],
      [1, -30],
      [2, 6]
    ] as const,
    at = (list: readonly (readonly [number, number])[], t: number) => {
      const i = Math.max(
          1,
          list.findIndex(([time]) => time >= t)
        ),
        [t0, v0] = list[i - 1]!,
        [t1, v1] = list[i]!
      return v0 + ((t - t0) / (t1 - t0)) * (v1 - v0)
    },
    factors = toFactors(points),
    back = toDecibels(factors, 1)
  for (let t = 0.01; t < 2; t += 0.037) {
    expect(Math.abs(20 * Math.log10(at(factors, t)) - at(points, t))).toBeLessThan(0.05)
    expect(Math.abs(at(back, t) - at(points, t))).toBeLessThan(0.05)
  }
  const fade = toDecibels(
    [
      [0, 1],
      [1, 0]
    ],
    1
  )
  expect(Math.abs(at(fade, 0.9) + 20)).toBeLessThan(0.05)
})

it('the sheet has every parameter of every device once, and no formulas', () => {
  const evil: Session = {
      ...session,
      stems: session.stems.map((s, i) =>
        i ? s : { ...s, stem: '=SUM(A1)<b>', pan: { pan: -0.25, reason: 'a "b", c' } }
      )
    },
    csv = settingsCsv(evil)
  expect(csv).toContain('\'=SUM(A1)<b>,pan,Pan,pan,25 % left,"a ""b"", c"')
  expect(settingsPage(evil, 'x', ['left <out>'])).toContain('=SUM(A1)&#60;b&#62;')
  const glue = csv.split('\r\n').filter(line => line.includes(',glue,'))
  expect(glue.map(line => line.split(',')[3])).toEqual(
    session.groups.flatMap(one => (one.glue ? ['threshold', 'ratio', 'attack', 'release', 'knee', 'makeup'] : []))
  )
})
