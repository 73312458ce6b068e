/** A session as the text of a REAPER project. */
import { effectChain } from './rpp-effects.ts'
import { quoted, rppBlock } from './rpp-text.ts'
import {
  type DawClip,
  type DawPoints,
  type DawSend,
  type DawSession,
  type DawStrip,
  type DawTrack,
  numbered
} from './session.ts'

/** Kinds of audio files as REAPER names their sources. */
const sources: Readonly<Record<string, string>> = { mp3: 'MP3', flac: 'FLAC', ogg: 'VORBIS', opus: 'OPUS' }

/** Media are referred to by the names that clips give. Devices for which `hasReaTwin` is false are left out. */
export function writeRpp(session: DawSession): string {
  const { master } = session,
    tracks = numbered(session.tracks)
  return `${rppBlock('REAPER_PROJECT 0.1 "7.0" 0', [
    // Balance without a law: what stands in the centre, as printed tracks do, plays at unity.
    'PANLAW 1',
    'PANMODE 3',
    'PANLAWFLAGS 3',
    `SAMPLERATE ${session.sampleRate} 1 0`,
    `TEMPO ${session.tempo} 4 4`,
    `MASTER_VOLUME ${master.volume} ${master.pan} -1 -1 1`,
    `MASTERMUTESOLO ${master.mute ? 1 : 0}`,
    'MASTER_FX 1',
    ...effectChain('MASTERFXLIST', master.devices, session.sampleRate),
    ...rppBlock('NOTES 0 2', [`|${session.title.replace(/\s+/g, ' ')}`]),
    ...envelopes(master, 'MASTERVOLENV2', 'MASTERPANENV2'),
    ...tracks.flatMap((_, i) => track(tracks, i, session.sampleRate))
  ]).join('\n')}\n`
}

function track(tracks: readonly DawTrack[], at: number, sampleRate: number): string[] {
  const one = tracks[at]!,
    guid = guidOf(at + 1)
  return rppBlock(`TRACK ${guid}`, [
    `NAME ${quoted(one.name)}`,
    'AUTOMODE 0',
    `VOLPAN ${one.volume} ${one.pan} -1 -1 1`,
    `MUTESOLO ${one.mute ? 1 : 0} 0 0`,
    'IPHASE 0',
    `ISBUS ${folder(tracks, at)}`,
    'NCHAN 2',
    'FX 1',
    `TRACKID ${guid}`,
    `MAINSEND ${one.silent ? 0 : 1} 0`,
    ...tracks.flatMap((source, i) => source.sends.filter(send => send.to === one.id).map(send => receive(send, i))),
    ...envelopes(one, 'VOLENV2', 'PANENV2'),
    ...effectChain('FXCHAIN', one.devices, sampleRate),
    ...one.clips.flatMap(item)
  ])
}
const guidOf = (n: number): string => `{4D495857-5249-4748-5400-${n.toString(16).toUpperCase().padStart(12, '0')}}`

const depthOf = (tracks: readonly DawTrack[], { group }: DawTrack): number =>
  group === undefined ? 0 : 1 + depthOf(tracks, tracks.find(track => track.id === group)!)
/** 1 1: a folder begins; 2 −n: n folders end after this track. */
function folder(tracks: readonly DawTrack[], at: number): string {
  const next = tracks[at + 1],
    here = depthOf(tracks, tracks[at]!),
    after = next ? depthOf(tracks, next) : 0
  return after > here ? '1 1' : after < here ? `2 ${after - here}` : '0 0'
}

/** Modes: 0 after the fader, 3 before it and after the effects. */
const receive = ({ gain, pre }: DawSend, from: number): string =>
  `AUXRECV ${from} ${pre ? 3 : 0} ${gain} 0 0 0 0 0 0 -1:U 0 -1 ''`

function envelopes({ ride, panRide }: DawStrip, volume: string, pan: string): string[] {
  const envelope = (name: string, points: DawPoints | undefined) =>
    points
      ? rppBlock(name, ['ACT 1 -1', 'VIS 1 1 1', 'ARM 0', 'VOLTYPE 0', ...points.map(([t, v]) => `PT ${t} ${v} 0`)])
      : []
  // REAPER pans envelopes with 1 at the left.
  return [
    ...envelope(volume, ride),
    ...envelope(
      pan,
      panRide?.map(([t, v]) => [t, v === 0 ? 0 : -v])
    )
  ]
}

function item({ file, start, offset, length, gain, fadeIn, fadeOut }: DawClip): string[] {
  const ending = /\.([^./\\]+)$/.exec(file)?.[1]?.toLowerCase() ?? '',
    name = file.split(/[/\\]/).at(-1)!
  return rppBlock('ITEM', [
    `POSITION ${start}`,
    `LENGTH ${length}`,
    'LOOP 0',
    `FADEIN 0 ${fadeIn} 0 0 0 0 0`,
    `FADEOUT 0 ${fadeOut} 0 0 0 0 0`,
    'MUTE 0 0',
    `NAME ${quoted(name)}`,
    `VOLPAN 1 0 ${gain} -1`,
    `SOFFS ${offset}`,
    'PLAYRATE 1 1 0 -1 0 0.0025',
    'CHANMODE 0',
    ...rppBlock(`SOURCE ${sources[ending] ?? 'WAVE'}`, [`FILE ${quoted(file)}`])
  ])
}
