/** The API in browsers: everything that needs no file system. */
export * from './api.ts'
