/** The task `transfer` and its parts. */
export * from './transfer.ts'
export { type Aspect, aspects, transferOptions } from './options.ts'
export { measureStyle, type Style, type StyleSource } from './style.ts'
export { type StyleName, styleNames, namedStyles } from './styles.ts'
export { parseStyle, parseStyleList, writeStyle } from './style-file.ts'
export { transferReport, transferSound } from './report.ts'
export type { Sound } from '../master/sound.ts'
export { type StemPair, stemPairs, stemsGraph } from './stems.ts'
