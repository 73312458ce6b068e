/** The API in browsers: everything that needs no file system, and graphs played live. */
export * from './api.ts'
export { type LiveGraph, type LiveGraphOptions, openLive } from './live/index.ts'
