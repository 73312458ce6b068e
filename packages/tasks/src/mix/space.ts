/** The shared rooms, and the mix bus. */
import { type Device, type Return, type ReturnDecision, type Send, signed } from './decisions.ts'
import { dynamicsOf, sumTrack } from './level.ts'
import type { Part } from './levels.ts'
import { rulesOf } from './roles.ts'

/** A stereo recording with differing sides brings its own space. */
const ownSpace = 6

export function sends({ analysis: a, role }: Part, amount: number): Send[] {
  const rules = rulesOf(role),
    spacious = a.stereo.kind === 'stereo' && a.stereo.correlation < 0.9
  return Object.entries(rules.sends ?? {}).map(([to, level]) => {
    const gain = level + amount - (spacious ? ownSpace : 0),
      room = {
        room: 'the short room sets it among the others',
        hall: 'the hall gives it depth',
        delay: 'an echo carries its ends'
      }[to as 'room' | 'hall' | 'delay']
    return {
      to: to as Return,
      gain,
      reason: `${rules.title}${spacious ? `, recorded with its own space (correlation ${a.stereo.correlation.toFixed(2)})` : `, ${a.stereo.kind === 'stereo' ? 'narrow' : 'mono'}`}: ${room}, send ${signed(gain, 0)} dB.`,
      cites: { measure: to === 'delay' ? 'ends' : 'room' }
    }
  })
}

const highpass = (frequency: number, reason: string): Device => ({
  slot: 'hp',
  type: 'highpass',
  params: { frequency, q: Math.SQRT1_2 },
  reason
})

/** Which returns exist follows from who sends to them. `echo` in ms. */
export function returnChains(
  used: ReadonlySet<Return>,
  echo: { readonly ms: number; readonly reason: string }
): ReturnDecision[] {
  const all: ReturnDecision[] = [
    {
      name: 'room',
      gain: 0,
      reason: 'One short room for all.',
      chain: [
        highpass(180, 'The room carries no lows: they would blur.'),
        {
          slot: 'reverb',
          type: 'stereo-reverb',
          params: { size: 0.3, damping: 0.45, width: 1, mix: 1 },
          reason: 'Short, about half a second: places dry recordings in one room.'
        }
      ]
    },
    {
      name: 'hall',
      gain: 0,
      reason: 'One longer reverb for depth.',
      chain: [
        highpass(250, 'The hall carries no lows.'),
        {
          slot: 'reverb',
          type: 'stereo-reverb',
          params: { size: 0.58, damping: 0.55, width: 1, mix: 1 },
          reason: 'About a second and a half, dark, behind voices and sustained sounds.'
        }
      ]
    },
    {
      name: 'delay',
      gain: 0,
      reason: 'One echo, shared.',
      chain: [
        highpass(300, 'The echo carries no lows.'),
        {
          slot: 'delay',
          type: 'pingpong',
          params: { delay: echo.ms, feedback: 0.25, mix: 1, frequency: 1200, q: 0.4, stereo_offset: 0 },
          reason: echo.reason
        }
      ]
    },
    {
      name: 'width',
      gain: 0,
      reason: 'Width for mono backing, on the sides alone.',
      chain: [
        highpass(400, 'Lows stay in the middle.'),
        {
          slot: 'reverb',
          type: 'stereo-reverb',
          params: { size: 0.1, damping: 0, width: 1, mix: 1 },
          reason: 'Very short, so that it is heard as width and not as a room; as bright as what it widens.'
        },
        {
          slot: 'sides',
          type: 'sides',
          params: {},
          reason: 'Only the difference of the channels remains: in mono it cancels.'
        }
      ]
    }
  ]
  return all.filter(one => used.has(one.name))
}

/**
 * One echo per beat if a tempo can be heard in the onsets of the drums, else a third of a second. Beats of 300 to 600
 * ms.
 */
export function echoTime(parts: readonly Part[]): { ms: number; reason: string } {
  const drums = parts.filter(part => !part.muted && rulesOf(part.role).group === 'drums'),
    hop = parts[0]?.analysis.tracks.hop ?? 1
  const frames = Math.max(0, ...drums.map(part => part.analysis.tracks.level.length)),
    rise = new Float64Array(Math.min(frames, Math.round(120 / hop)))
  for (const {
    analysis: {
      tracks: { level }
    }
  } of drums)
    for (let i = 1; i < Math.min(rise.length, level.length); i++)
      rise[i]! += level[i]! > 100 ? Math.max(0, level[i]! - level[i - 1]! - 6) : 0
  const mean = rise.reduce((a, b) => a + b, 0) / Math.max(1, rise.length),
    at = (lag: number) => {
      let sum = 0
      for (let i = lag; i < rise.length; i++) sum += (rise[i]! - mean) * (rise[i - lag]! - mean)
      return sum
    }
  const none = { ms: 330, reason: 'Echo after a third of a second: no steady beat was heard.' }
  if (rise.length * hop < 4) return none
  const from = Math.round(0.3 / hop),
    to = Math.round(0.6 / hop),
    scores = Array.from({ length: to - from + 1 }, (_, k) => at(from + k) + 0.5 * at(2 * (from + k))),
    best = scores.indexOf(Math.max(...scores)),
    whole = at(0)
  if (!(scores[best]! > 0.2 * whole)) return none
  const a = scores[best - 1] ?? scores[best]!,
    b = scores[best]!,
    c = scores[best + 1] ?? b,
    shift = a + c - 2 * b < 0 ? (a - c) / (2 * (a - 2 * b + c)) : 0,
    ms = Math.round((from + best + shift) * hop * 1000)
  return { ms, reason: `Echo after ${ms} ms, one beat at ${Math.round(60000 / ms)} BPM heard in the drums.` }
}

/** Gentle glue. How the sum sounds is settled when there is one (`bus-refine.ts`). */
export function mixBus(parts: readonly Part[], gains: readonly number[], amount: number): Device[] {
  const playing = parts.flatMap((part, i) => (part.muted ? [] : [i]))
  if (playing.length === 0 || amount === 0) return []
  const hop = parts[0]!.analysis.tracks.hop,
    track = sumTrack(playing.map(i => ({ level: parts[i]!.analysis.tracks.level, gain: gains[i]! }))),
    { p95 } = dynamicsOf(track, hop, new Uint8Array(track.length).fill(1))
  return [
    {
      slot: 'comp',
      type: 'compressor',
      params: { threshold: Math.min(0, p95 + 3), ratio: 1 + amount, attack: 1.5, release: 90, knee: 10 },
      reason: `Mix-bus compressor ${(1 + amount).toFixed(1)}:1 on peaks above the loudest passages (${p95.toFixed(0)} LUFS), one or two dB: holds the hits that stand out.`,
      cites: { measure: 'crest' }
    }
  ]
}
