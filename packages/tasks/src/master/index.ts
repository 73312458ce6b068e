/** The task `master` and its parts. */
export * from './master.ts'
export { masterOptions, type PlatformChoice } from './options.ts'
export { type PlatformName, type Platform, platformNames, platforms, type PlayedAt, playedAt } from './platforms.ts'
