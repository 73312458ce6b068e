/**
 * What a stem can be, and what an engineer does with it by default: the one table that naming, hearing and the rules
 * read.
 *
 * Levels are in LU relative to the whole drum kit. Vocals +2, bass -3 and the remaining music -2 came closest to six
 * published human
 * mixes in tone and role balance when they were chosen; the single instruments divide their group's share by common
 * practice.
 */

export const groups = ['drums', 'bass', 'music', 'vocals', 'speech', 'fx'] as const
export type Group = (typeof groups)[number]

/**
 * Where a mono stem goes. 'centre' stays; 'side' takes turns left and right at ±`pan` so that the sides balance;
 * 'spread' is laid out
 * in order over ±`pan` (toms, pairs of microphones).
 */
export type Place = 'centre' | 'side' | 'spread'

/** What the ear knows a source by; [full membership from, to], falling off outside within `soft`. */
export interface Sound {
  /** Energy-weighted mean frequency, Hz. */
  readonly centroid?: readonly [number, number]
  /** Share of the energy below 150 Hz. */
  readonly low?: readonly [number, number]
  /** Share of the active frames that are periodic. */
  readonly voiced?: readonly [number, number]
  /** Median fundamental of the periodic frames, Hz. */
  readonly pitch?: readonly [number, number]
  /** Share of the periodic frames whose pitch glides or wavers rather than rests. */
  readonly glide?: readonly [number, number]
  /** Share of the active frames that hiss (aperiodic, most energy above 4 kHz). */
  readonly hiss?: readonly [number, number]
  /** Onsets per active second. */
  readonly onsets?: readonly [number, number]
  /** Decay within 120 ms of an onset, dB. */
  readonly decay?: readonly [number, number]
  /** Octaves that hold 80 % of the energy: wide for kits and full mixes. */
  readonly spread?: readonly [number, number]
}

export interface RoleEntry {
  readonly title: string
  readonly group: Group
  /** LU relative to the whole kit, while active. */
  readonly level: number
  readonly place: Place
  readonly pan: number
  /** Words and phrases of stem names, lower case, several languages. A phrase beats a word. */
  readonly names: readonly string[]
  readonly sound?: Sound
  /** The highest corner, Hz, that a cleaning high-pass may have; absent: none, its lows are the point. */
  readonly highpass?: number
  /** Mud region, Hz, where an excess is tamed. */
  readonly mud?: readonly [number, number]
  /** Spread of momentary loudness, of drums of their hits (p95 - p10, LU), above which compression is wanted, with its times. */
  readonly compress?: { readonly spread: number; readonly attack: number; readonly release: number }
  /** dB after the fader. */
  readonly sends?: { readonly room?: number; readonly hall?: number; readonly delay?: number }
  /** Level of a side-only, decorrelated copy that gives a mono source width, dB. */
  readonly widen?: number
  /** One of several microphones on a kit: its level relative to the others is part of the recording. */
  readonly kitMic?: boolean
  readonly deEss?: boolean
  readonly gate?: boolean
}

const pluck = { spread: 9, attack: 15, release: 120 } as const
const sung = { spread: 6, attack: 8, release: 90 } as const

