export * from './console.ts'
export * from './excerpts.ts'
export * from './proposals.ts'
export * from './search.ts'
