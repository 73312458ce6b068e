export * from './estimate.ts'
export { estimateOptions } from './options.ts'
export { estimateReport, estimateSound } from './report.ts'
export { settingsOf } from './settings.ts'
