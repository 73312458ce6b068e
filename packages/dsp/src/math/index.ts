export * from './fft.ts'
export * from './random.ts'
export * from './resample.ts'
export * from './window.ts'
