/** The task `mix` and its parts. */
export * from './mix.ts'
export * from './analyse.ts'
export {
  bandEdges,
  fromByte,
  type SoundFeatures,
  type StemAnalysis,
  type StemSpectrum,
  type Tracks
} from './analysis.ts'
export type {
  Decisions,
  Device,
  GroupDecision,
  Reasoned,
  Return,
  ReturnDecision,
  Send,
  StemDecision
} from './decisions.ts'
export type { MixServices, RenderService, Stage, Stem, Take } from './services.ts'
export { stages } from './services.ts'
export { apartOutputs } from './apart.ts'
export { consoleGraph, stemIds, stemOutput } from './console.ts'
export { decide } from './decide.ts'
export { type Fault, type FaultKind, faultKinds, faultNames } from './faults.ts'
export { excerptsOf } from './excerpts.ts'
export { kitRoles, relate } from './kit.ts'
export { type Master, masterGraph, measuredClip, type Metered } from './master.ts'
export { type Cites, type Evidence, evidence, type EvidenceId } from './evidence.ts'
export { type Verdict, verify, type VerifyServices } from './verify.ts'
export { type Move, movesOf } from './moves.ts'
export { mixOptions } from './options.ts'
export { type Heard, mixReport, type ReportOptions } from './report.ts'
export { type Points, pointsAt, type Ride } from './ride.ts'
export { compareStems, type Coherence, type Relations } from './relations.ts'
export { type AssignedRole, assignRoles, roleFromSignal } from './role-signal.ts'
export { roleFromName, type RoleGuess, rolesFromNames } from './role-names.ts'
export {
  type Group,
  groups,
  isLeadVoice,
  isRole,
  type Role,
  type RoleEntry,
  roleNames,
  roles,
  rulesOf,
  wishes,
  wishOf
} from './roles.ts'
export { type Refined, refineGraph, type RefineJob } from './refine.ts'
