export * from './estimate.ts'
export { estimateOptions } from './options.ts'
export { estimateReport } from './report.ts'
export { settingsOf } from './settings.ts'
