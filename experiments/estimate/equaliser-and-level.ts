/** The baseline of what is found of one source: six filters, a level and, where the wet is stereo, a place, all flat. */
import type { Console, Device } from '@mixwright/estimate'

const filter = (type: string, frequency: number): Device => ({
  id: `${type} ${frequency}`,
  type,
  params: { frequency, q: type === 'bell' ? 0.8 : 0.7, gain: 0 }
})
/** @param channels of the wet @param gain dB to start from */
export const equaliserAndLevel = (channels: 1 | 2, gain = 0): Console => ({
  strips: [
    {
      input: 'dry',
      channels: 1,
      sends: {},
      chain: [
        filter('lowshelf', 150),
        ...[300, 800, 2000, 5000].map(frequency => filter('bell', frequency)),
        filter('highshelf', 8000),
        ...(channels === 2 ? [{ id: 'panning', type: 'panning', params: { pan: 0 } }] : []),
        { id: 'gain', type: 'gain', params: { gain } }
      ]
    }
  ],
  rooms: [],
  bus: [],
  channels
})
