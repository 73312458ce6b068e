/** Logistic regression, each recording left out in turn. */
export interface Case {
  /** What is left out together. */
  readonly recording: string
  readonly kind: string
  readonly is: boolean
  readonly x: readonly number[]
}
const dot = (w: readonly number[], x: readonly number[]) => w.reduce((sum, v, i) => sum + v * (x[i] ?? 1), 0)
const sigmoid = (v: number) => 1 / (1 + Math.exp(-v))

/** Weights, the constant last: by gradient. @param prior inverse variance of the slopes */
function trained(cases: readonly Case[], prior: number): number[] {
  let w = [...cases[0]!.x.map(() => 0), 0]
  for (let k = 0; k < 20000; k++)
    w = w.map((v, i) => {
      const slope = cases.reduce((sum, { is, x }) => sum + (Number(is) - sigmoid(dot(w, x))) * (x[i] ?? 1), 0)
      return v + (0.3 / cases.length) * (slope - (i < w.length - 1 ? prior * v : 0))
    })
  return w
}
/** Prints the weights, and of each kind how many are told with at least 0.6. */
export function report(cases: readonly Case[], prior: number): void {
  console.log(
    `weights, the constant last: ${trained(cases, prior)
      .map(v => v.toFixed(2))
      .join(' ')}`
  )
  const told = new Map<Case, boolean>()
  for (const recording of new Set(cases.map(one => one.recording))) {
    const w = trained(
      cases.filter(one => one.recording !== recording),
      prior
    )
    for (const one of cases) if (one.recording === recording) told.set(one, sigmoid(dot(w, one.x)) >= 0.6)
  }
  for (const kind of new Set(cases.map(one => one.kind))) {
    const some = cases.filter(one => one.kind === kind)
    console.log(`${kind}: told ${some.filter(one => told.get(one)).length} of ${some.length}, its recording left out`)
  }
}
