/** Audio that the page brings along as text. */
import { byId } from './element.ts'

/** A loop: 30 s of stereo take a tenth of a second, where `Uint8Array.from` held the page up for half a second. */
export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64),
    bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}

/** Decodes one excerpt and frees its text. @throws what the browser says of audio that it cannot decode */
export async function audioOf(context: BaseAudioContext, id: string): Promise<AudioBuffer> {
  const holder = byId(`audio-${id}`),
    text = holder.textContent!
  holder.remove()
  return context.decodeAudioData(bytesOf(text.slice(text.indexOf(',') + 1)).buffer)
}
