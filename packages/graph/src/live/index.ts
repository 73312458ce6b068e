/** Graphs that sound while they are changed. */
export * from './changes.ts'
export * from './live.ts'
export * from './meters.ts'
export * from './transition.ts'
