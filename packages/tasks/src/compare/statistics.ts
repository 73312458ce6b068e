/**
 * What a listening test needs of statistics: exact binomial tails, Student's t, intervals of means. Pure numbers; the
 * page and the command line both call these.
 */

/**
 * P(X ≥ successes) for X binomial: exact, each term from the largest one by ratios, so that nothing overflows.
 * @param trials a whole number from 0 @param chance of a success in each, 0 to 1
 */
export function binomialTail(successes: number, trials: number, chance: number): number {
  if (successes <= 0) return 1
  if (successes > trials || chance <= 0) return 0
  if (chance >= 1) return 1
  const odds = chance / (1 - chance),
    mode = Math.min(trials, Math.floor((trials + 1) * chance))
  let all = 0,
    tail = 0
  const add = (k: number, term: number) => {
    all += term
    if (k >= successes) tail += term
  }
  for (let k = mode, term = 1; k <= trials; term *= ((trials - k) / (k + 1)) * odds, k++) add(k, term)
  for (let k = mode - 1, term = mode / (trials - mode + 1) / odds; k >= 0; term *= k / (trials - k + 1) / odds, k--)
    add(k, term)
  return tail / all
}

export interface Interval {
  readonly low: number
  readonly high: number
}

/** Clopper & Pearson's exact interval of a probability (Biometrika 1934). @param confidence such as 0.95 */
export function proportionInterval(successes: number, trials: number, confidence: number): Interval {
  const half = (1 - confidence) / 2
  return {
    low: successes === 0 ? 0 : rising(p => binomialTail(successes, trials, p), half, 0, 1),
    high: successes === trials ? 1 : rising(p => binomialTail(successes + 1, trials, p), 1 - half, 0, 1)
  }
}

/** Where a rising function of one number reaches `value`, by bisection. */
function rising(f: (x: number) => number, value: number, from: number, to: number): number {
  let low = from,
    high = to
  // 200 halvings end when both neighbours of the solution are adjacent numbers.
  for (let k = 0; k < 200 && low < high; k++) {
    const middle = (low + high) / 2
    if (middle === low || middle === high) break
    if (f(middle) < value) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** P(|T| ≥ |t|) for Student's t. @param freedom degrees of freedom, above 0 */
export const studentTails = (t: number, freedom: number): number =>
  incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5)

/** The t that |T| exceeds with probability 1 - confidence. */
export function studentQuantile(confidence: number, freedom: number): number {
  let high = 1
  while (studentTails(high, freedom) > 1 - confidence) high *= 2
  return rising(t => -studentTails(t, freedom), confidence - 1, 0, high)
}

/**
 * Regularised incomplete beta function by Lentz's continued fraction (Abramowitz & Stegun 26.5.8; on the side where it
 * converges fast).
 */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a)
  const tiny = 1e-300,
    safe = (value: number) => (Math.abs(value) < tiny ? tiny : value)
  let c = 1,
    d = 1 / safe(1 - ((a + b) * x) / (a + 1)),
    fraction = d
  for (let m = 1; m < 1000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / safe(1 + even * d)
    c = safe(1 + even / c)
    fraction *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / safe(1 + odd * d)
    c = safe(1 + odd / c)
    fraction *= d * c
    if (Math.abs(d * c - 1) < 1e-15) break
  }
  const logBeta = logGamma(a) + logGamma(b) - logGamma(a + b)
  return (Math.exp(a * Math.log(x) + b * Math.log1p(-x) - logBeta) * fraction) / a
}

/** ln Γ(x) for x > 0: Stirling's series from 12 on, and down from there by Γ(x) = Γ(x + 1) / x. */
function logGamma(x: number): number {
  let shift = 0,
    y = x
  for (; y < 12; y++) shift += Math.log(y)
  const w = 1 / (y * y),
    series = (1 / 12 - w * (1 / 360 - w * (1 / 1260 - w * (1 / 1680 - w / 1188)))) / y
  return (y - 0.5) * Math.log(y) - y + 0.5 * Math.log(2 * Math.PI) + series - shift
}

export interface Mean {
  readonly n: number
  readonly mean: number
  /** Of the mean, by Student's t; null for one value or equal ones, of whose spread nothing is known. */
  readonly interval: Interval | null
  /** Two-sided, that the true mean is 0; null where the interval is. */
  readonly p: number | null
}

/** Confidence of every interval that is printed. */
export const confidence = 0.95

/** @param values at least one */
export function meanOf(values: readonly number[]): Mean {
  const n = values.length,
    mean = values.reduce((a, b) => a + b, 0) / n
  if (n < 2) return { n, mean, interval: null, p: null }
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (n - 1),
    error = Math.sqrt(variance / n)
  // Whole points that happen to agree do not prove that there is no spread.
  if (error === 0) return { n, mean, interval: null, p: null }
  const reach = error * studentQuantile(confidence, n - 1),
    p = studentTails(mean / error, n - 1)
  return { n, mean, interval: { low: mean - reach, high: mean + reach }, p }
}

/**
 * Holm's correction for several questions at once (Scand. J. Statistics 1979): the chance that any of them is
 * answered wrongly stays below the level. Nulls are not counted.
 */
export function holm(ps: readonly (number | null)[]): (number | null)[] {
  const order = ps.flatMap((p, i) => (p === null ? [] : [{ p, i }])).sort((a, b) => a.p - b.p),
    out: (number | null)[] = ps.map(() => null)
  let most = 0
  order.forEach(({ p, i }, rank) => {
    most = Math.max(most, Math.min(1, p * (order.length - rank)))
    out[i] = most
  })
  return out
}
