/** What becomes of a session's file, of a listener's answers, and of a style's. */
import { clipOf } from '@mixwright/dsp'
import { validate } from '@mixwright/graph'
import { kernels } from '../../dsp/test/kernels.ts'
import { readAnswers } from '../src/compare/answers.ts'
import { TaskError } from '../src/define.ts'
import { consoleGraph } from '../src/mix/console.ts'
import { parseSession } from '../src/revise/index.ts'
import { measureStyle } from '../src/transfer/style.ts'
import { parseStyle, writeStyle } from '../src/transfer/style-file.ts'
import { rate, snare } from './stems.ts'

/** @returns whether it makes a valid console, or is refused by our error. @throws Error for anything else */
export function sessionOutcome(text: string): 'heard' | 'refused' {
  try {
    const session = parseSession(text),
      [problem] = validate(consoleGraph(session, session.ports))
    if (problem) throw new Error(`its console is wrong: ${problem.place}: ${problem.message}`)
    return 'heard'
  } catch (error) {
    return refusedBy(error, TaskError)
  }
}

/** As the page saves them. */
export const answers = JSON.stringify({
  kind: 'mixwright-comparison',
  version: 1,
  ...{ test: 't', session: 's', listener: 'me', saved: '2024-01-01T00:00:00Z', finished: true, comment: '' },
  stimuli: [
    { id: 'p', label: 'a.wav' },
    { id: 'q', label: 'b.wav' }
  ],
  rounds: [
    {
      order: ['q', 'p'],
      scores: { production: { p: 10, q: 90 }, clarity: { p: 50 }, excitement: {} },
      comments: { p: 'thin' }
    }
  ],
  abx: [{ pair: ['p', 'q'], planned: 2, trials: [{ x: 'p', answer: 'q' }] }]
})
/** @returns whether they are read, or refused by our error. @throws Error for anything else */
export function answersOutcome(text: string): 'heard' | 'refused' {
  try {
    readAnswers(text, 'x.json')
    return 'heard'
  } catch (error) {
    if (error instanceof Error && !error.message.startsWith('x.json: ')) throw error
    return refusedBy(error, RangeError)
  }
}

/** As `--save-style` writes it. */
export const songStyle = async (): Promise<string> =>
  writeStyle((await measureStyle(clipOf([snare(4)], rate), 'snare', { kernels })).style)
/** @returns whether it is read, or refused by our error. @throws Error for anything else */
export function styleOutcome(text: string): 'heard' | 'refused' {
  try {
    parseStyle(text, 'x.json')
    return 'heard'
  } catch (error) {
    return refusedBy(error, TaskError)
  }
}

function refusedBy(error: unknown, kind: new (...args: never[]) => Error): 'refused' {
  if (!(error instanceof kind)) throw error
  if (error.message.length > 2000) throw new Error(`a message of ${error.message.length} letters`)
  return 'refused'
}
