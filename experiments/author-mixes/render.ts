/**
 * Makes stems with their author's true mix from LMMS projects (LMMS 1.2 with its LADSPA plug-ins must be installed):
 *   node tools/run.mjs experiments/author-mixes/render.ts FOLDER PROJECT.mmpz …
 * FOLDER/SONG/dry holds each track with faders, pans and mixer channels at unity and no effects, wet as the author has
 * it, author_mix.wav the sum of the wet ones and truth.json the settings. A track is rendered alone, so what another
 * controls (side chains) rests. Songs are rendered to 140 s and cut to the 120 s in which most tracks play. All files
 * are floats.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { channelActs, channelGain, type Project, readProject, type Track } from './lmms-project.ts'
import { authorsProject, dryProject } from './lmms-variants.ts'
import { parseXml } from './lmms-xml.ts'
import { readSound, type Sound, writeSound } from '../sound-files.ts'

const [folder, ...projects] = process.argv.slice(2)
if (!folder || projects.length === 0) {
  console.error('usage: node tools/run.mjs experiments/author-mixes/render.ts FOLDER PROJECT.mmpz …')
  process.exit(2)
}
/** Seconds kept. */
const longest = 120
/** dB below the loudest stem's energy: a track this faint is not part of the mix. */
const faint = 45
const decibels = (power: number): number => 10 * Math.log10(power)

/** LMMS 1.2 crashes now and then; the same project goes through the next time. */
const attempts = 3
function lmms(...how: string[]): string {
  for (let attempt = 1; ; attempt++) {
    const run = spawnSync('lmms', ['--allowroot', ...how], {
      env: { ...process.env, QT_QPA_PLATFORM: 'offscreen' },
      encoding: 'utf8',
      maxBuffer: 1 << 30,
      timeout: 900_000
    })
    if (run.status === 0) return run.stdout
    if (run.signal !== 'SIGSEGV' || attempt === attempts)
      throw new Error(`lmms ${how[0]} ended with ${run.status ?? run.signal}`)
  }
}

/** Renders all tracks of a project that are not muted: id → file. */
function renderTracks(xml: string, into: string): Map<string, string> {
  rmSync(into, { recursive: true, force: true })
  mkdirSync(into, { recursive: true })
  writeFileSync(`${into}.mmp`, xml)
  lmms('rendertracks', `${into}.mmp`, '-a', '-i', 'linear', '-o', into)
  return new Map(
    readdirSync(into).flatMap(file => {
      const id = /_(t\d+)\.wav$/.exec(file)?.[1]
      return id ? [[id, join(into, file)] as const] : []
    })
  )
}

/** Nothing in these songs is that loud: 36 dB over full scale. */
const absurd = 64
/**
 * LMMS 1.2 lets single samples of an unset buffer through (3e9 and the like, here and there one in a minute). They are
 * replaced by the one before; more than a few mean that the render is no good.
 */
async function readRender(path: string): Promise<Sound> {
  const sound = await readSound(path)
  let repaired = 0
  for (const c of sound.audio)
    for (let i = 0; i < c.length; i++)
      if (!(Math.abs(c[i]!) < absurd)) {
        c[i] = i > 0 ? c[i - 1]! : 0
        repaired++
      }
  if (repaired > 0) console.log(`${basename(path)}: ${repaired} absurd samples replaced`)
  if (repaired > 100) throw new Error(`${path}: ${repaired} absurd samples; render it again`)
  return sound
}

const energy = ({ audio }: Sound): number =>
  audio.reduce((sum, c) => sum + c.reduce((s, v) => s + v * v, 0), 0) / Math.max(1, audio.length)
/** Mean power of each second. */
function seconds({ audio, sampleRate }: Sound): number[] {
  return Array.from({ length: Math.ceil(audio[0]!.length / sampleRate) }, (_, s) => {
    const cut = (c: Float32Array) => c.subarray(s * sampleRate, (s + 1) * sampleRate)
    return audio.reduce((sum, c) => sum + cut(c).reduce((t, v) => t + v * v, 0), 0) / audio.length / sampleRate
  })
}

/** The window, in seconds, in which most tracks play for longest. */
function window(curves: readonly number[][]): number {
  const playing = curves.map(curve => {
      const top = Math.max(...curve)
      return curve.map(p => (p > top * 1e-4 ? 1 : 0))
    }),
    length = Math.max(...curves.map(c => c.length)),
    count = (from: number): number =>
      playing.reduce((sum, p) => sum + p.slice(from, from + longest).reduce<number>((a, b) => a + b, 0), 0)
  let best = 0
  for (let from = 1; from <= length - longest; from++) if (count(from) > count(best)) best = from
  return best
}

function cut({ audio, sampleRate }: Sound, from: number, frames: number): Sound {
  return {
    sampleRate,
    audio: audio.map(c => {
      const out = new Float32Array(frames)
      out.set(c.subarray(from * sampleRate, from * sampleRate + frames))
      return out
    })
  }
}
const isMono = ({ audio }: Sound): boolean => audio[0]!.every((v, i) => v === audio[1]![i])

