/** Signals in memory, checked at the door. */
import type { Audio } from '@mixwright/dsp'

/**
 * @param place what it is, for messages
 * @throws RangeError for anything but one or two channels of equal length, at least one sample long, of finite numbers
 */
export function checkSignal(audio: Audio, place: string): void {
  const channels: Audio = Array.isArray(audio) ? audio : [],
    frames = channels[0]?.length ?? 0
  if (!(channels.length === 1 || channels.length === 2) || channels.some(channel => !(channel instanceof Float32Array)))
    throw new RangeError(
      `${place}: ${Array.isArray(audio) ? `${audio.length} channels` : typeof audio}; give an array of one or two Float32Array, one per channel`
    )
  if (channels.some(channel => channel.length !== frames))
    throw new RangeError(
      `${place}: channels of ${channels.map(channel => channel.length).join(' and ')} samples; give equal lengths`
    )
  if (frames === 0) throw new RangeError(`${place}: no samples; give at least one, or leave it out`)
  for (const [c, channel] of channels.entries()) {
    const at = channel.findIndex(x => !Number.isFinite(x))
    if (at >= 0)
      throw new RangeError(`${place}: sample ${at} of channel ${c + 1} is ${channel[at]}; give finite numbers`)
  }
}

/** @throws RangeError outside what tasks can measure */
export function checkRate(sampleRate: number): void {
  if (!(Number.isInteger(sampleRate) && sampleRate >= 8000 && sampleRate <= 192000))
    throw new RangeError(`sample rate ${sampleRate} Hz is not allowed; give a whole number, 8000 to 192000`)
}
