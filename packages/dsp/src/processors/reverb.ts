import { processor } from '../define.ts'
import { roomDoc, roomMemory, roomMix, roomParams, roomSources, roomTail } from '../math/room.ts'

export const reverb = processor({
  id: 'reverb',
  family: 'time',
  title: 'Reverb, mono',
  doc: `${roomDoc} Each channel has the same room for itself: mono stays mono.`,
  sources: roomSources,
  inlets: { main: 'Signal' },
  outlets: { main: 'The signal and its room' },
  params: { ...roomParams, mix: roomMix },
  linear: true,
  neutral: { mix: 0 },
  tail: roomTail,
  kernel: { name: 'reverb', mono: 'lanes', tape: 17, state: env => roomMemory(env, 'alike') },
  examples: { 'A spring behind a guitar': { size: 0.5, damping: 0.6, mix: 0.25 } }
})
