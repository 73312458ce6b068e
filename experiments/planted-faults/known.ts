/** Faults that the untouched recordings have, verified by looking at them. */
import type { FaultKind } from '@mixwright/tasks'

export const knownFaults: readonly { readonly song: string; readonly stem: string; readonly kind: FaultKind }[] = []
