import { K, Yes, No, add, sub, mul, div, ma, pick, swap, log2, fromDb, decay, flush, gather, P, S, TAPE, GP, GS, RATE, X, Y, GX, GY } from "./lanes";
import { sided, lefts, rights, linked, toChannels, packed, spreadFirst, spreadSecond, slidingMax, slidingMaxNoted, slidingMaxReady, slidingMaxAdjoint } from "./detector";
// noisegate: params threshold, ratio, attack (ms), release (ms), knee, range, hold (ms). inlets main, sidechain. expander (G = No): without the last two.
// state: [i32 samples so far, window, 1 after the first block] e, remainder, samples still to hold, rings of the window. tape: (over, e before), (wins, held).
// Both lanes of a pair share level and gain. The adjoint's state: [count][window] l, -, -, rings.
const DB: f64 = 6.020599913279624, TO_DB: f64 = 20 / 2.302585092994046, FROM_DB: f64 = 2.302585092994046 / 20, RINGS: usize = 64;
/** Levels below it (-120 dB) count as it, so that their logarithm exists. */
const FLOOR: f64 = 1e-6;
/** dB on either side of the range over which the curve bends into it; as much as the range itself where that is less. */
const BEND: f64 = 3;
/** The range of the expander. */
const MOST: f64 = 120;
/** Bit of the second word of the tape. */
const HELD: i32 = 1 << 30;
/** The same of the first sample: e before it is what silence leads to, so that silence before a signal changes nothing. */
const FIRST: i32 = 1 << 29;

@inline function rangeOf<T, G>(c: usize): v128 { return isFloat<G>() ? param<T>(c, 5) : K<T>(MOST); }
@inline function param<T>(c: usize, i: usize): v128 { return v128.load(P(c) + (i << 4)); }
/** 1/width of a bend; one of no width has no soft part, so any finite number will do. */
@inline function perWidth<T>(width: v128): v128 { return div<T>(K<T>(1), v128.max<T>(width, K<T>(1e-3))); }
/** Attenuation in dB without the range: h = knee/2, s = ratio - 1, ik = 1/knee. */
@inline function below<T>(over: v128, h: v128, s: v128, ik: v128): v128 {
  const w = sub<T>(h, over), soft = mul<T>(mul<T>(mul<T>(w, w), s), mul<T>(ik, K<T>(0.5)));
  return v128.andnot(pick(v128.le<T>(over, v128.neg<T>(h)), mul<T>(s, v128.neg<T>(over)), soft), v128.ge<T>(over, h));
}
/** Attenuation u bent into the range: b = half the width of the bend, ib = 1/(2 b). */
@inline function ranged<T>(u: v128, range: v128, b: v128, ib: v128): v128 {
  const q = add<T>(sub<T>(u, range), b), bent = sub<T>(u, mul<T>(mul<T>(q, q), mul<T>(ib, K<T>(0.5))));
  return pick(v128.le<T>(q, K<T>(0)), u, pick(v128.ge<T>(u, add<T>(range, b)), range, bent));
}

/** d attenuation / d u, and / d range (b follows the range where it is less than BEND). */
@inline function rangedSlope<T>(u: v128, range: v128, b: v128, ib: v128): v128 {
  const one = K<T>(1), q = add<T>(sub<T>(u, range), b), bent = sub<T>(one, mul<T>(q, ib));
  return v128.andnot(pick(v128.le<T>(q, K<T>(0)), one, bent), v128.ge<T>(u, add<T>(range, b)));
}
@inline function byRange<T>(u: v128, range: v128, b: v128, ib: v128): v128 {
  const q = add<T>(sub<T>(u, range), b), qb = mul<T>(q, ib), bent = pick(v128.lt<T>(range, K<T>(BEND)), mul<T>(qb, qb), qb);
  return v128.andnot(pick(v128.ge<T>(u, add<T>(range, b)), K<T>(1), bent), v128.le<T>(q, K<T>(0)));
}
@inline function overOf<T>(level: v128, threshold: v128): v128 { return sub<T>(mul<T>(log2<T>(level), K<T>(DB)), threshold); }

/**
 * The level of the window that ends with each sample, over the threshold, and the gain that the curve gives it, two samples in a register. In a loop of its
 * own, as all in one would be too long a way for every sample (docs/decisions/0002-kernels.md, 14).
 */
