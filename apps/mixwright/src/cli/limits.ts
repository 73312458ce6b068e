/** What one run takes at most: each from where it is held to. */
import { resamplerRates } from '@mixwright/dsp'
import { dawLimits, maxTagBytes } from '@mixwright/files'
import { limits as graphLimits } from '@mixwright/graph'
import { mostStems } from '../node/folder.ts'
import { mostBytes } from '../node/session.ts'
import { ranges } from './options.ts'
import { table } from './output.ts'

const count = (value: number): string => value.toLocaleString('en').replaceAll(',', ' ')
const size = (bytes: number): string => (bytes >= 2 ** 30 ? `${bytes / 2 ** 30} GiB` : `${bytes / 2 ** 20} MiB`)

/** For the help. */
export const limitsText = (): string =>
  `Limits:\n${table([
    ['  stems of a song', count(mostStems)],
    ['  channels of a file', '1 or 2'],
    ['  sample rates', `${resamplerRates.min} to ${resamplerRates.max} Hz`],
    ['  length', 'as the disk has room; 4 GiB and more as RF64'],
    ['  worker threads', ranges.threads.join(' to ')],
    ['  tags and artwork of a file', `${size(maxTagBytes)}; more is left out`],
    ['  session file', size(mostBytes)],
    [
      '  graph file',
      `${size(graphLimits.characters)}, ${count(graphLimits.nodes)} nodes, ${count(graphLimits.edges)} edges, ${count(graphLimits.points)} points a lane`
    ],
    [
      '  project of a DAW',
      `${size(dawLimits.text)} of text, ${count(dawLimits.tracks)} tracks, ${size(dawLimits.audio)} unpacked`
    ]
  ])}`
