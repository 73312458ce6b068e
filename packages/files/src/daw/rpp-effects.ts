/** The chains of effects of a REAPER project. */
import { devicesOf, reaEffects } from './rea-devices.ts'
import { reaPluginOf } from './rea-state.ts'
import { isBlock, type RppBlock, rppBlock } from './rpp-text.ts'
import type { DawDevice } from './session.ts'

/** Every block of effects in a chain; others are automation, or pictures. */
const kinds = new Set(['VST', 'JS', 'AU', 'DX', 'LV2', 'CLAP', 'VIDEO_EFFECT', 'CONTAINER'])

/** @param name of the block; @returns nothing where REAPER has none of the devices */
export function effectChain(name: string, devices: readonly DawDevice[], sampleRate: number): string[] {
  const lines = reaEffects(devices, sampleRate)
  return lines.length ? rppBlock(name, ['SHOW 0', 'LASTSEL 0', 'DOCKED 0', ...lines]) : []
}

/** Those of REAPER's own effects that we have the like of; all others are told. An effect that is off is none. */
export function effectsIn(chain: RppBlock, sampleRate: number, leave: (what: string) => void): DawDevice[] {
  const devices: DawDevice[] = []
  let off = false
  for (const [i, item] of chain.items.entries()) {
    if (!isBlock(item)) {
      if (item[0] === 'BYPASS') off = item[1] === '1' || item[2] === '1'
      continue
    }
    const kind = item.tokens[0]!
    if (kind === 'PARMENV') leave('automation of an effect')
    if (!kinds.has(kind)) continue
    const name = item.tokens[1] || kind
    if (off) continue
    const found = isMixed(chain, i) ? undefined : read(item, sampleRate, what => leave(`the effect ${name}: ${what}`))
    if (found) devices.push(...found)
    else leave(`the effect ${name}`)
    off = false
  }
  return devices
}

/** Whether what goes in comes out beside it: one of the lines after an effect, up to the next. */
function isMixed({ items }: RppBlock, at: number): boolean {
  for (const item of items.slice(at + 1)) {
    if (isBlock(item) ? kinds.has(item.tokens[0]!) : item[0] === 'BYPASS') return false
    if (!isBlock(item) && item[0] === 'WET') return Number(item[1]) !== 1
  }
  return false
}

function read(block: RppBlock, sampleRate: number, unlike: (what: string) => void): DawDevice[] | undefined {
  const plugin = block.tokens[0] === 'VST' ? reaPluginOf(block.tokens) : undefined
  if (!plugin) return undefined
  const lines = block.items.flatMap(item => (isBlock(item) ? [] : [item.join(' ')]))
  return devicesOf(plugin, block.tokens[4] || plugin, lines, sampleRate, unlike)
}
