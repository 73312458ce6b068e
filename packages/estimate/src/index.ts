export * from './analysis/index.ts'
export * from './fit/index.ts'
export * from './losses/index.ts'
export * from './search/index.ts'
