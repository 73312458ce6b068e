// Every line here must not compile.
import { mix, type MixFolderOptions, mixFolder, render } from 'mixwright'

const stems = { a: [new Float32Array(10)] }
void mix(stems, 44100, { lodness: -14 })
void mix(stems, 44100, { loudness: 'loud' })
void mix(stems)
void mixFolder('song', { skipbad: true })
void mixFolder('song', { settings: { lodness: -14 } })
void render({ version: 1, inputs: {}, outputs: {}, nodes: {}, edges: [] }, {}, { samplerate: 44100 })
export const options: MixFolderOptions = { thread: 2 }
