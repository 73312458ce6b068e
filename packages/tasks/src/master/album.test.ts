import { type Audio, clipOf, measureLoudness } from '@mixwright/dsp'
import { beforeAll, describe, expect, it } from 'vitest'
import { inThread, take } from '../../test/in-thread.ts'
import { bass, filtered, kick, noise, rate, snare, sum } from '../../test/stems.ts'
import { masterAlbum } from './album.ts'

const seconds = 5,
  drums = sum(kick(seconds), snare(seconds)),
  low = bass(seconds),
  air = filtered(noise(seconds, 0.5, 4), 120, false)
const song = (level: number, brightness = 1): Audio =>
  [1, 0.9].map(side => drums.map((v, i) => level * side * (0.2 * v + 0.15 * low[i]! + brightness * air[i]!)))

async function album(songs: readonly Audio[], options: Parameters<typeof masterAlbum.run>[1]) {
  const audio: Record<string, Audio> = {},
    result = await masterAlbum.run(
      { songs: songs.map((one, i) => ({ name: `${i}`, clip: clipOf(one, rate) })) },
      { target: 'loudness', loudness: -16, ...options },
      {
        ...inThread,
        open: (name, output, { channels }) => take(output === 'master' ? audio : {}, name, channels)
      }
    )
  return { ...result, loudness: songs.map((_, i) => measureLoudness(audio[i]!, rate).integrated) }
}

describe('an album', () => {
  const songs = [song(1), song(0.5), song(0.7, 0.6)]
  // How loud the songs are and how they sound are two things: one album shows both.
  const amounts = [0, 0.5, 1] as const,
    made = new Map<number, Awaited<ReturnType<typeof album>>>()
  beforeAll(async () => {
    for (const amount of amounts) made.set(amount, await album(songs, { evenness: amount, cohesion: amount }))
  })
  it.each(amounts)('keeps what is planned of its relations, %f of them evened out', evenness => {
    const { plan, loudness } = made.get(evenness)!,
      before = songs.map(one => measureLoudness(one, rate).integrated),
      loudest = Math.max(...before)
    loudness.forEach((level, i) => {
      expect(Math.abs(level - plan[i]!.planned)).toBeLessThan(0.1)
      expect(Math.abs(level + 16 - (1 - evenness) * (before[i]! - loudest))).toBeLessThan(0.11)
    })
  })
  it('brings tones together as far as wished', () => {
    const [none, some, all] = amounts.map(cohesion => {
      const { plan } = made.get(cohesion)!
      return Math.max(...plan[0]!.change.map((dB, b) => Math.abs(dB - plan[2]!.change[b]!)))
    })
    expect(none).toBe(0)
    expect(some).toBeGreaterThan(1)
    expect(all! / some!).toBeCloseTo(2, 5)
  })
})
