export * from './define.ts'
export * from './compare/index.ts'
export * from './mix/index.ts'
export * from './revise/index.ts'
