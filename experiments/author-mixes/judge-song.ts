/** All mixes of one song, read and measured. */
import { type Audio, clipOf, createRandom, measureLoudness, compileKernels } from '@mixwright/dsp'
import bytes from '@mixwright/dsp/kernels.wasm'
import { comparedMix, createRoleReader, distancesBetween, type RoleBalance } from '@mixwright/estimate'
import type { StemAnalysis } from '../../packages/tasks/src/mix/analysis.ts'
import { powerOfByte } from '../../packages/tasks/src/mix/analysis.ts'
import { isRole, rulesOf } from '../../packages/tasks/src/mix/roles.ts'
import type { SongFigures, StemFigures } from './figures.ts'
import { analyseAll, type Decided, decideFor, refinedOf, renderMix, stages, upTo } from './our-mix.ts'
import { wide } from '../sound-files.ts'
import { type DryStem, type Song, sumOf } from './song.ts'

const kernels = await compileKernels(bytes)

const meanPower = ({ tracks }: StemAnalysis): number =>
  10 * Math.log10(tracks.level.reduce((sum, byte) => sum + powerOfByte[byte]!, 0) / tracks.level.length)

/** LUFS while it plays; a stem of hits shorter than a gating block has none of its own, and counts as a whole. */
function loudnessOf({ audio, clip }: DryStem, { loudness }: StemAnalysis): number {
  if (Number.isFinite(loudness)) return loudness
  const whole = measureLoudness(wide(audio), clip.sampleRate).integrated
  return Number.isFinite(whole) ? whole : -70
}

/** "track 1" … in an order that says nothing. */
function scrambledNames(count: number): string[] {
  const random = createRandom(7),
    order = Array.from({ length: count }, (_, i) => ({ i, key: random.uniform() })).sort((a, b) => a.key - b.key)
  return order.map(({ i }) => `track ${i + 1}`)
}

/** Seconds on which the guard rails are measured, from the middle. */
const railed = 20

interface Candidate {
  readonly name: string
  readonly make: () => Audio | Promise<Audio>
  /** dB per stem, where nothing but gains and pans makes the mix: then nothing has to be read. */
  readonly gains?: readonly number[]
  /** Only its balance is wanted. */
  readonly bare?: boolean
  /** It begins where the stems do. */
  readonly aligned: boolean
}

function candidatesOf(song: Song, analyses: readonly StemAnalysis[], decided: Record<string, Decided>): Candidate[] {
  const { stems, sampleRate } = song,
    still = (name: string, gains: readonly (number | readonly [number, number])[]): Candidate => ({
      name,
      gains: gains.map(g => (typeof g === 'number' ? g : 10 * Math.log10((g[0] ** 2 + g[1] ** 2) / 2))),
      make: () => sumOf(stems, gains),
      aligned: true
    }),
    playing = stems.map((s, i) => loudnessOf(s, analyses[i]!)),
    rules = stems.map(({ assigned: { role } }) => {
      if (!isRole(role)) throw new Error(`${song.name}: ${role} is no role`)
      return rulesOf(role)
    })
  return [
    still(
      'raw sum',
      stems.map(() => 0)
    ),
    still(
      'equal loudness',
      stems.map(s => -18 - measureLoudness(wide(s.audio), sampleRate).integrated)
    ),
    still(
      'level rule',
      playing.map((loudness, i) => rules[i]!.level - loudness)
    ),
    ...Object.entries(decided).map(([name, one]) => ({
      name,
      make: () => renderMix(stems, one),
      aligned: true,
      bare: name === 'ours, roles given' || name.endsWith('refined')
    })),
    ...(stems.every(s => s.gains)
      ? [
          still(
            "author's faders and pans",
            stems.map(s => s.gains!)
          )
        ]
      : []),
    ...Object.entries(song.rivals).map(([name, audio]) => ({ name, make: () => wide(audio), aligned: false })),
    ...stages
      .filter(stage => stage !== '+ mix bus')
      .map(stage => ({
        name: stage,
        make: () => renderMix(stems, { ...decided.ours!, decisions: upTo(decided.ours!.decisions, stage) }),
        bare: true,
        aligned: true
      }))
  ]
}

export async function judgeSong(song: Song, note: (line: string) => void): Promise<SongFigures> {
  const { stems, sampleRate } = song,
    names = stems.map(s => s.name),
    scrambled = scrambledNames(stems.length),
    analyses = await analyseAll(stems),
    byRule = {
      ours: await decideFor(stems, analyses, names),
      'ours, names scrambled': await decideFor(stems, analyses, scrambled),
      'ours, roles given': await decideFor(
        stems,
        analyses,
        names,
        Object.fromEntries(stems.map(s => [s.name, s.assigned.role]))
      )
    },
    decided = {
      ...byRule,
      'ours, refined': await refinedOf(stems, analyses, byRule.ours),
      'ours, names scrambled, refined': await refinedOf(stems, analyses, byRule['ours, names scrambled'])
    }
  note('decided')
  const reader = createRoleReader(Object.fromEntries(stems.map(s => [s.name, s.clip])), kernels),
    read = async (mix: Audio, aligned: boolean): Promise<number[]> => {
      const known = aligned ? { delay: 0, sharpness: Number.POSITIVE_INFINITY } : undefined,
        balance: RoleBalance | undefined = await reader.read(clipOf(mix, sampleRate), known)
      if (!balance) throw new Error(`${song.name}: a mix does not correlate with the stems`)
      return names.map(name => balance.roles[name]!.gain)
    }
  const reference = await read(song.reference, song.aligned),
    middle = (audio: Audio): Audio => {
      const frames = Math.min(song.reference[0]!.length, railed * sampleRate),
        from = (song.reference[0]!.length - frames) >> 1
      return audio.map(c => c.subarray(from, from + frames))
    },
    compared = comparedMix(middle(song.reference), sampleRate),
    mixes: Record<string, SongFigures['mixes'][string]> = {},
    same = JSON.stringify(decided.ours.roles.map(r => r.role)),
    asOurs = JSON.stringify(decided['ours, names scrambled'].roles.map(r => r.role)) === same
  for (const { name, make, gains, bare, aligned } of candidatesOf(song, analyses, decided)) {
    if (name === 'ours, names scrambled' && asOurs) {
      mixes[name] = mixes.ours!
      continue
    }
    const mix = await make()
    mixes[name] = {
      gains: gains ?? (await read(mix, aligned)),
      ...(!bare && { distances: distancesBetween(comparedMix(middle(mix), sampleRate), compared) })
    }
    note(name)
  }
  return {
    song: song.name,
    seconds: song.reference[0]!.length / sampleRate,
    stems: stems.map((stem, i) =>
      stemFigures(stem, analyses[i]!, decided.ours.roles[i]!.role, decided['ours, names scrambled'].roles[i]!.role)
    ),
    reference,
    mixes
  }
}

function stemFigures(stem: DryStem, analysis: StemAnalysis, named: string, heard: string): StemFigures {
  const { name, assigned, gains, wetOverDry, onlyGain } = stem
  return {
    name,
    ...assigned,
    loudness: loudnessOf(stem, analysis),
    power: meanPower(analysis),
    peak: analysis.peak,
    active: analysis.activity.share,
    named,
    heard,
    ...(gains && {
      author: {
        faders: 10 * Math.log10((gains[0] ** 2 + gains[1] ** 2) / 2),
        wet: wetOverDry!,
        onlyGain: onlyGain!
      }
    })
  }
}
