/**
 * What each stem is, written down by hand for the evaluation alone, from track names, instruments, presets and what
 * they play. `lead`: the song's main melodic or vocal part. LMMS songs go by the track's number.
 */
import type { Group, Role } from '../../packages/tasks/src/mix/roles.ts'
import { isRole, rulesOf } from '../../packages/tasks/src/mix/roles.ts'

export interface Assigned {
  readonly role: Role
  readonly group: Group
  readonly lead?: boolean
}

/** One song a line: the stem, an equals sign, its role, * for the lead. */
const written: Readonly<Record<string, string>> = {
  Country1: 'bass=bass drums=drums other=music vocals=lead-vocal*',
  Disco: 'bass=bass drums=drums other=music vocals=lead-vocal*',
  'fxnorm-008': 'bass=bass drums=drums other=music vocals=lead-vocal*',
  'CapDan-ReggaeTry': '01=kick 02=snare 03=snare 04=hihat 05=hihat 06=keys 07=bass 08=strings* 09=strings',
  'CapDan-ReggaetonTry': '01=kick 02=snare 03=snare 04=hihat 05=hihat 06=keys 07=bass 08=brass*',
  'CapDan-ZeroSumGame-OriginalByZakarra':
    '01=kick 02=snare 03=snare 04=hihat 05=hihat 06=snare 07=hihat 08=synth* 09=bass 10=bass 11=bass 12=strings 13=strings 14=fx',
  'Momo64-esp':
    '01=bass 02=bass 03=strings 04=synth* 05=synth 06=brass 07=pad 08=synth 09=pad 10=fx 11=brass 12=kick 13=snare 14=snare ' +
    '15=tom 16=tom 17=hihat 18=hihat 19=hihat 20=fx 21=fx',
  'Oglsdl-Dr8v2': '02=synth 03=keys 04=strings 05=strings 06=synth 07=keys 08=synth*',
  'Saber-FinalStep':
    '01=kick 02=bass 03=hihat 04=hihat 05=snare 06=snare 07=snare 08=hihat 09=bass 10=snare 11=kick 12=snare 13=snare 14=pad ' +
    '15=keys 16=synth 17=pad 18=pad 19=fx 20=pad 21=strings 22=synth* 23=pad',
  'Settel-InnerRecreation':
    '01=synth* 02=pad 03=synth 04=bass 05=strings 06=kick 07=kick 08=percussion 09=percussion 10=kick 11=snare 12=snare ' +
    '13=snare 14=percussion 15=percussion 16=percussion 17=percussion 18=percussion 19=hihat 20=hihat 21=hihat 22=hihat ' +
    '23=hihat 24=fx 25=fx 26=fx',
  'Shovon-ProgressiveHousePluckDemo': '01=kick 02=kick 03=synth*',
  'Skiessi-C64': '01=bass 02=synth* 03=synth* 04=synth* 05=synth* 06=snare 07=kick 08=hihat 09=hihat',
  'Thomasso-AxeFromThe80s':
    '01=synth 02=fx 03=fx 05=tom 06=tom 07=tom 08=snare 09=kick 10=hihat 11=hihat 12=synth* 13=bass'
}

function parse(song: string, line: string): Readonly<Record<string, Assigned>> {
  return Object.fromEntries(
    line.split(' ').map(entry => {
      const [, stem, role, lead] = /^([^=]+)=([\w-]+)(\*?)$/.exec(entry) ?? []
      if (!stem || !role || !isRole(role)) throw new Error(`${song}: cannot read "${entry}"`)
      return [stem, { role, group: rulesOf(role).group, ...(lead && { lead: true }) }]
    })
  )
}
export const rolesBySong: Readonly<Record<string, Readonly<Record<string, Assigned>>>> = Object.fromEntries(
  Object.entries(written).map(([song, line]) => [song, parse(song, line)])
)
