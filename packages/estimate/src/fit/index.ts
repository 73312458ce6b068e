export * from './adam.ts'
export * from './knobs.ts'
