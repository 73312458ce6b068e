import { type DawSession, type DawTrack, unityStrip } from '@mixwright/files'
import { render } from '@mixwright/graph'
import { describe, expect, it } from 'vitest'
import { kernels } from '../../../dsp/test/kernels.ts'
import { dawGraph } from './play.ts'

const clip = { file: 'a', start: 0, offset: 0, length: 1, gain: 1, fadeIn: 0, fadeOut: 0 },
  track = (id: string, more: Partial<DawTrack> = {}): DawTrack => ({
    ...unityStrip,
    id,
    name: id,
    kind: 'audio',
    sends: [],
    clips: [clip],
    ...more
  }),
  effect = (id: string, more: Partial<DawTrack> = {}) => track(id, { kind: 'effect', clips: [], ...more }),
  of = (...tracks: DawTrack[]): DawSession => ({ title: '', sampleRate: 44100, tempo: 120, master: unityStrip, tracks })

/** What comes out, left and right, where every track plays 1 throughout. */
async function level(session: DawSession): Promise<number[]> {
  const ids = session.tracks.flatMap(({ id, clips }) => (clips.length ? [id] : [])),
    graph = dawGraph(session, Object.fromEntries(ids.map(id => [id, 1 as const]))),
    inputs = Object.fromEntries(Object.keys(graph.inputs).map(id => [id, [new Float32Array(4410).fill(1)]])),
    { main } = await render(graph, inputs, { sampleRate: 44100, kernels, frames: 4410 })
  return main!.map(channel => channel[4000]!)
}

describe('what a session plays', () => {
  it.each<[string, DawSession, number]>([
    ['a fader and the master', { ...of(track('a', { volume: 0.5 })), master: { ...unityStrip, volume: 0.5 } }, 0.25],
    [
      'a group of groups',
      of(
        track('g', { clips: [], volume: 0.5 }),
        track('h', { clips: [], group: 'g', volume: 0.5 }),
        track('a', { group: 'h' })
      ),
      0.25
    ],
    ['a send after the fader', of(track('a', { volume: 0.5, sends: [{ to: 'f', gain: 0.5 }] }), effect('f')), 0.75],
    [
      'a send before the fader',
      of(track('a', { volume: 0.5, sends: [{ to: 'f', gain: 0.5, pre: true }] }), effect('f')),
      1
    ],
    [
      'a fader that is down, and a send before it',
      of(track('a', { volume: 0, sends: [{ to: 'f', gain: 0.5, pre: true }] }), effect('f', { volume: 0.5 })),
      0.25
    ],
    [
      'only its sends',
      of(track('a', { silent: true, volume: 0.5, sends: [{ to: 'f', gain: 0.5 }] }), effect('f')),
      0.25
    ],
    ['a muted effect', of(track('a', { sends: [{ to: 'f', gain: 0.5 }] }), effect('f', { mute: true })), 1],
    [
      'a muted group',
      of(track('g', { clips: [], mute: true }), track('a', { group: 'g' }), track('b', { volume: 0.3 })),
      0.3
    ],
    ['a ride', of(track('a', { volume: 0.5, ride: [[0, 0.5]] })), 0.25],
    [
      'a device, and one that is off',
      of(
        track('a', {
          devices: [
            { name: 'g', type: 'gain', params: { gain: -6.0206 } },
            { name: 'h', type: 'gain', params: { gain: 20 }, off: true }
          ]
        })
      ),
      0.5
    ]
  ])('%s', async (_, session, expected) => {
    for (const side of await level(session)) expect(side).toBeCloseTo(expected, 5)
  })
  it('a pan, and one that replaces it: constant power, unity in the centre', async () => {
    const right = Math.SQRT2 * Math.sin((Math.PI / 4) * 1.5),
      left = Math.SQRT2 * Math.sin((Math.PI / 4) * 0.5)
    for (const strip of [{ pan: 0.5 }, { pan: -1, panRide: [[0, 0.5]] as const }]) {
      const [l, r] = await level(of(track('a', strip)))
      expect([l, r]).toEqual([expect.closeTo(left, 4), expect.closeTo(right, 4)])
    }
  })
  it('is refused where nothing is heard', () => {
    for (const tracks of [[], [track('a', { mute: true })], [effect('f')], [track('a', { volume: 0 })]])
      expect(() => dawGraph(of(...tracks), { a: 1 })).toThrow('the session is silent')
  })
})
