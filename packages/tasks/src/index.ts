export * from './define.ts'
export * from './mix/index.ts'