// biome-ignore format: a table, one paragraph per role
export const roles = {
  kick: {
    title: 'Kick drum', group: 'drums', level: -5, place: 'centre', pan: 0, kitMic: true, gate: true,
    names: ['kick', 'kik', 'kck', 'kd', 'bd', 'bass drum', 'bassdrum', 'kick drum', 'kickdrum', 'kick in', 'kick out', 'kick sub', 'sub kick',
      'subkick', 'kick room', 'bombo', 'grosse caisse', 'grosse trommel', 'grancassa', 'cassa', 'bumbo'],
    sound: { centroid: [40, 220], low: [0.6, 1], onsets: [0.8, 5], decay: [9, 40], voiced: [0, 0.8], pitch: [35, 110], spread: [0.3, 3.5],
      hiss: [0, 0.02] },
    mud: [220, 500], compress: { spread: 9, attack: 20, release: 80 },
  },
  snare: {
    title: 'Snare drum', group: 'drums', level: -5, place: 'centre', pan: 0, kitMic: true, gate: true,
    names: ['snare', 'snr', 'sn', 'sd', 'snare drum', 'snare top', 'snare bottom', 'snare btm', 'snare bot', 'snr top', 'snr btm', 'snr bot',
      'sn top', 'sn bot', 'side stick', 'sidestick', 'rimshot', 'rim', 'clap', 'claps', 'caja', 'caisse claire', 'rullante', 'caixa',
      'kleine trommel'],
    sound: { centroid: [180, 1500], low: [0, 0.35], onsets: [0.5, 4], decay: [9, 40], voiced: [0, 0.45], spread: [2, 6.5] },
    highpass: 90, mud: [300, 600], compress: { spread: 9, attack: 12, release: 90 }, sends: { room: -16 },
  },
  hihat: {
    title: 'Hi-hat', group: 'drums', level: -12, place: 'side', pan: 0.25, kitMic: true,
    names: ['hihat', 'hi hat', 'hi-hat', 'hh', 'hat', 'hats', 'hihats', 'hi hats', 'closed hat', 'open hat', 'ch', 'oh closed', 'charleston',
      'charley', 'ride', 'cymbal', 'cymbals', 'crash', 'becken', 'platillos', 'cymbale', 'piatti', 'chimbal'],
    sound: { centroid: [4500, 16000], low: [0, 0.08], onsets: [1.5, 12], decay: [5, 40], voiced: [0, 0.3], hiss: [0.6, 1] },
    highpass: 250,
  },
  tom: {
    title: 'Tom', group: 'drums', level: -9, place: 'spread', pan: 0.35, kitMic: true, gate: true,
    names: ['tom', 'toms', 'tom1', 'tom2', 'tom3', 'rack', 'rack tom', 'floor', 'floor tom', 'flr', 'floortom', 'racktom', 'hi tom', 'lo tom',
      'mid tom', 'ft', 'rt', 'timbalada', 'standtom', 'hangetom'],
    sound: { centroid: [80, 450], low: [0.2, 0.75], onsets: [0.05, 1.5], decay: [6, 30], voiced: [0.2, 0.9], spread: [1, 4] },
    highpass: 50, mud: [250, 600],
  },
  overhead: {
    title: 'Overheads', group: 'drums', level: -4, place: 'spread', pan: 0.9, kitMic: true,
    names: ['overhead', 'overheads', 'oh', 'ohs', 'oh l', 'oh r', 'ovh', 'ovhd', 'over head', 'overheadl', 'overheadr', 'ohl', 'ohr',
      'drum overhead', 'drums oh', 'drum oh'],
    highpass: 80, compress: { spread: 14, attack: 25, release: 120 },
  },
  room: {
    title: 'Room', group: 'drums', level: -9, place: 'spread', pan: 0.9, kitMic: true,
    names: ['room', 'rooms', 'rm', 'room mic', 'drum room', 'drums room', 'room l', 'room r', 'rooml', 'roomr', 'amb', 'ambient mic', 'far',
      'mono room', 'raum', 'drum ambience'],
    highpass: 60,
  },
  percussion: {
    title: 'Percussion', group: 'drums', level: -10, place: 'side', pan: 0.4,
    names: ['perc', 'percs', 'percussion', 'percussions', 'shaker', 'shakers', 'tamb', 'tambourine', 'conga', 'congas', 'bongo', 'bongos',
      'cajon', 'cowbell', 'cow bell', 'clave', 'claves', 'maracas', 'triangle', 'timbales', 'woodblock', 'djembe', 'tabla', 'snap', 'snaps',
      'stomp', 'stomps', 'udu', 'guiro', 'perkussion', 'percusion', 'cabasa', 'agogo', 'surdo', 'pandeiro', 'bells', 'loop'],
    sound: { centroid: [400, 5000], low: [0, 0.2], onsets: [2, 12], decay: [6, 40], voiced: [0, 0.5], spread: [1, 5] },
    highpass: 120, sends: { room: -16 },
  },
  drums: {
    title: 'Drum kit', group: 'drums', level: 0, place: 'centre', pan: 0,
    names: ['drum', 'drums', 'drumkit', 'drum kit', 'kit', 'drum mix', 'drum bus', 'drumbus', 'drum stem', 'drums break', 'drum break',
      'break', 'breakbeat', 'beat', 'beats', 'drum loop', 'drumloop', 'drum machine', 'rhythm section', 'bateria', 'batterie', 'schlagzeug',
      'batteria', 'trommeln', 'trommer', 'trummor', 'rummut', 'groove', 'linndrum', 'tr808', 'tr909', '909'],
    sound: { centroid: [120, 3500], low: [0.08, 0.75], onsets: [2, 12], decay: [5, 30], voiced: [0, 0.45], spread: [4, 9.5] },
    compress: { spread: 11, attack: 8, release: 100 }, sends: { room: -20 },
  },
  bass: {
    title: 'Bass', group: 'bass', level: -3, place: 'centre', pan: 0,
    names: ['bass', 'bs', 'bss', 'bass di', 'bass amp', 'bass guitar', 'bass gtr', 'bassgtr', 'bassdi', 'bassamp', 'e bass', 'ebass',
      'el bass', 'synth bass', 'bass synth', 'synthbass', 'upright', 'upright bass', 'double bass', 'contrabass', 'kontrabass', 'sub',
      'sub bass', 'subbass', '808', '808s', 'reese', 'bajo', 'basse', 'basso', 'baixo', 'contrabajo', 'moog bass', 'acid', '303', 'fretless',
      'slap bass', 'bas'],
    sound: { centroid: [45, 260], low: [0.4, 1], onsets: [0.3, 8], decay: [-3, 7], voiced: [0.45, 1], pitch: [28, 160], spread: [0.5, 4],
      hiss: [0, 0.05] },
    mud: [180, 400], compress: { spread: 6, attack: 25, release: 120 },
  },
  guitar: {
    title: 'Guitar', group: 'music', level: -6, place: 'side', pan: 0.6, widen: -14,
    names: ['guitar', 'guitars', 'gtr', 'gtrs', 'git', 'gt', 'guit', 'egtr', 'agtr', 'e gtr', 'a gtr', 'el gtr', 'elec gtr', 'ac gtr', 'acgtr',
      'acoustic', 'acoustic guitar', 'acoustic gtr', 'aco', 'electric guitar', 'elgtr', 'elecgtr', 'lead guitar', 'lead gtr', 'leadgtr',
      'rhythm guitar', 'rhythm gtr', 'rhythm', 'rhy gtr', 'rtm gtr', 'strat', 'tele', 'les paul', 'nylon', 'banjo', 'mandolin', 'ukulele',
      'uke', 'dobro', 'slide guitar', 'pedal steel', 'lap steel', 'steel', 'guitarra', 'guitarras', 'gitarre', 'gitarren', 'guitare',
      'guitares', 'chitarra', 'chitarre', 'gitara', 'violao', 'gitarr', 'clean gtr', 'dist gtr', 'riff', 'strum', 'solo gtr', 'power chords',
      'sitar', 'oud', 'harp', 'lute'],
    sound: { centroid: [220, 1500], low: [0, 0.3], onsets: [1, 9], decay: [-1, 9], voiced: [0.2, 0.85], pitch: [75, 500], glide: [0, 0.2],
      hiss: [0, 0.05], spread: [2, 5] },
    highpass: 90, mud: [200, 400], compress: pluck, sends: { room: -16, hall: -22 },
  },
  keys: {
    title: 'Keys', group: 'music', level: -6, place: 'side', pan: 0.35, widen: -10,
    names: ['keys', 'key', 'keyboard', 'keyboards', 'piano', 'pno', 'grand', 'upright piano', 'rhodes', 'wurli', 'wurlitzer', 'wurly', 'ep',
      'epiano', 'e piano', 'electric piano', 'organ', 'hammond', 'b3', 'clav', 'clavinet', 'harpsichord', 'celesta', 'accordion', 'harmonica',
      'vibraphone', 'vibes', 'marimba', 'xylophone', 'glockenspiel', 'glock', 'melodica', 'mellotron', 'klavier', 'tasten', 'clavier',
      'teclado', 'teclados', 'tastiera', 'orgel', 'orgue', 'organo', 'pianoforte', 'nord', 'music box', 'kalimba', 'leslie'],
    sound: { centroid: [180, 1400], low: [0, 0.35], onsets: [1, 9], decay: [-1, 8], voiced: [0.3, 0.95], pitch: [60, 700], glide: [0, 0.08],
      hiss: [0, 0.03], spread: [1.5, 4.5] },
    highpass: 70, mud: [220, 450], compress: pluck, sends: { room: -18, hall: -18 },
  },
  synth: {
    title: 'Synth', group: 'music', level: -6, place: 'side', pan: 0.35, widen: -10,
    names: ['synth', 'synths', 'syn', 'synth lead', 'lead synth', 'arp', 'arps', 'arpeggio', 'pluck', 'plucks', 'moog', 'minimoog',
      'minilogue', 'juno', 'prophet', 'dx7', 'jupiter', 'supersaw', 'saw', 'stab', 'stabs', 'sequence', 'seq', 'modular', 'minilogue synth',
      'poly', 'polysynth', 'wavetable', 'serum', 'chiptune', 'vocoder', 'sintetizador', 'synthe', 'hook', 'chords', 'chord', 'sample', 'blips',
      'beeps', 'beep', 'bleeps', 'theremin'],
    sound: { centroid: [250, 3500], low: [0, 0.4], onsets: [0.3, 10], decay: [-4, 8], voiced: [0.3, 1], pitch: [60, 1500], glide: [0, 0.2],
      hiss: [0, 0.1] },
    highpass: 70, mud: [220, 450], sends: { room: -20, hall: -18 },
  },
  strings: {
    title: 'Strings', group: 'music', level: -8, place: 'side', pan: 0.35, widen: -10,
    names: ['strings', 'string', 'str', 'strs', 'violin', 'violins', 'vln', 'vlns', 'vl', 'viola', 'violas', 'vla', 'cello', 'cellos', 'celli',
      'vc', 'vcl', 'orchestra', 'orch', 'ensemble', 'quartet', 'fiddle', 'streicher', 'geige', 'cordes', 'cuerdas', 'archi', 'violon',
      'violoncello', 'violoncelle', 'pizz', 'erhu'],
    sound: { centroid: [350, 2500], low: [0, 0.1], onsets: [0.2, 4], decay: [-6, 3], voiced: [0.4, 1], pitch: [120, 1200], glide: [0.1, 0.6],
      hiss: [0, 0.02] },
    highpass: 100, mud: [250, 500], sends: { room: -18, hall: -14 },
  },
  brass: {
    title: 'Brass and winds', group: 'music', level: -7, place: 'side', pan: 0.3, widen: -12,
    names: ['brass', 'horn', 'horns', 'trumpet', 'trumpets', 'tpt', 'trp', 'trombone', 'trombones', 'tbn', 'trb', 'sax', 'saxes', 'saxophone',
      'alto sax', 'tenor sax', 'bari sax', 'flute', 'flutes', 'fl', 'clarinet', 'cl', 'oboe', 'bassoon', 'tuba', 'french horn', 'flugelhorn',
      'woodwind', 'woodwinds', 'winds', 'whistle', 'recorder', 'trompete', 'posaune', 'blaser', 'bläser', 'trompeta', 'trompette', 'cuivres',
      'metales', 'flauta', 'saxofon', 'fiati', 'bagpipe'],
    sound: { centroid: [500, 2500], low: [0, 0.05], onsets: [0.5, 5], decay: [-6, 5], voiced: [0.5, 1], pitch: [110, 900], glide: [0.05, 0.35],
      hiss: [0, 0.03] },
    highpass: 100, mud: [250, 500], compress: { spread: 8, attack: 10, release: 120 }, sends: { room: -16, hall: -18 },
  },
  pad: {
    title: 'Pad', group: 'music', level: -10, place: 'centre', pan: 0, widen: -6,
    names: ['pad', 'pads', 'synth pad', 'pad synth', 'string pad', 'guitar pad', 'warm pad', 'atmos', 'atmosphere', 'atmo', 'drone', 'drones',
      'texture', 'textures', 'ambient', 'soundscape', 'bed', 'swell', 'swells', 'nappe', 'nappes', 'flächen', 'flaechen', 'teppich'],
    sound: { centroid: [150, 1800], low: [0, 0.4], onsets: [0, 0.8], decay: [-8, 1.5], voiced: [0.2, 1], glide: [0, 0.2], hiss: [0, 0.03] },
    highpass: 110, mud: [220, 500], sends: { hall: -14 },
  },
  music: {
    title: 'Music', group: 'music', level: -2, place: 'centre', pan: 0, widen: -8,
    names: ['music', 'other', 'others', 'instrumental', 'instrumentals', 'inst', 'instr', 'accompaniment', 'backing track', 'backingtrack',
      'karaoke', 'no vocals', 'minus one', 'rest', 'band', 'melody', 'melodic', 'musik', 'musique', 'musica', 'música', 'otros', 'autres',
      'tracks', 'playback', 'all instruments'],
    sound: { centroid: [200, 2500], low: [0.02, 0.5], onsets: [1, 10], decay: [-2, 7], voiced: [0.05, 0.6], spread: [3.5, 8], glide: [0, 0.3],
      hiss: [0, 0.08] },
    mud: [200, 400], sends: { room: -14, hall: -24 },
  },
  'lead-vocal': {
    title: 'Lead vocal', group: 'vocals', level: 2, place: 'centre', pan: 0, deEss: true,
    names: ['lead vocal', 'lead vocals', 'lead vox', 'leadvox', 'leadvocal', 'lead voice', 'vox lead', 'vocal lead', 'vocals lead', 'ld vox',
      'ldvox', 'lv', 'main vocal', 'main vocals', 'main vox', 'mainvox', 'vox main', 'vocal main', 'vox', 'vocal', 'voc', 'vx', 'singer',
      'singing', 'sing', 'rap', 'verse vox', 'chorus vox', 'lead', 'voice', 'gesang', 'stimme', 'lead gesang', 'hauptgesang', 'chant', 'voix',
      'voz', 'voz principal', 'voce', 'canto', 'zang', 'sang', 'laulu', 'wokal', 'vokal', 'topline', 'acapella', 'a capella', 'acappella',
      'vo lead', 'ldv', 'female', 'male', 'soprano', 'tenor', 'alto', 'baritone'],
    sound: { centroid: [250, 1600], low: [0, 0.12], onsets: [1, 6], decay: [-5, 6], voiced: [0.4, 0.95], pitch: [80, 700], glide: [0.2, 0.8],
      hiss: [0.02, 0.3], spread: [1.5, 4.5] },
    highpass: 110, mud: [200, 400], compress: sung, sends: { room: -20, hall: -18, delay: -24 },
  },
  'backing-vocal': {
    title: 'Backing vocal', group: 'vocals', level: -6, place: 'side', pan: 0.6, widen: -8, deEss: true,
    names: ['backing vocal', 'backing vocals', 'backing vox', 'background vocal', 'background vocals', 'bgv', 'bgvs', 'bgvox', 'bg vox',
      'bg vocal', 'bg vocals', 'bg voc', 'bv', 'bvs', 'bvox', 'bvoc', 'back vox', 'backvox', 'back vocal', 'backing', 'backings', 'backup',
      'harm', 'harms', 'harmony', 'harmonies', 'vox harm', 'vocal harmony', 'double', 'dbl', 'doubles', 'vox double', 'vox dbl',
      'vocal double', 'double vox', 'choir', 'chorus vocals', 'choirs', 'gang', 'gang vocals', 'crowd', 'group vox', 'adlib', 'adlibs',
      'ad lib', 'ad libs', 'oohs', 'ooh', 'aahs', 'aah', 'aahh', 'ahs', 'oohs aahs', 'coro', 'coros', 'choeur', 'choeurs', 'chor',
      'hintergrundgesang', 'backing gesang', 'koor', 'kor', 'stack', 'vox stack', 'vox fx', 'vox chop', 'vocal chop', 'vocal chops',
      'vox chops', 'vocal sample', 'response'],
    highpass: 140, mud: [200, 450], compress: { spread: 5, attack: 6, release: 90 }, sends: { room: -16, hall: -14 },
  },
  vocals: {
    title: 'Vocals', group: 'vocals', level: 2, place: 'centre', pan: 0, deEss: true,
    names: ['vocals', 'voices', 'vocal bus', 'vox bus', 'vocal stem', 'vox stem', 'all vocals', 'all vox', 'vocs', 'voxes', 'vocal mix',
      'vox mix', 'voces', 'voci'],
    highpass: 90, mud: [200, 400], compress: sung, sends: { room: -20, hall: -18, delay: -26 },
  },
  speech: {
    title: 'Speech', group: 'speech', level: 5, place: 'centre', pan: 0, deEss: true, gate: true,
    names: ['speech', 'dialog', 'dialogue', 'dialogs', 'narration', 'narrator', 'voiceover', 'voice over', 'vo', 'podcast', 'host', 'guest',
      'interview', 'spoken', 'spoken word', 'talk', 'talking', 'sprecher', 'sprache', 'moderation', 'announcer', 'presenter', 'parole',
      'dialogo', 'habla', 'lav', 'boom mic', 'commentary'],
    sound: { centroid: [180, 1400], low: [0, 0.35], onsets: [2, 7], decay: [0, 12], voiced: [0.25, 0.75], pitch: [75, 320], glide: [0.45, 1],
      hiss: [0.05, 0.35], spread: [1.5, 4.5] },
    highpass: 85, mud: [180, 350], compress: { spread: 6, attack: 5, release: 80 },
  },
  fx: {
    title: 'Effects', group: 'fx', level: -10, place: 'centre', pan: 0,
    names: ['fx', 'sfx', 'efx', 'effect', 'effects', 'riser', 'risers', 'rise', 'uplifter', 'downlifter', 'sweep', 'sweeps', 'impact',
      'impacts', 'boom', 'whoosh', 'noise', 'foley', 'ambience', 'atmo fx', 'glitch', 'reverse', 'rev', 'transition', 'transitions', 'drop',
      'vinyl', 'crackle', 'scratch', 'scratches', 'efectos', 'effekte', 'effet', 'effets', 'effetti', 'reverb', 'delay', 'echo', 'return',
      'sound effects', 'rain', 'applause', 'laser', 'sirens', 'siren'],
    highpass: 40,
  },
} as const satisfies Readonly<Record<string, RoleEntry>>

