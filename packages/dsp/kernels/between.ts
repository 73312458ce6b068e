import { K, add, sub, mul, div, ma, pick, swap } from "./lanes";
// The largest |value| of the waveform around a sample: of the sample itself, and of three points before the next one (ITU-R BS.1770-4,
// annex 2, reads a signal four times oversampled). Two interpolators, and the larger value counts:
//  - long: sinc under a Kaiser window, 48 taps, flat to 0.45 of the rate: what lies above 0.47 it reads too low. A parabola through
//    neighbouring points (samples and quarters) then finds the crest between them, which would otherwise be missed by up to
//    1 / cos(π/8), 0.7 dB;
//  - short: sinc under a Hann window, 12 taps, as long as the standard's own filter, which overshoots on sharp edges. What such a meter reads
//    must not be above the ceiling either.
// Both are corrected in their middle taps so that straight lines pass unchanged. Then a value differs from the line between its samples by
// Σ g d only, with d the second differences of the signal, so that |x| + REACH max|d| bounds it: few places need the filters.
const HALF: i32 = 24, SHORT: i32 = 6, ATTENUATION: f64 = 50;
/** Samples that a value depends on: 24 before, the sample itself, 24 after. */
export const SPAN: i32 = 2 * HALF + 1;
/** Samples that a point of the short interpolator depends on. */
export const SHORT_SPAN: i32 = 2 * SHORT;
/** Points of the two interpolators, in quarters of a sample after the sample. The first belongs to the interval before. */
const LONG_ROWS: i32 = 4, ROWS: i32 = 7;
const TABLE32 = memory.data(SPAN * ROWS * 4, 16), TABLE64 = memory.data(SPAN * ROWS * 8, 16), BEND = memory.data(16, 16), NEAR = memory.data(16, 16);

function besselI0(x: f64): f64 {
  let sum: f64 = 1, term: f64 = 1, k: f64 = 1;
  while (term > sum * 1e-17) { term *= (x / 2 / k) * (x / 2 / k); sum += term; k += 1; }
  return sum;
}
function windowAt(long: bool, t: f64): f64 {
  if (Math.abs(t) >= 1) return 0;
  if (!long) return 0.5 + 0.5 * Math.cos(Math.PI * t);
  const beta = 0.1102 * (ATTENUATION - 8.7);                                                // Kaiser, Proc. IEEE ISCAS 1974, above 50 dB
  return besselI0(beta * Math.sqrt(1 - t * t)) / besselI0(beta);
}
@inline function weight(row: i32, k: i32): f64 { return load<f64>(TABLE64 + ((k * ROWS + row) << 3)); }
@inline function setWeight(row: i32, k: i32, v: f64): void { store<f64>(TABLE64 + ((k * ROWS + row) << 3), v); }
/** Row of the point `quarters` after the sample in the middle of the span (negative: before it). */
function fillRow(row: i32, quarters: i32, long: bool): void {
  const half = long ? HALF : SHORT, place = <f64>quarters / 4, left = quarters < 0 ? -1 : 0;
  let sum: f64 = 0, moment: f64 = 0;
  for (let n = left - half + 1; n <= left + half; n++) {
    const t = <f64>n - place, v = Math.sin(Math.PI * t) / (Math.PI * t) * windowAt(long, t / half);
    setWeight(row, HALF + n, v); sum += v; moment += <f64>n * v;
  }
  // Straight lines: Σ w = 1, Σ n w = place.
  const shift = place - moment - <f64>left * (1 - sum);
  setWeight(row, HALF + left + 1, weight(row, HALF + left + 1) + shift);
  setWeight(row, HALF + left, weight(row, HALF + left) + 1 - sum - shift);
}
/** Σ |g|, where g convolved with (1, -2, 1) is a point of a quarter minus the line (curve: twice a point minus its neighbours). */
function bendOf(row: i32, curve: bool): f64 {
  let slope: f64 = 0, g: f64 = 0, sum: f64 = 0;
  for (let k = 0; k < SPAN; k++) {
    const q = row < LONG_ROWS ? row : row - LONG_ROWS + 1, at = <f64>q / 4, here: f64 = k == HALF ? 1 : 0,
      next: f64 = k == HALF + 1 ? 1 : 0;
    let w: f64;
    if (!curve) w = weight(row, k) - here * (1 - at) - next * at;
    else w = 2 * (row == 0 ? here : weight(row, k)) - (row == 1 ? here : weight(row == 0 ? 0 : row - 1, k)) - (row == 3 ? next : weight(row + 1, k));
    slope += w; g += slope; sum += Math.abs(g);
  }
  return sum;
}
function build(): void {
  fillRow(0, -1, true);
  for (let q = 1; q < 4; q++) { fillRow(q, q, true); fillRow(LONG_ROWS + q - 1, q, false); }
  for (let k = 0; k < SPAN * ROWS; k++) store<f32>(TABLE32 + (k << 2), <f32>load<f64>(TABLE64 + (k << 3)));
  let most: f64 = bendOf(0, true) / 8;
  for (let q = 1; q < 4; q++) { most = Math.max(most, bendOf(q, false) + bendOf(q, true) / 8); most = Math.max(most, bendOf(LONG_ROWS + q - 1, false)); }
  store<f64>(BEND, most);
  let sum: f64 = 0;
  for (let q = 0; q < 3; q++) { let one: f64 = 0; for (let k = 0; k < SPAN; k++) one += Math.abs(weight(LONG_ROWS + q, k)); sum = Math.max(sum, one); }
  store<f64>(NEAR, 0.9999 / sum);
}
build();

