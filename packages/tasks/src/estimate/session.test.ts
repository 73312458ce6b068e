/** A console that was found, and the session that goes on with it: one sound. */
import { createRandom } from '@mixwright/dsp'
import { type Console, consoleGraph as foundGraph, type Device } from '@mixwright/estimate'
import { render } from '@mixwright/graph'
import { describe, expect, it } from 'vitest'
import { kernels } from '../../../dsp/test/kernels.ts'
import { TaskError } from '../define.ts'
import { editableSession } from '../exchange/editable.ts'
import { settingsCsv } from '../exchange/sheet.ts'
import { consoleGraph } from '../mix/console.ts'
import { printsOf } from '../revise/printed.ts'
import { parseSession, type Session, writeSession } from '../revise/session.ts'
import { sessionOf } from './session.ts'

const sampleRate = 16000,
  random = createRandom(6),
  voice = Float32Array.from({ length: 2 * sampleRate }, () => 0.1 * random.normal()),
  names = { voice: 'voice' },
  ofChain = (...chain: readonly Device[]): Console => ({
    strips: [{ input: 'voice', channels: 1, chain, sends: {} }],
    rooms: [],
    bus: [],
    channels: 2
  }),
  session = (console: Console): Session =>
    parseSession(
      writeSession(
        sessionOf(console, names, { folder: '.', sampleRate, loudness: -18, because: () => 'It was found.' })
      )
    ),
  swung = (depth: number): Device => ({
    id: 'voice/chorus',
    type: 'chorus',
    params: { delay: 12, feedback: 0.1, mix: 0.4 },
    modulator: { inlet: 'modulation', params: { frequency: 1.3, phase: 70, shape: 'triangle' }, depth }
  }),
  found = ofChain(
    { id: 'voice/bell', type: 'bell', params: { frequency: 900, gain: 6, q: 1 } },
    swung(-9),
    {
      id: 'voice/panning',
      type: 'panning',
      params: { pan: 0 },
      lanes: {
        pan: {
          lane: [
            [0, -0.6],
            [1.5, 0.7]
          ]
        }
      }
    },
    { id: 'voice/gain', type: 'gain', params: { gain: -4 } }
  )

describe('the session of a console that was found', () => {
  it('sounds as its graph, with what swings and with places that move', async () => {
    const [graph, again] = [foundGraph(found), consoleGraph(session(found), [{ name: 'voice', channels: 1 }])],
      [heard, wanted] = await Promise.all(
        [again, graph].map(one => render(one, { voice: [voice] }, { kernels, sampleRate, tail: 0 }))
      )
    for (const c of [0, 1])
      for (let i = 0; i < voice.length; i++) expect(heard!.mix![c]![i]!).toBeCloseTo(wanted!.mix![c]![i]!, 5)
  })
  it('is printed anew where an oscillator swings otherwise', () => {
    const [one, same, other] = [-9, -9, -12].map(depth => printsOf(session(ofChain(swung(depth)))).voice!.key)
    expect(one).toBe(same)
    expect(one).not.toBe(other)
  })
  it('is printed up to what moves, for a workstation, and says how it moves', () => {
    const whole = session(found),
      { session: daw } = editableSession(whole, 'found', () => true),
      [strip] = daw(2).tracks.filter(({ name }) => name === 'voice'),
      sheet = settingsCsv(whole)
    expect(strip!.devices).toEqual([])
    expect(sheet).toContain('voice,chorus: swing,Depth,modulation,-9 dB')
    expect(sheet).toContain('chorus: swing,Low-frequency oscillator,frequency,1.3 Hz')
    expect(sheet).toContain('pan at 1.5 s,0.7')
  })
  it('is refused where an oscillator has no such number', () => {
    const text = writeSession(session(ofChain(swung(-9)))).replace('"phase": 70', '"phase": "soon"')
    expect(() => parseSession(text)).toThrow('stems[0].chain[0].modulator.params.phase')
  })
  it.each([
    ['null', 'lanes'],
    ['{ "pan": 5 }', 'lanes.pan'],
    ['{ "pan": { "lane": [[0, "left"]] } }', 'panning'],
    ['{ "pen": { "lane": [[0, 0]] } }', 'panning']
  ])('is refused with the lanes %s, of a device without numbers too', (lanes, place) => {
    const still = session(
        ofChain({ id: 'voice/panning', type: 'panning', params: {}, lanes: found.strips[0]!.chain[2]!.lanes! })
      ),
      text = JSON.stringify(still).replace(/"lanes":\{.*?\]\]\}\}/, `"lanes":${lanes}`)
    expect(() => parseSession(text)).toThrow(TaskError)
    expect(() => parseSession(text)).toThrow(place)
  })
})
