/** The language of call lists: what a plan tells the interpreter to do for one block. */

/** Operations of a call list. Each call is `callWords` numbers: operation and up to five operands. */
export const op = {
  run: 0,
  runAutomated: 1,
  host: 2,
  route: 3,
  ramp: 4,
  weave: 5,
  unweave: 6,
  clear: 7,
  line: 8,
  adjoint: 9,
  adjointAutomated: 10,
  hostAdjoint: 11,
  routeBack: 12,
  rampBack: 13,
  weaveBack: 14,
  unweaveBack: 15,
  clearBack: 16,
  dot: 17,
  lineBack: 18,
  run2: 19,
  adjoint2: 20
} as const
export const callWords = 6

export function pushCall(list: number[], words: readonly number[]): void {
  list.push(...words)
  for (let i = words.length; i < callWords; i++) list.push(0)
}