/** What `loudest` exceeds the larger of its sample and the next one by, at most, per largest second difference in the span. */
@inline export function reachOf<T>(): v128 { return K<T>(load<f64>(BEND)); }
/** No point of the short interpolator is above a level where no sample that it depends on is above this share of it: 1 / Σ |w|. */
@inline export function nearOf<T>(): v128 { return K<T>(load<f64>(NEAR)); }
@inline function table<T>(): usize { return sizeof<T>() == 4 ? TABLE32 : TABLE64; }
@inline function shortTable<T>(): usize { return table<T>() + (HALF - SHORT + 1) * ROWS * sizeof<T>(); }
@inline function tap<T>(at: usize, row: usize): v128 { return v128.load_splat<T>(at + row * sizeof<T>()); }
@inline function larger<T>(v: v128, best: v128): v128 { return v128.pmax<T>(best, v128.abs<T>(v)); }
/** Height of the parabola through a, b, e above b where b is the crest; beyond the half way to a neighbour it does not grow any more. */
@inline function crest<T>(a: v128, b: v128, e: v128): v128 {
  const flip = v128.and(b, K<T>(-0.0)), d = sub<T>(e, a), k = v128.xor(sub<T>(add<T>(b, b), add<T>(a, e)), flip);
  const r = div<T>(d, v128.max<T>(k, K<T>(1e-30))), bonus = mul<T>(v128.min<T>(mul<T>(r, r), K<T>(1)), mul<T>(k, K<T>(0.125)));
  return add<T>(v128.abs<T>(b), v128.and(bonus, v128.gt<T>(k, K<T>(0))));
}
/** Points of the long interpolator, then of the short one, from the tape's point of view: room for nine values. */
const POINTS = memory.data(9 * 16, 16);
/** The short interpolator's points between the middle two of SHORT_SPAN samples, to POINTS. */
@inline export function quarters<T>(x: usize): void {
  let s1 = K<T>(0), s2 = s1, s3 = s1, at = shortTable<T>();
  const end = x + <usize>(SHORT_SPAN * 16);
  do {
    const v = v128.load(x);
    s1 = ma<T>(tap<T>(at, 4), v, s1); s2 = ma<T>(tap<T>(at, 5), v, s2); s3 = ma<T>(tap<T>(at, 6), v, s3);
    x += 16; at += ROWS * sizeof<T>();
  } while (x < end);
  v128.store(POINTS, s1, 96); v128.store(POINTS, s2, 112); v128.store(POINTS, s3, 128);
}
/** Of the last `quarters`: k = 1, 2, 3. */
@inline export function quarter(k: i32): v128 { return v128.load(POINTS + 80 + (<usize>k << 4)); }
/** Adds the gradients of the three points to the samples: sample k of SHORT_SPAN lies in slot (first + k) & mask of `ring`. */
@inline export function giveQuarters<T>(g1: v128, g2: v128, g3: v128, ring: usize, first: i32, mask: i32): void {
  let k = 0, t = shortTable<T>();
  do {
    const slot = ring + (<usize>((first + k) & mask) << 4);
    v128.store(slot, ma<T>(tap<T>(t, 6), g3, ma<T>(tap<T>(t, 5), g2, ma<T>(tap<T>(t, 4), g1, v128.load(slot)))));
    t += ROWS * sizeof<T>();
  } while (++k < SHORT_SPAN);
}
/** Computes the points around sample 24 of `span`, and leaves them at POINTS: quarters -1 … 4, then three short ones. */
@inline function points<T>(span: usize): void {
  let l0 = K<T>(0), l1 = l0, l2 = l0, l3 = l0, at = table<T>(), x = span;
  const end = span + <usize>(SPAN * 16);
  do {
    const v = v128.load(x);
    l0 = ma<T>(tap<T>(at, 0), v, l0); l1 = ma<T>(tap<T>(at, 1), v, l1); l2 = ma<T>(tap<T>(at, 2), v, l2); l3 = ma<T>(tap<T>(at, 3), v, l3);
    x += 16; at += ROWS * sizeof<T>();
  } while (x < end);
  quarters<T>(span + <usize>((HALF - SHORT + 1) * 16));
  v128.store(POINTS, l0); v128.store(POINTS, v128.load(span + HALF * 16), 16); v128.store(POINTS, l1, 32); v128.store(POINTS, l2, 48); v128.store(POINTS, l3, 64);
  v128.store(POINTS, v128.load(span + (HALF + 1) * 16), 80);
}
/** The largest |value| around sample 24 of the SPAN samples at `span`, per lane. */
@inline export function loudest<T>(span: usize): v128 {
  points<T>(span);
  const a = v128.load(POINTS), b = v128.load(POINTS, 16), c = v128.load(POINTS, 32), d = v128.load(POINTS, 48), e = v128.load(POINTS, 64),
    f = v128.load(POINTS, 80);
  const one = v128.pmax<T>(crest<T>(a, b, c), crest<T>(b, c, d)), two = v128.pmax<T>(crest<T>(c, d, e), crest<T>(d, e, f));
  return larger<T>(v128.load(POINTS, 128), larger<T>(v128.load(POINTS, 112), larger<T>(v128.load(POINTS, 96), v128.pmax<T>(one, two))));
}

