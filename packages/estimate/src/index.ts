export * from './fit/index.ts'
export * from './losses/index.ts'