/** The gain of both channels from the dry track to the author's mix, were there no effects. */
function staticGain(project: Project, track: Track): [number, number] {
  const level =
      (track.volume.value / 100) * channelGain(project.channels, track.channel) * (project.masterVolume.value / 100),
    pan = track.pan.value / 100
  return [level * Math.min(1, 1 - pan), level * Math.min(1, 1 + pan)]
}
/** Whether nothing but constant gains and pans lies between the dry track and the wet one. */
const isStatic = (project: Project, track: Track): boolean =>
  !track.volume.moves &&
  !track.pan.moves &&
  !project.masterVolume.moves &&
  !track.effects.some(e => e.on) &&
  !channelActs(project.channels, track.channel)

/** dB: what is left of the wet stem's energy when the dry one, times the author's gain and pan, is taken away. */
function residual(dry: Sound, wet: Sound, gain: readonly number[]): number {
  let rest = 0
  wet.audio.forEach((c, i) => c.forEach((v, n) => (rest += (v - gain[i]! * dry.audio[i]![n]!) ** 2)))
  return decibels(rest / wet.audio.length / energy(wet))
}

const fileName = ({ id, name }: Track): string =>
  `${id.slice(1)}_${name
    .replace(/\.(ds|ogg|wav|flac)$/i, '')
    .replace(/[^\w() +.'-]+/g, ' ')
    .trim()}`

async function song(path: string): Promise<void> {
  const name = basename(path).replace(/\.mmpz?$/, ''),
    out = join(folder!, name),
    work = join(out, 'render')
  if (existsSync(join(out, 'truth.json'))) return
  mkdirSync(work, { recursive: true })
  const xml = lmms('dump', path),
    project = readProject(parseXml(xml)),
    began = performance.now()
  const wet = renderTracks(authorsProject(xml, new Set()), join(work, 'wet')),
    curves = new Map<string, number[]>(),
    energies = new Map<string, number>()
  for (const [id, file] of wet) {
    const sound = await readRender(file)
    curves.set(id, seconds(sound))
    energies.set(id, energy(sound))
  }
  const start = window([...curves.values()]),
    within = (id: string) =>
      curves
        .get(id)!
        .slice(start, start + longest)
        .reduce((a, b) => a + b, 0)
  const loudest = Math.max(...[...wet.keys()].map(within)),
    kept = project.tracks.filter(t => wet.has(t.id) && within(t.id) > loudest * 10 ** (-faint / 10)),
    silent = new Set(project.tracks.map(t => t.id).filter(id => !kept.some(t => t.id === id)))
  const dry = renderTracks(dryProject(xml, silent), join(work, 'dry'))
  const rate = (await readRender(dry.get(kept[0]!.id)!)).sampleRate,
    frames = Math.min(longest, Math.max(...kept.map(t => curves.get(t.id)!.length)) - start) * rate,
    mix = [new Float32Array(frames), new Float32Array(frames)]
  for (const part of ['dry', 'wet']) mkdirSync(join(out, part), { recursive: true })
  const tracks = []
  for (const track of kept) {
    const d = cut(await readRender(dry.get(track.id)!), start, frames),
      w = cut(await readRender(wet.get(track.id)!), start, frames),
      gain = staticGain(project, track),
      file = fileName(track)
    w.audio.forEach((c, i) => c.forEach((v, n) => (mix[i]![n]! += v)))
    await writeSound(join(out, 'dry', `${file}.wav`), isMono(d) ? { ...d, audio: [d.audio[0]!] } : d)
    await writeSound(join(out, 'wet', `${file}.wav`), w)
    const { element: _, ...settings } = track,
      exact = isStatic(project, track),
      left = residual(d, w, gain)
    tracks.push({
      file,
      ...settings,
      faderDb: 20 * Math.log10(track.volume.value / 100),
      pan: track.pan.value / 100,
      panMoves: track.pan.moves,
      gainLeft: gain[0],
      gainRight: gain[1],
      onlyGain: exact,
      residualDb: left,
      wetOverDryDb: decibels(energy(w) / energy(d)),
      staticGainDb: decibels((gain[0] ** 2 + gain[1] ** 2) / 2),
      dryPeakDb: 20 * Math.log10(Math.max(...d.audio.map(c => c.reduce((m, v) => Math.max(m, Math.abs(v)), 0))))
    })
    console.log(
      `${name} ${file}: ${exact ? 'gain and pan only' : 'with effects or moves'}, residual ${left.toFixed(1)} dB`
    )
  }
  await writeSound(join(out, 'author_mix.wav'), { audio: mix, sampleRate: rate })
  writeFileSync(
    join(out, 'truth.json'),
    JSON.stringify(
      {
        song: name,
        sampleRate: rate,
        startSeconds: start,
        frames,
        masterVolume: project.masterVolume,
        channels: project.channels,
        tracks,
        leftOut: project.tracks
          .filter(t => silent.has(t.id))
          .map(t => ({ id: t.id, name: t.name, instrument: t.instrument, muted: t.muted }))
      },
      null,
      1
    )
  )
  rmSync(work, { recursive: true, force: true })
  const took = (performance.now() - began) / 1000
  console.log(
    `${name}: ${kept.length} of ${project.tracks.length} tracks, ${frames / rate} s, made in ${took.toFixed(0)} s`
  )
}

for (const path of projects) await song(path)
