import { amount, processor } from '../define.ts'
import { roomDoc, roomMemory, roomMix, roomParams, roomSources, roomTail } from '../math/room.ts'

export const stereoReverb = processor({
  id: 'stereo-reverb',
  family: 'time',
  title: 'Stereo reverb',
  doc: `${roomDoc} Odd lines come back on the other side. Width w: left = cos φ L + sin φ R and right likewise, φ = (1 - w) 45°, so that the power stays.`,
  sources: roomSources,
  inlets: { main: 'Signal' },
  outlets: { main: 'The signal and its room' },
  channels: 'stereo',
  params: {
    ...roomParams,
    width: amount(0, 1, 1, '0: the room is mono; 1: left and right have nothing in common'),
    mix: roomMix
  },
  linear: true,
  neutral: { mix: 0 },
  tail: roomTail,
  kernel: { name: 'stereo_reverb', tape: 17, state: env => roomMemory(env, 'apart') },
  examples: {
    'A room for dry recordings': { size: 0.3, damping: 0.45, mix: 1 },
    'A hall behind a voice': { size: 0.58, damping: 0.55, mix: 1 },
    'Width without a room': { size: 0.1, damping: 0.3, mix: 0.25 }
  }
})
