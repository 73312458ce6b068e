/** The task `master` and its parts. */
export * from './master.ts'
export { masterOptions, type MasterTarget } from './options.ts'
export { type PlatformName, type Platform, platformNames, platforms, type PlayedAt, playedAt } from './platforms.ts'
export * from './album.ts'
export type { Weighted } from './tone.ts'
export type { MasterChain } from './chain.ts'
export { masterReport, type MasterReportOptions, masterSound } from './report.ts'
