export * from './adam.ts'
export * from './knobs.ts'
export * from './solve.ts'
