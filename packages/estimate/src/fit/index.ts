export * from './adam.ts'
export * from './knobs.ts'
export { backward, cholesky, forward, type Matrix, solveSymmetric } from './cholesky.ts'
