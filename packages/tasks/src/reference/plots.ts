/** What a processor does, as a picture: of what kind says its family. */
import { outletsOf, type NumberParam, type Params, fromUnit, type Processor } from '@mixwright/dsp'
import { type Axis, type Line, lines } from '../report/charts.ts'
import { type Bench, rate, type Settings, through } from './alone.ts'

/** Settings that are drawn, with their names. */
export type Named = readonly (readonly [name: string, params: Settings])[]

const hertz: Axis = {
    min: 20,
    max: 20000,
    ticks: [31.5, 63, 125, 250, 500, 1000, 2000, 4000, 8000, 16000],
    log: true,
    label: f => (f >= 1000 ? `${f / 1000}k` : String(f)),
    unit: 'Hz'
  },
  decibels = (min: number, max: number, step: number): Axis => ({
    min,
    max,
    ticks: Array.from({ length: Math.floor((max - min) / step) + 1 }, (_, i) => min + i * step),
    label: String,
    unit: 'dB'
  })
const dB = (amplitude: number) => 20 * Math.log10(Math.max(amplitude, 1e-9))

/** @returns '' where a picture would say nothing */
export async function picture(def: Processor, settings: Named, bench: Bench): Promise<string> {
  if (def.family === 'filter' && def.linear) return response(def, settings, bench)
  if (def.family === 'time' && def.linear) return answer(def, settings, bench)
  if (def.family === 'dynamics' || def.family === 'nonlinear') return statics(def, settings, bench)
  if (def.family === 'control' || def.family === 'source') return shape(def, settings, bench)
  if (def.family === 'stereo') return sides(def, bench)
  return ''
}

const impulse = (frames: number) => [Float32Array.from({ length: frames }, (_, i) => (i === 0 ? 1 : 0))]

/** |DFT| at any frequency (Hz). */
function magnitude(x: Float32Array, f: number): number {
  let re = 0,
    im = 0
  for (let i = 0; i < x.length; i++) {
    const angle = (2 * Math.PI * f * i) / rate
    re += x[i]! * Math.cos(angle)
    im += x[i]! * Math.sin(angle)
  }
  return Math.hypot(re, im)
}

async function response(def: Processor, settings: Named, bench: Bench): Promise<string> {
  const all: Line[] = []
  for (const [name, params] of settings) {
    const out = await through(def, params, impulse(rate / 2), bench)
    for (const { name: outlet } of outletsOf(def)) {
      all.push({
        name: outlet === 'main' ? name : `${name}: ${outlet}`,
        colour: all.length % 5,
        points: Array.from({ length: 140 }, (_, i) => {
          const f = hertz.min * (hertz.max / hertz.min) ** (i / 139)
          return [f, dB(magnitude(out[outlet]![0]!, f))] as const
        })
      })
    }
  }
  return lines(hertz, decibels(-36, 24, 12), all, { title: 'Response', note: 'Gain over frequency.' })
}

async function answer(def: Processor, settings: Named, bench: Bench): Promise<string> {
  const seconds = 1.5,
    step = 0.005,
    hop = Math.round(step * rate),
    all: Line[] = []
  for (const [name, params] of settings) {
    const { main } = await through(def, params, impulse(Math.round(seconds * rate)), bench)
    all.push({
      name,
      colour: all.length % 5,
      points: Array.from({ length: Math.floor(seconds / step) }, (_, i) => {
        let sum = 0
        for (const channel of main!)
          for (let j = i * hop; j < Math.min(channel.length, (i + 1) * hop); j++) sum += channel[j]! ** 2
        return [i * step, dB(Math.sqrt(sum))] as const
      })
    })
  }
  const time: Axis = { min: 0, max: seconds, ticks: [0, 0.5, 1, 1.5], label: t => `${t} s`, unit: '' }
  return lines(time, decibels(-80, 0, 20), all, {
    title: 'Answer to a click',
    note: 'Energy in steps of 5 ms.'
  })
}

