/** Devices in series, and shared effects, as nodes of the console. */
import { type Builder, edgeGainRange, type End } from '@mixwright/graph'
import type { Device, ReturnDecision } from './decisions.ts'

/** @returns the end of the chain: `from` itself without devices */
export function chain(b: Builder, id: string, from: End, devices: readonly Device[]): End {
  return devices.reduce<End>((source, device) => {
    const name = `${id}/${device.slot}`
    if (isWiring(device.type)) return wirings[device.type].wire(b, name, source, device.reason)
    const params = { ...device.params, ...device.lanes },
      node = b.node(name, {
        type: device.type,
        ...(Object.keys(params).length > 0 && { params }),
        note: device.reason
      })
    b.wire(source, node)
    if (device.key) {
      const key = b.node(`${name}-key`, {
        type: device.key.type,
        params: device.key.params,
        note: `What ${device.slot} listens to.`
      })
      b.wire(source, key)
      b.wire(key, [name, 'sidechain'])
    }
    if (device.modulator) {
      const { inlet, params, depth } = device.modulator
      b.node(`${name}-lfo`, { type: 'lfo', params, note: `What swings ${device.slot}.` })
      b.wire([`${name}-lfo`, 'lfo'], [name, inlet], depth)
    }
    return node
  }, from)
}

/** Devices that are no processor but several, all linear. */
export const wirings = {
  /** Of a stereo signal only what differs between its channels. */
  sides: { title: 'Sides only', wire: sides, last: 'merge' },
  'flip-right': { title: 'Right channel flipped', wire: rightFlipped, last: 'both' }
} as const
export const isWiring = (type: string): type is keyof typeof wirings => Object.hasOwn(wirings, type)

/** Where a device of a chain ends. */
export const endOf = (id: string, { slot, type }: Device): End => [
  isWiring(type) ? `${id}/${slot}-${wirings[type].last}` : `${id}/${slot}`,
  'main'
]

/** Split into middle and sides; only the sides come back. */
function sides(b: Builder, name: string, from: End, note: string): End {
  b.wire(from, b.node(`${name}-split`, { type: 'midside-split', note }))
  const merge = b.node(`${name}-merge`, { type: 'midside-merge', note })
  b.wire([`${name}-split`, 'mid'], [`${name}-merge`, 'mid'], edgeGainRange.min)
  b.wire([`${name}-split`, 'side'], [`${name}-merge`, 'side'])
  return merge
}

/** Each channel by itself, which panning makes 3 dB louder; the right one comes back upside down. */
function rightFlipped(b: Builder, name: string, from: End, note: string): End {
  const alone = (side: string, pan: number) => b.node(`${name}-${side}`, { type: 'panning', params: { pan }, note }),
    [left, right] = [alone('left', -1), alone('right', 1)],
    flip = b.node(`${name}-flip`, { type: 'polarity', note }),
    both = b.node(`${name}-both`, { type: 'mix', note }),
    gain = -10 * Math.log10(2)
  b.wire(from, left)
  b.wire(from, right)
  b.wire(right, flip)
  b.wire(left, both, gain)
  b.wire(flip, both, gain)
  return both
}

/** What some stems send to, as a shared effect hears them. */
export function returned(
  b: Builder,
  { name, chain: devices, reason }: ReturnDecision,
  sources: readonly { from: End; gain: number }[],
  id: string = name
): End {
  const mixed = b.node(`${id}/in`, { type: 'mix', note: reason })
  for (const { from, gain } of sources) b.wire(from, mixed, gain)
  return chain(b, id, mixed, devices)
}