/** Lowest bit of the winner's number (1 … 7; 8: the sample itself, not looked around; 0: none) in a word of the tape. */
export const WINNER: i32 = 20;
/**
 * Who has won, and d best / d (point before, point, point after) at `to` (three words). Where `looked`, `best` is from `loudest`, called just
 * before, and of equal values the first one wins; elsewhere it is |here|.
 * The louder channel of a pair counts; equally loud ones share.
 */
@inline export function derive<T>(here: v128, best: v128, looked: v128, to: usize): v128 {
  const zero = K<T>(0), one = K<T>(1), eighth = K<T>(0.125), quarter = K<T>(0.25);
  let winner = v128.andnot(i32x4.splat(8 << WINNER), looked), before = zero, at = v128.xor(one, v128.and(here, K<T>(-0.0))), after = zero,
    i = 0;
  if (v128.any_true(looked)) {
    do {
      const p = POINTS + (<usize>i << 4), a = v128.load(p), b = v128.load(p, 16), e = v128.load(p, 32);
      const mine = v128.and(v128.eq<T>(crest<T>(a, b, e), best), i32x4.eq(winner, i32x4.splat(0))), flip = v128.and(b, K<T>(-0.0));
      const d = v128.xor(sub<T>(e, a), flip), k = v128.xor(sub<T>(add<T>(b, b), add<T>(a, e)), flip),
        r = div<T>(d, v128.max<T>(k, K<T>(1e-30)));
      const flat = v128.le<T>(k, zero), far = v128.ge<T>(v128.abs<T>(r), one), r8 = mul<T>(mul<T>(r, r), eighth), r4 = mul<T>(r, quarter);
      before = pick(mine, v128.xor(v128.andnot(pick(far, v128.neg<T>(eighth), sub<T>(r8, r4)), flat), flip), before);
      at = pick(mine, v128.xor(add<T>(one, v128.andnot(pick(far, quarter, v128.neg<T>(add<T>(r8, r8))), flat)), flip), at);
      after = pick(mine, v128.xor(v128.andnot(pick(far, v128.neg<T>(eighth), add<T>(r8, r4)), flat), flip), after);
      winner = v128.or(winner, v128.and(mine, i32x4.splat(++i << WINNER)));
    } while (i < 4);
    do {
      const v = v128.load(POINTS + (<usize>(i + 2) << 4)),
        mine = v128.and(v128.eq<T>(v128.abs<T>(v), best), i32x4.eq(winner, i32x4.splat(0)));
      at = pick(mine, v128.xor(one, v128.and(v, K<T>(-0.0))), at);
      winner = v128.or(winner, v128.and(mine, i32x4.splat(++i << WINNER)));
    } while (i < 7);
  }
  const other = swap<T>(best), share = pick(v128.gt<T>(best, other), one, v128.and(v128.eq<T>(best, other), K<T>(0.5)));
  v128.store(to, mul<T>(before, share)); v128.store(to, mul<T>(at, share), 16); v128.store(to, mul<T>(after, share), 32);
  return winner;
}
/** Adds the gradient g of the largest value to the samples: sample k of the span lies in slot (first + k) & mask of `ring`. */
@inline export function give<T>(g: v128, word: v128, derivatives: usize, ring: usize, first: i32, mask: i32): void {
  const before = mul<T>(g, v128.load(derivatives)), at = mul<T>(g, v128.load(derivatives, 16)),
    after = mul<T>(g, v128.load(derivatives, 32)), winner = i32x4.shr_u(word, WINNER);
  const w1 = i32x4.eq(winner, i32x4.splat(1)), w2 = i32x4.eq(winner, i32x4.splat(2)), w3 = i32x4.eq(winner, i32x4.splat(3)),
    w4 = i32x4.eq(winner, i32x4.splat(4));
  const l0 = v128.and(before, w1), l1 = v128.or(v128.or(v128.and(after, w1), v128.and(at, w2)), v128.and(before, w3)),
    l2 = v128.or(v128.or(v128.and(after, w2), v128.and(at, w3)), v128.and(before, w4)), l3 = v128.or(v128.and(after, w3), v128.and(at, w4));
  const s1 = v128.and(at, i32x4.eq(winner, i32x4.splat(5))), s2 = v128.and(at, i32x4.eq(winner, i32x4.splat(6))),
    s3 = v128.and(at, i32x4.eq(winner, i32x4.splat(7)));
  let k = 0, t = table<T>();
  do {
    const slot = ring + (<usize>((first + k) & mask) << 4),
      long = ma<T>(tap<T>(t, 3), l3, ma<T>(tap<T>(t, 2), l2, ma<T>(tap<T>(t, 1), l1, mul<T>(tap<T>(t, 0), l0))));
    const short = ma<T>(tap<T>(t, 6), s3, ma<T>(tap<T>(t, 5), s2, mul<T>(tap<T>(t, 4), s1)));
    v128.store(slot, add<T>(v128.load(slot), add<T>(long, short)));
    t += ROWS * sizeof<T>();
  } while (++k < SPAN);
  const here = ring + (<usize>((first + HALF) & mask) << 4), next = ring + (<usize>((first + HALF + 1) & mask) << 4);
  v128.store(here, add<T>(v128.load(here), v128.or(v128.and(at, v128.or(w1, i32x4.eq(winner, i32x4.splat(8)))), v128.and(before, w2))));
  v128.store(next, add<T>(v128.load(next), v128.and(after, w4)));
}
