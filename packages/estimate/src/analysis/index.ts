export * from './filters-for.ts'
export * from './gain-trace.ts'
export * from './impulse-response.ts'
export * from './source-levels.ts'
