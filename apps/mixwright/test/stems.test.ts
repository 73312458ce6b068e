/** Stems as aligned Broadcast Wave files, and recordings that their time stamps align. */
import { readdirSync, readFileSync } from 'node:fs'
import { type Audio, createRandom } from '@mixwright/dsp'
import { createWavWriter, memorySink, openAudio, sourceOf } from '@mixwright/files'
import { afterAll, describe, expect, it } from 'vitest'
import { run, tone, workplace } from './command.ts'

const place = workplace(),
  frames = 3 * 44100,
  noise = (seed: number) => {
    const random = createRandom(seed)
    return new Float32Array(frames).map((_, i) => 0.1 * random.normal() * Math.exp(-(i % 22050) / 3000))
  }
async function sound(path: string): Promise<Audio> {
  const file = await openAudio(sourceOf(readFileSync(place.at(path))), path)
  return file.clip!.read(0, file.frames!)
}
const ok = async (...args: string[]) => {
  const done = await run(place.folder, [...args, '--quiet'])
  expect([done.code, done.err]).toEqual([0, ''])
  return done.out
}
afterAll(place.remove)

describe('stems and time stamps', () => {
  const stamped = async (name: string, audio: Audio, seconds: number | undefined, rate = 44100) => {
    const sink = memorySink(),
      writer = await createWavWriter(sink, {
        sampleRate: rate,
        channels: audio.length,
        format: 'f32',
        seed: 1,
        name,
        ...(seconds !== undefined && { broadcast: { timeReference: Math.round(seconds * rate) } })
      })
    await writer.write(audio)
    await writer.close()
    place.put(name, sink.bytes())
  }
  const gain = (inputs: readonly string[]) =>
    JSON.stringify({
      version: 1,
      inputs: Object.fromEntries(inputs.map(name => [name, { channels: 1 }])),
      outputs: { main: { channels: 1 } },
      nodes: {},
      edges: inputs.map(name => ({ from: ['input', name], to: ['output', 'main'] }))
    })

  it('render aligns its inputs by their stamps, whatever their rates, and says so once', async () => {
    await stamped('late/a.wav', [tone(frames, 80)], 3600)
    await stamped('late/b.wav', [tone(Math.round(1.5 * 48000), 300, 48000)], 3601.25, 48000)
    place.put('late/graph.json', gain(['a', 'b']))
    const args = ['render', 'late/graph.json', '--in', 'a=late/a.wav', '--in', 'b=late/b.wav', '--rate', '44100'],
      { code, err } = await run(place.folder, [...args, '--out', 'main=late.wav', '--quiet'])
    expect([code, err]).toEqual([0, '! aligned by their time stamps (BWF): up to 1.25 s apart (b begins last)\n'])
    const [both] = await sound('late.wav'),
      [a, b] = [tone(frames, 80), tone(Math.round(1.5 * 44100), 300)],
      from = Math.round(1.25 * 44100)
    let worst = 0
    // Where b has begun and not yet ended; its ends ring a little from the conversion.
    for (let i = from + 500; i < from + b.length - 500; i++)
      worst = Math.max(worst, Math.abs(both![i]! - a[i]! - b[i - from]!))
    expect(worst).toBeLessThan(1e-4)
    expect(both!.subarray(0, from - 500).every((value, i) => value === a[i])).toBe(true)
    const { broadcast } = await openAudio(sourceOf(readFileSync(place.at('late.wav'))), 'late')
    expect(broadcast?.timeReference).toBe(3600 * 44100)
  })
  it('mix aligns stems, a revision and an export too; the exported stems keep the clock, and add up to the mix', async () => {
    await stamped('clock/Bass.wav', [tone(frames, 80)], 10)
    await stamped('clock/Snare.wav', [noise(1)], 10.5)
    const { code, err } = await run(place.folder, ['mix', 'clock', '--report', 'text', '--refine', '0', '--quiet'])
    expect([code, err]).toEqual([0, '! aligned by their time stamps (BWF): up to 0.5 s apart (Snare begins last)\n'])
    const made = JSON.parse(await ok('export', 'clock/mixwright', '--format', 'stems', '--json'))
    expect(made.tracks).toBe(readdirSync(place.at('clock/mixwright/daw-stems'), { recursive: true }).length - 4)
    const folder = 'clock/mixwright/daw-stems',
      [snare] = await sound(`${folder}/dry/Snare.wav`),
      begin = 22050
    expect(snare!.subarray(0, begin).every(value => value === 0)).toBe(true)
    expect(
      Buffer.compare(Buffer.from(snare!.buffer, 4 * begin, 4 * 44100), Buffer.from(noise(1).buffer, 0, 4 * 44100))
    ).toBe(0)
    const mix = await sound('clock/mixwright/mix.wav'),
      wet = readdirSync(place.at(`${folder}/wet`)),
      sums = [new Float64Array(mix[0]!.length), new Float64Array(mix[0]!.length)]
    for (const name of wet) {
      const bytes = readFileSync(place.at(`${folder}/wet/${name}`)),
        file = await openAudio(sourceOf(bytes), name),
        audio = await file.clip!.read(0, file.frames!)
      expect([file.bits, file.broadcast]).toMatchObject([32, { timeReference: 441000, originator: 'Mixwright' }])
      for (const c of [0, 1]) for (let i = 0; i < sums[c]!.length; i++) sums[c]![i]! += audio[c]![i] ?? 0
    }
    const off = mix.map((channel, c) => channel.map((value, i) => value - sums[c]![i]!)),
      power = (audio: Audio) => audio.reduce((sum, channel) => sum + channel.reduce((a, v) => a + v * v, 0), 0)
    expect(10 * Math.log10(power(off) / power(mix))).toBeLessThan(-90)
    expect(readFileSync(place.at(`${folder}/settings.csv`), 'utf8')).toContain('Snare,fader,Fader,gain,')
    await ok('revise', 'clock/mixwright', 'bass up 1')
    const [before, after] = [mix[0]!, (await sound('clock/mixwright/mix.wav'))[0]!]
    expect(after.length).toBe(before.length)
    expect((await run(place.folder, ['export', 'clock/mixwright', '--format', 'stems', '--quiet'])).err).toContain(
      '--force'
    )
  })
  it('stamps that are no clock are not used, and that is said', async () => {
    await stamped('odd/a.wav', [tone(frames, 80)], 5)
    await stamped('odd/b.wav', [tone(frames, 300)], undefined)
    place.put('odd/graph.json', gain(['a', 'b']))
    const args = ['render', 'odd/graph.json', '--in', 'a=odd/a.wav', '--in', 'b=odd/b.wav', '--out', 'main=odd.wav'],
      { code, err } = await run(place.folder, [...args, '--quiet'])
    expect([code, err]).toEqual([0, expect.stringContaining('1 of 2 files have none (the first: b)')])
    expect((await sound('odd.wav'))[0]!.length).toBe(frames)
  })
  it.each([
    [['--editable'], 'stems are no project'],
    [['--reference'], 'stems are no project']
  ])('export of stems with %s is refused', async (more, message) => {
    const { code, err } = await run(place.folder, [
      'export',
      'clock/mixwright',
      '--format',
      'stems',
      ...more,
      '--quiet'
    ])
    expect([code, err]).toEqual([2, expect.stringContaining(message)])
  })
})
