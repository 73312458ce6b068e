/** Mixes for workstations, and sessions from them. */
export { arranged, isWhole, unrolled } from './arrange.ts'
export { type DawInputs, dawGraph } from './play.ts'
export { type Exchange, printedSession } from './printed.ts'
export { editableSession } from './editable.ts'
export { type StemFiles, stemFiles } from './stems.ts'
export { type Starts, startsOf, type Stamped } from './time-stamps.ts'
export { settingsCsv, settingsPage } from './sheet.ts'
