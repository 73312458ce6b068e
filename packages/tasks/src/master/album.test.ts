import { type Audio, clipOf, measureLoudness } from '@mixwright/dsp'
import { describe, expect, it } from 'vitest'
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
  it.each([0, 0.5, 1])('keeps what is planned of its relations, %f of them evened out', async evenness => {
    const { plan, loudness } = await album(songs, { evenness }),
      before = songs.map(one => measureLoudness(one, rate).integrated),
      loudest = Math.max(...before)
    loudness.forEach((level, i) => {
      expect(Math.abs(level - plan[i]!.planned)).toBeLessThan(0.1)
      expect(Math.abs(level + 16 - (1 - evenness) * (before[i]! - loudest))).toBeLessThan(0.11)
    })
  })
  it('brings tones together as far as wished', async () => {
    const apart = async (cohesion: number) => {
      const { plan } = await album(songs, { cohesion })
      return Math.max(...plan[0]!.change.map((dB, b) => Math.abs(dB - plan[2]!.change[b]!)))
    }
    expect(await apart(0)).toBe(0)
    const [some, all] = [await apart(0.5), await apart(1)]
    expect(some).toBeGreaterThan(1)
    expect(all / some).toBeCloseTo(2, 5)
  })
})
