/** What the task makes of known stems, without sound: features, roles, leads and faders from what `data.ts` keeps. */
import type { StemAnalysis } from '../../packages/tasks/src/mix/analysis.ts'
import { featuresOf } from '../../packages/tasks/src/mix/features.ts'
import { activityOf } from '../../packages/tasks/src/mix/level.ts'
import { isRole } from '../../packages/tasks/src/mix/roles.ts'
import type { KnownStem } from './data.ts'
import type { Example } from './model.ts'

/** The analysis with features as the code now has them. */
export function analysisOf({ analysis, heard, name }: KnownStem): StemAnalysis {
  const { level, bands, hop } = analysis.tracks,
    { active } = activityOf(level, hop)
  return {
    ...analysis,
    name,
    loudness: analysis.loudness <= -200 ? Number.NEGATIVE_INFINITY : analysis.loudness,
    features: featuresOf({ level, bands, ...heard, active, hop, spectrum: analysis.spectrum }, heard)
  }
}

/** What can be learnt from a stem. */
export function examplesOf(stem: KnownStem): Example[] {
  const analysis = analysisOf(stem)
  if (analysis.silent || !Number.isFinite(analysis.loudness) || !isRole(stem.role)) return []
  // Voices are told apart by names, not by sound; effects can sound like anything.
  const role = stem.role === 'vocals' || stem.role === 'backing-vocal' ? 'lead-vocal' : stem.role
  return role === 'fx' ? [] : [{ song: stem.song, role, analysis }]
}
