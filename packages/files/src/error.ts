/** The one error of everything that reads or writes audio files: where, what is wrong, and what to do about it. */

/** What kind of trouble it is, for callers that act on it. */
export type AudioFault =
  | 'empty'
  | 'not-audio'
  | 'unsupported'
  | 'corrupt'
  | 'truncated'
  | 'no-channels'
  | 'too-many-channels'
  | 'no-samples'
  | 'not-finite'
  | 'missing'
  | 'exists'
  | 'denied'
  | 'is-folder'
  | 'disk-full'
  | 'unreadable'

export class AudioFileError extends Error {
  override readonly name = 'AudioFileError'
  /**
   * @param fault which kind
   * @param place the file, and where in it if known
   * @param what what is wrong, with the value
   * @param remedy what the user can do
   */
  constructor(
    readonly fault: AudioFault,
    readonly place: string,
    readonly what: string,
    readonly remedy: string,
    options?: ErrorOptions
  ) {
    super(`${place}: ${what}; ${remedy}`, options)
  }
}

export const corrupt = (place: string, what: string): AudioFileError =>
  new AudioFileError('corrupt', place, what, 'export the file again from its source')

export const truncated = (place: string, what: string): AudioFileError =>
  new AudioFileError(
    'truncated',
    place,
    what,
    'copy or export the file again, or allow truncated files to use what is there'
  )

export const unsupported = (place: string, what: string): AudioFileError =>
  new AudioFileError(
    'unsupported',
    place,
    what,
    'it needs ffmpeg on the PATH (https://ffmpeg.org), or convert the file to WAV'
  )

/**
 * Refuses what no reader here can stand for. `rate` in Hz.
 * @throws AudioFileError for no channels, more than two, or a sampling rate that is none
 */
export function checkForm(place: string, channels: number, rate: number): void {
  if (channels === 0)
    throw new AudioFileError('no-channels', place, 'the file has zero channels', 'export it again as mono or stereo')
  if (channels > 2)
    throw new AudioFileError(
      'too-many-channels',
      place,
      `the file has ${channels} channels; one or two can be used`,
      `split it into mono or stereo files, for channels 1 and 2: ffmpeg -i "${place}" -af "pan=stereo|c0=c0|c1=c1" part.wav`
    )
  if (!(rate >= minRate && rate <= maxRate))
    throw corrupt(place, `a sampling rate of ${rate} Hz is not plausible (${minRate} to ${maxRate} Hz)`)
}
/** Hz. Wider than any recording in use (8 kHz telephony to 768 kHz converters), so that only damaged headers fail. */
const minRate = 1000,
  maxRate = 1536000

/** @throws AudioFileError when there is nothing to hear */
export function checkLength(place: string, frames: number): void {
  if (frames === 0)
    throw new AudioFileError(
      'no-samples',
      place,
      'the file holds no samples (length 0)',
      'export it again, or leave it out'
    )
}
