export * from './alignment.ts'
export * from './nnls.ts'
export * from './role-balance.ts'