const AHEAD_OF: i32 = 128, CURVES = memory.data(64 * 32, 16);
function curves<T, H, G>(c: usize, d: usize, t: usize, count: i32, n: i32): void {
  const state = S(c), rings = state + RINGS, length = load<i32>(state, 4), knee = both<T>(param<T>(c, 4)), h = mul<T>(knee, K<T>(0.5)), ik = perWidth<T>(knee), range = both<T>(rangeOf<T, G>(c)),
    b = v128.min<T>(range, K<T>(BEND)), ib = mul<T>(perWidth<T>(b), K<T>(0.5)), threshold = both<T>(param<T>(c, 0)), s = sub<T>(both<T>(param<T>(c, 1)), K<T>(1));
  let to = CURVES;
  do {
    const m = largest<T, H>(rings, count, length, d, t), over = overOf<T>(packed<T>(m, n > 1 ? largest<T, H>(rings, count + 1, length, d + 16, t + 32) : m), threshold);
    v128.store(to, over); v128.store(to, v128.neg<T>(ranged<T>(below<T>(over, h, s, ik), range, b, ib)), 16);
    d += 32; t += 64; count += 2; n -= 2; to += 32;
  } while (n > 0);
}
@inline function largest<T, H>(rings: usize, count: i32, length: i32, d: usize, t: usize): v128 {
  const q = v128.max<T>(linked<T>(v128.load(d)), K<T>(FLOOR));
  return isFloat<H>() ? slidingMaxNoted<T>(rings, count, length, q, K<T>(0), t + 16) : slidingMax<T>(rings, count, length, q);
}
@inline function note<T>(t: usize, over: v128, e: v128, held: v128): void {
  v128.store(t, sided<T>(over, e)); v128.store(t, v128.or(v128.load(t, 16), v128.and(held, i32x4.splat(HELD))), 16);
}
/** Of a register of two samples. */
@inline function both<T>(v: v128): v128 { return packed<T>(v, v); }
@inline function gate<T, H, G>(c: usize, at: usize, n: i32): void {
  const state = S(c), rings = state + RINGS, length = load<i32>(state, 4), one = K<T>(1), zero = K<T>(0), period = K<T>(1000 / RATE(c));
  const threshold = param<T>(c, 0), s = sub<T>(param<T>(c, 1), one), aa = decay<T>(div<T>(period, param<T>(c, 2))),
    ar = decay<T>(div<T>(period, param<T>(c, 3)));
  const knee = param<T>(c, 4), h = mul<T>(knee, K<T>(0.5)), ik = perWidth<T>(knee), range = rangeOf<T, G>(c),
    b = v128.min<T>(range, K<T>(BEND)), ib = mul<T>(perWidth<T>(b), K<T>(0.5));
  const hold = isFloat<G>() ? v128.nearest<T>(div<T>(param<T>(c, 6), period)) : zero;
  let x = X(c, 0) + at, y = Y(c, 0) + at, d = X(c, 1) ? X(c, 1) + at : x, t = TAPE(c) + (at << 1), count = load<i32>(state);
  let e = v128.load(state, 16), lo = v128.load(state, 32), wait = v128.load(state, 48);     // lo: what rounding left over
  const begin = t, first = load<i32>(state, 8) == 0;
  if (isFloat<H>()) slidingMaxReady<T>(rings, count, length);
  if (first) {
    e = v128.neg<T>(ranged<T>(below<T>(overOf<T>(K<T>(FLOOR), threshold), h, s, ik), range, b, ib));
    store<i32>(state, 1, 8);
  }
  // The curve and the exponential take two samples at once; only the ballistics run sample by sample.
  do {
    let left = min(n, AHEAD_OF), from = CURVES;
    curves<T, H, G>(c, d, t, count, left);
    d += <usize>left << 4; count += left; n -= left;
    do {
      const two = left > 1, over2 = v128.load(from), g2 = v128.load(from, 16);
      let over = spreadFirst<T>(over2), g = spreadFirst<T>(g2), open = v128.ge<T>(over, h), held = v128.andnot(v128.gt<T>(wait, zero), open);
      wait = pick(open, hold, v128.max<T>(sub<T>(wait, one), zero));
      if (isFloat<H>()) note<T>(t, over, e, held);
      let a = pick(v128.gt<T>(g, e), aa, v128.andnot(ar, held)), step = ma<T>(a, sub<T>(g, e), lo), next = add<T>(e, step);
      lo = sub<T>(step, sub<T>(next, e)); e = next;
      const e0 = e;
      if (two) {
        over = spreadSecond<T>(over2); g = spreadSecond<T>(g2); open = v128.ge<T>(over, h); held = v128.andnot(v128.gt<T>(wait, zero), open);
        wait = pick(open, hold, v128.max<T>(sub<T>(wait, one), zero));
        if (isFloat<H>()) note<T>(t + 32, over, e, held);
        a = pick(v128.gt<T>(g, e), aa, v128.andnot(ar, held)); step = ma<T>(a, sub<T>(g, e), lo); next = add<T>(e, step);
        lo = sub<T>(step, sub<T>(next, e)); e = next;
      }
      const gain2 = fromDb<T>(packed<T>(e0, e)), v = v128.load(x);
      if (two) {
        const w = v128.load(x, 16);
        v128.store(y, mul<T>(w, spreadSecond<T>(gain2)), 16);
      }
      v128.store(y, mul<T>(v, spreadFirst<T>(gain2)));
      x += 32; y += 32; t += two ? 64 : 32; from += 32; left -= 2;
    } while (left > 0);
  } while (n > 0);
  if (isFloat<H>()) { if (first) v128.store(begin, v128.or(v128.load(begin, 16), i32x4.splat(FIRST)), 16); }
  store<i32>(state, count);
  v128.store(state, flush<T>(e), 16); v128.store(state, flush<T>(lo), 32); v128.store(state, wait, 48);
}
@inline function gate_adjoint<T, G>(c: usize, at: usize, gat: usize, n: i32): void {
  const state = GS(c), rings = state + RINGS, length = load<i32>(state, 4), gp = GP(c), len = <usize>n << 4, side = X(c, 1) != 0,
    period = K<T>(1000 / RATE(c));
  let gx = GX(c, 0) + gat + len, gy = GY(c, 0) + gat + len, gd = GX(c, 1) + gat + len, x = X(c, 0) + at + len,
    d = side ? X(c, 1) + at + len : x, t = TAPE(c) + (at + len << 1), count = load<i32>(state);
  const one = K<T>(1), zero = K<T>(0), half = K<T>(0.5), threshold = param<T>(c, 0), s = sub<T>(param<T>(c, 1), one);
  const ta = param<T>(c, 2), tr = param<T>(c, 3), za = div<T>(period, ta), zr = div<T>(period, tr), aa = decay<T>(za), ar = decay<T>(zr);
  const knee = param<T>(c, 4), h = mul<T>(knee, half), ik = perWidth<T>(knee), range = rangeOf<T, G>(c), b = v128.min<T>(range, K<T>(BEND)),
    ib = mul<T>(perWidth<T>(b), half);
  let l = v128.load(state, 16), gthr = zero, gsl = zero, gaa = zero, gar = zero, gkn = zero, grn = zero;
  const start = x - len;
  do {
    gx -= 16; gy -= 16; gd -= 16; x -= 16; d -= 16; t -= 32; count--;
    const word = v128.load(t), wins = v128.load(t, 16), over = lefts<T>(word), e0 = rights<T>(word),
      held = i32x4.ne(v128.and(wins, i32x4.splat(HELD)), i32x4.splat(0));
    const u = below<T>(over, h, s, ik), g = v128.neg<T>(ranged<T>(u, range, b, ib)), df = sub<T>(g, e0), up = v128.gt<T>(df, zero),
      a = pick(up, aa, v128.andnot(ar, held)), e = ma<T>(a, df, e0);
    const f = fromDb<T>(e), v = v128.load(gy), ug = mul<T>(v, f), product = mul<T>(ug, v128.load(x));
    l = ma<T>(add<T>(product, swap<T>(product)), K<T>(FROM_DB), l);
    const la = mul<T>(l, df); gaa = add<T>(gaa, v128.and(la, up)); gar = add<T>(gar, v128.andnot(la, v128.or(up, held)));
    const gr = v128.neg<T>(mul<T>(a, l));                                                                                // of the attenuation
    l = sub<T>(l, mul<T>(a, l));
    const ur = mul<T>(gr, rangedSlope<T>(u, range, b, ib));
    grn = ma<T>(gr, byRange<T>(u, range, b, ib), grn);
    const hard = v128.le<T>(over, v128.neg<T>(h)), open = v128.ge<T>(over, h), w = sub<T>(h, over), wk = mul<T>(w, ik);
    const go = v128.neg<T>(mul<T>(ur, v128.andnot(pick(hard, s, mul<T>(s, wk)), open)));
    gthr = sub<T>(gthr, go);
    gsl = ma<T>(ur, v128.andnot(pick(hard, v128.neg<T>(over), mul<T>(mul<T>(w, wk), half)), open), gsl);
    gkn = ma<T>(ur, v128.andnot(mul<T>(mul<T>(s, mul<T>(wk, half)), sub<T>(one, wk)), v128.or(hard, open)), gkn);
    const gm = div<T>(mul<T>(go, K<T>(TO_DB)), fromDb<T>(add<T>(over, threshold)));
    const key = v128.load(d), gq = slidingMaxAdjoint<T>(rings, count, length, wins, gm),
      gl = toChannels<T>(v128.and(gq, v128.gt<T>(linked<T>(key), K<T>(FLOOR))), key);
    if (side) { v128.store(gd, gl); v128.store(gx, ug); } else v128.store(gx, add<T>(ug, gl));
  } while (x > start);
  if (v128.any_true(v128.and(v128.load(t, 16), i32x4.splat(FIRST)))) {
    // Silence lies below every knee: u = -s over.
    const over = overOf<T>(K<T>(FLOOR), threshold), u = below<T>(over, h, s, ik), ur = mul<T>(l, rangedSlope<T>(u, range, b, ib));
    grn = sub<T>(grn, mul<T>(l, byRange<T>(u, range, b, ib))); gsl = ma<T>(ur, over, gsl); gthr = sub<T>(gthr, mul<T>(ur, s));
  }
  store<i32>(state, count); v128.store(state, flush<T>(l), 16);
  // Both lanes hold the gradient of their pair: half of it each.
  gather<T>(gp, mul<T>(gthr, half)); gather<T>(gp + 32, mul<T>(gsl, half));
  gather<T>(gp + 64, v128.neg<T>(mul<T>(mul<T>(gaa, half), mul<T>(sub<T>(one, aa), div<T>(za, ta)))));
  gather<T>(gp + 96, v128.neg<T>(mul<T>(mul<T>(gar, half), mul<T>(sub<T>(one, ar), div<T>(zr, tr)))));
  gather<T>(gp + 128, mul<T>(gkn, half));
  if (isFloat<G>()) gather<T>(gp + 160, mul<T>(grn, half));
}
export function noisegate_run_f32(c: usize, at: usize, n: i32, keep: i32): void { if (keep) gate<f32, Yes, Yes>(c, at, n); else gate<f32, No, Yes>(c, at, n); }
export function noisegate_adj_f32(c: usize, at: usize, gat: usize, n: i32): void { gate_adjoint<f32, Yes>(c, at, gat, n); }
export function noisegate_run_f64(c: usize, at: usize, n: i32, keep: i32): void { if (keep) gate<f64, Yes, Yes>(c, at, n); else gate<f64, No, Yes>(c, at, n); }
export function noisegate_adj_f64(c: usize, at: usize, gat: usize, n: i32): void { gate_adjoint<f64, Yes>(c, at, gat, n); }
export function expander_run_f32(c: usize, at: usize, n: i32, keep: i32): void { if (keep) gate<f32, Yes, No>(c, at, n); else gate<f32, No, No>(c, at, n); }
export function expander_adj_f32(c: usize, at: usize, gat: usize, n: i32): void { gate_adjoint<f32, No>(c, at, gat, n); }
export function expander_run_f64(c: usize, at: usize, n: i32, keep: i32): void { if (keep) gate<f64, Yes, No>(c, at, n); else gate<f64, No, No>(c, at, n); }
export function expander_adj_f64(c: usize, at: usize, gat: usize, n: i32): void { gate_adjoint<f64, No>(c, at, gat, n); }
