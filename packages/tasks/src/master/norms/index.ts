/** What a finished song would probably be like, had nothing been done wrong to it. */
export { type Norms, normsOf } from './norms.ts'