async function statics(def: Processor, settings: Named, bench: Bench): Promise<string> {
  const levels = Array.from({ length: 29 }, (_, i) => -80 + i * (80 / 28)),
    frames = Math.round(0.5 * rate),
    tail = Math.round(0.1 * rate),
    all: Line[] = []
  for (const [name, params] of settings) {
    const points: [number, number][] = []
    for (const level of levels) {
      const amplitude = 10 ** (level / 20),
        tone = [Float32Array.from({ length: frames }, (_, i) => amplitude * Math.sin((2 * Math.PI * 997 * i) / rate))],
        { main } = await through(def, params, tone, bench),
        end = main![0]!.subarray(frames - tail)
      points.push([level, dB(Math.sqrt((2 * end.reduce((sum, x) => sum + x * x, 0)) / tail))])
    }
    all.push({ name, colour: all.length % 5, points })
  }
  const level = { ...decibels(-80, 0, 20), unit: 'dB in' }
  return lines(level, { ...decibels(-80, 20, 20), unit: 'dB out' }, all, {
    title: 'Level in, level out',
    note: 'Of a steady tone of 997 Hz.'
  })
}

async function shape(def: Processor, settings: Named, bench: Bench): Promise<string> {
  const seconds = def.family === 'control' ? 2 : 0.01,
    frames = Math.round(seconds * rate),
    burst = [Float32Array.from({ length: frames }, (_, i) => (i > frames * 0.2 && i < frames * 0.5 ? 1 : 0))],
    all: Line[] = []
  for (const [name, params] of settings) {
    const out = await through(def, params, burst, bench),
      first = out[outletsOf(def)[0]!.name]!
    first.forEach((channel, c) => {
      if (c > 0 && def.channels !== 'stereo') return
      all.push({
        name: def.channels === 'stereo' ? `${name}, ${c ? 'right' : 'left'}` : name,
        colour: all.length % 5,
        points: Array.from({ length: 400 }, (_, i) => {
          const at = Math.floor((i * frames) / 400)
          return [at / rate, channel[at]!] as const
        })
      })
    })
  }
  const time: Axis = {
    min: 0,
    max: seconds,
    ticks: [0, seconds / 2, seconds],
    label: t => (seconds < 1 ? `${t * 1000} ms` : `${t} s`),
    unit: ''
  }
  return lines(time, { min: -1, max: 1, ticks: [-1, 0, 1], label: String, unit: '' }, all, {
    title: 'Over time',
    note: inletNote(def)
  })
}
const inletNote = (def: Processor) =>
  Object.keys(def.inlets).length ? 'What it is given is 1 from a fifth to a half of the time.' : ''

/** What becomes of a signal on the left, over the range of the first parameter. */
async function sides(def: Processor, bench: Bench): Promise<string> {
  const [name, param] = Object.entries(def.params as Params).find(([, one]) => one.kind === 'number') ?? []
  if (name === undefined || !('main' in def.outlets)) return ''
  const number = param as NumberParam,
    values = Array.from({ length: 21 }, (_, i) => fromUnit(number, i / 20)),
    left = [Float32Array.of(...new Array<number>(256).fill(1)), new Float32Array(256)],
    all = ['left', 'right'].map((side, c) => ({ name: side, colour: c, points: [] as [number, number][] }))
  for (const value of values) {
    const { main } = await through(def, { [name]: value }, left, bench)
    all.forEach((line, c) => line.points.push([value, main![c]![255]!]))
  }
  const axis: Axis = {
    min: number.min,
    max: number.max,
    ticks: [number.min, number.default, number.max],
    label: String,
    unit: name
  }
  return lines(axis, { min: -1, max: 1.5, ticks: [-1, 0, 1], label: String, unit: '' }, all, {
    title: 'Sides',
    note: 'What becomes of a 1 that is on the left alone.'
  })
}