export type Role = keyof typeof roles
export const roleNames = Object.keys(roles) as Role[]
/** The entry of a role, with every optional rule visible. */
export const rulesOf = (role: Role): RoleEntry => roles[role]
/** A voice that leads by itself. Whether another stem does is a matter of its song: leads.ts. */
export const isLeadVoice = (role: Role): boolean => role === 'lead-vocal' || role === 'vocals' || role === 'speech'
/** A microphone of a kit that stands at one drum. */
export const isCloseMic = (role: Role): boolean =>
  rulesOf(role).kitMic === true && role !== 'overhead' && role !== 'room'
/** Two microphones at one drum; toms are several drums of one role. */
export const sameSource = (a: Role, b: Role): boolean => a === b && a !== 'tom'
export const isRole = (name: string): name is Role => Object.hasOwn(roles, name)

/** What a user may say of a stem: a role, or whether it leads, or both: `brass`, `lead`, `lead-brass`, `backing-brass`. */
export interface Wish {
  readonly role?: Role
  readonly lead?: boolean
}
export function wishOf(text: string): Wish | undefined {
  if (isRole(text)) return { role: text }
  const [, word, role] = /^(lead|backing)(?:-(.+))?$/.exec(text) ?? []
  if (!word || (role !== undefined && !isRole(role))) return undefined
  return { lead: word === 'lead', ...(role && isRole(role) && { role }) }
}
/** All that a user may say. */
export const wishes: readonly string[] = [...roleNames, 'lead', 'backing', 'lead-ROLE', 'backing-ROLE']
