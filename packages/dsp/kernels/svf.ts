import { K, Yes, No, add, sub, mul, div, ma, exp2, tan, flush, gather, P, S, TAPE, GP, GS, RATE, X, Y, GX, GY, ZEROS, SINK } from "./lanes";
import { TOP, a1Of, toG, toK } from "./svf-coefficients";
// Second-order state-variable filters, trapezoidal integration (Zavalishin 2012; mixing coefficients after Simper 2013, "Solving the
// continuous SVF equations using trapezoidal integration"): y = m0 x + m1 v1 + m2 v2.
// params: frequency, q, and for bell and shelves gain. inlets: main, frequency (octaves), gain (dB). state: s1, s2.
// tape: s1 before every sample and after the last; modulated filters and shelves interleave v3.

/** Shapes are types, told apart at compile time. */
type Lowpass = i8; type Highpass = i16; export type Bell = i32; type Lowshelf = i64; type Highshelf = f64;
@inline function isLowpass<B>(): bool { return sizeof<B>() == 1; }
@inline function isHighpass<B>(): bool { return sizeof<B>() == 2; }
@inline function isBell<B>(): bool { return sizeof<B>() == 4; }
@inline function isLowshelf<B>(): bool { return sizeof<B>() == 8 && !isFloat<B>(); }
@inline function isHighshelf<B>(): bool { return isFloat<B>(); }
@inline function hasGain<B>(): bool { return sizeof<B>() >= 4; }
/** Whether the adjoint wants v3 too: a modulated filter (M = Yes) for each sample, a shelf for its sum. */
@inline function tapesV3<B, M>(): bool { return isFloat<M>() || isLowshelf<B>() || isHighshelf<B>(); }

const LN2: f64 = 0.6931471805599453;
export const GAIN_SLOPE: f64 = 2.302585092994046 / 40;

/** √A = 10^(gain/80) */
@inline export function rootOf<T, B>(gain: v128): v128 { return hasGain<B>() ? exp2<T>(mul<T>(gain, K<T>(0.04152410118609203))) : K<T>(1); }
@inline function gOf<T, B>(t: v128, root: v128): v128 { return isLowshelf<B>() ? div<T>(t, root) : isHighshelf<B>() ? mul<T>(t, root) : t; }
@inline export function kOf<T, B>(q: v128, A: v128): v128 { return isBell<B>() ? div<T>(K<T>(1), mul<T>(q, A)) : div<T>(K<T>(1), q); }
@inline function m0Of<T, B>(A: v128): v128 { return isLowpass<B>() ? K<T>(0) : isHighshelf<B>() ? mul<T>(A, A) : K<T>(1); }
/** m1 / k */
@inline export function r1Of<T, B>(A: v128): v128 {
  const one = K<T>(1);
  return isLowpass<B>() ? K<T>(0) : isHighpass<B>() ? K<T>(-1) : isBell<B>() ? sub<T>(mul<T>(A, A), one) : isLowshelf<B>() ? sub<T>(A, one) : mul<T>(A, sub<T>(one, A));
}
@inline function m2Of<T, B>(A: v128): v128 {
  const one = K<T>(1);
  return isLowpass<B>() ? one : isHighpass<B>() ? K<T>(-1) : isBell<B>() ? K<T>(0) : isLowshelf<B>() ? sub<T>(mul<T>(A, A), one) : sub<T>(one, mul<T>(A, A));
}

@inline function svf<T, B, M, H>(c: usize, at: usize, n: i32): void {
  const p = P(c), s = S(c), perHz = K<T>(Math.PI / RATE(c)), top = K<T>(TOP), half = K<T>(0.5);
  const octaves = isFloat<M>() && X(c, 1) != 0, decibels = isFloat<M>() && hasGain<B>() && X(c, 2) != 0;
  let x = X(c, 0) + at, y = Y(c, 0) + at, t = TAPE(c) + (tapesV3<B, M>() ? at * 2 : at), mf = octaves ? X(c, 1) + at : ZEROS, mg = decibels ? X(c, 2) + at : ZEROS;
  const stepF: usize = octaves ? 16 : 0, stepG: usize = decibels ? 16 : 0;
  const w = mul<T>(v128.load(p), perHz), q = v128.load(p, 16), gain = hasGain<B>() ? v128.load(p, 32) : K<T>(0);
  let root = rootOf<T, B>(gain), A = mul<T>(root, root), k = kOf<T, B>(q, A), g = gOf<T, B>(tan<T>(v128.min<T>(w, top)), root), a1 = a1Of<T>(g, k);
  let b1 = mul<T>(g, add<T>(a1, a1)), c1 = mul<T>(b1, add<T>(g, k)), b2 = mul<T>(b1, g);
  let m0 = m0Of<T, B>(A), m1 = mul<T>(k, r1Of<T, B>(A)), m2 = m2Of<T, B>(A);
  let s1 = v128.load(s), s2 = v128.load(s, 16);
  const end = x + (<usize>n << 4);
  do {
    if (isFloat<M>()) {
      root = rootOf<T, B>(add<T>(gain, v128.load(mg))); A = mul<T>(root, root); k = kOf<T, B>(q, A);
      g = gOf<T, B>(tan<T>(v128.min<T>(mul<T>(w, exp2<T>(v128.load(mf))), top)), root); a1 = a1Of<T>(g, k);
      b1 = mul<T>(g, add<T>(a1, a1)); c1 = mul<T>(b1, add<T>(g, k)); b2 = mul<T>(b1, g);
      m0 = m0Of<T, B>(A); m1 = mul<T>(k, r1Of<T, B>(A)); m2 = m2Of<T, B>(A);
      mf += stepF; mg += stepG;
    }
    const v0 = v128.load(x), v3 = sub<T>(v0, s2);
    // Increments, ordered so that the chain from state to state is three operations long.
    const n1 = ma<T>(b1, v3, sub<T>(s1, mul<T>(c1, s1))), n2 = ma<T>(b2, v3, ma<T>(b1, s1, s2));
    const v1 = mul<T>(add<T>(s1, n1), half), v2 = mul<T>(add<T>(s2, n2), half);
    if (isFloat<H>()) {
      v128.store(t, s1);
      if (tapesV3<B, M>()) { v128.store(t, v3, 16); t += 32; } else t += 16;
    }
    s1 = n1; s2 = n2;
    if (isLowpass<B>()) v128.store(y, v2);
    else if (isHighpass<B>()) v128.store(y, sub<T>(ma<T>(m1, v1, v0), v2));
    else if (isBell<B>()) v128.store(y, ma<T>(m1, v1, v0));
    else if (isLowshelf<B>()) v128.store(y, ma<T>(m2, v2, ma<T>(m1, v1, v0)));
    else v128.store(y, ma<T>(m2, v2, ma<T>(m1, v1, mul<T>(m0, v0))));
    x += 16; y += 16;
  } while (x < end);
  s1 = flush<T>(s1);
  if (isFloat<H>()) v128.store(t, s1);
  v128.store(s, s1); v128.store(s, flush<T>(s2), 16);
}

// A constant filter is linear, so its gradients are correlations, and three suffice. With w = s1 + n1 = 2 v1 (n: the state after the sample),
// the sample reads v1 = s1 + g hp, v2 = s2 + g v1, hp = v0 - v2 - k v1. Multipliers p1, p2 of the first two equations give
// dL/dg = Σ p1 hp + p2 v1 and dL/dk = -g Σ p1 v1. Here p1 = l1 + l1', p2 = l2 + l2' (l: adjoint of the state after the sample, l': before it)
// are combinations of e1, e2, u, and 2 g Σ p1 hp = Σ (l1 + l1') (n1 - s1) = Σ (l1' - l1) w + the change of l1 s1 over the block, by parts.
// So all of it follows from Σ e1 w, Σ e2 w, Σ u w and the two ends, and s1 is all that the tape must hold.
/** dL/dg from ew1 = Σ e1 w, ew2 = Σ e2 w, uw = Σ u w and the change of l1 s1 from the block's start to its end. */
@inline export function sumsToG<T>(ew1: v128, ew2: v128, uw: v128, change: v128, g: v128, a1: v128, b1: v128, c1: v128, m1: v128): v128 {
  const steps = add<T>(ma<T>(m1, uw, sub<T>(mul<T>(b1, ew2), mul<T>(c1, ew1))), change);
  return add<T>(add<T>(div<T>(mul<T>(steps, K<T>(0.5)), g), ew2), sumsToK<T>(ew1, ew2, g, a1));
}
/** dL/dk, without the share of m1. */
@inline export function sumsToK<T>(ew1: v128, ew2: v128, g: v128, a1: v128): v128 { return v128.neg<T>(mul<T>(mul<T>(g, a1), ma<T>(g, ew2, ew1))); }
/** dL/dA from the gradients of m0, m1, m2, k (already with m1's share) and g. */
@inline export function toA<T, B>(A: v128, k: v128, g: v128, gm0: v128, gm1: v128, gm2: v128, gk: v128, gg: v128): v128 {
  const two = add<T>(A, A);
  if (isBell<B>()) return sub<T>(mul<T>(mul<T>(gm1, k), two), div<T>(mul<T>(gk, k), A));
  const bend = div<T>(mul<T>(gg, g), two);
  if (isLowshelf<B>()) return sub<T>(ma<T>(gm2, two, mul<T>(gm1, k)), bend);
  return add<T>(ma<T>(sub<T>(gm0, gm2), two, mul<T>(mul<T>(gm1, k), sub<T>(K<T>(1), two))), bend);
}
/** dg/dt, with g = t, t / √A or t √A. */
@inline function dgdt<T, B>(root: v128): v128 { return isLowshelf<B>() ? div<T>(K<T>(1), root) : isHighshelf<B>() ? root : K<T>(1); }

@inline function svf_adjoint<T, B, M>(c: usize, at: usize, gat: usize, n: i32): void {
  const p = P(c), gs = GS(c), gp = GP(c), start = GX(c, 0) + gat, len = <usize>n << 4;
  const perHz = K<T>(Math.PI / RATE(c)), top = K<T>(TOP), half = K<T>(0.5), zero = K<T>(0), one = K<T>(1);
  const octaves = isFloat<M>() && X(c, 1) != 0, decibels = isFloat<M>() && hasGain<B>() && X(c, 2) != 0;
  const stepF: usize = octaves ? 16 : 0, stepG: usize = decibels ? 16 : 0;
  let x = X(c, 0) + at + len, gx = start + len, gy = GY(c, 0) + gat + len, t = TAPE(c) + (tapesV3<B, M>() ? (at + len) * 2 : at + len);
  let mf = octaves ? X(c, 1) + at + len : ZEROS, mg = decibels ? X(c, 2) + at + len : ZEROS, gmf = octaves ? GX(c, 1) + gat + len : SINK, gmg = decibels ? GX(c, 2) + gat + len : SINK;
  const freq = v128.load(p), w = mul<T>(freq, perHz), q = v128.load(p, 16), gain = hasGain<B>() ? v128.load(p, 32) : zero;
  let root = rootOf<T, B>(gain), A = mul<T>(root, root), k = kOf<T, B>(q, A), r = v128.min<T>(w, top), tn = tan<T>(r), g = gOf<T, B>(tn, root), a1 = a1Of<T>(g, k);
  let b1 = mul<T>(g, add<T>(a1, a1)), c1 = mul<T>(b1, add<T>(g, k)), b2 = mul<T>(b1, g);
  let m0 = m0Of<T, B>(A), r1 = r1Of<T, B>(A), m1 = mul<T>(k, r1), m2 = m2Of<T, B>(A), bend = one, ok = v128.lt<T>(w, top);
  let l1 = v128.load(gs), l2 = v128.load(gs, 16), ew1 = zero, ew2 = zero, uw = zero, uv = zero, ux = zero, gf = zero, gq = zero, gg = zero;
  const after = mul<T>(l1, v128.load(t)), word: usize = tapesV3<B, M>() ? 32 : 16;
  do {
    x -= 16; gx -= 16; gy -= 16; t -= word;
    if (isFloat<M>()) {
      mf -= stepF; mg -= stepG;
      root = rootOf<T, B>(add<T>(gain, v128.load(mg))); A = mul<T>(root, root); k = kOf<T, B>(q, A);
      bend = exp2<T>(v128.load(mf)); r = mul<T>(w, bend); ok = v128.lt<T>(r, top); r = v128.min<T>(r, top); tn = tan<T>(r);
      g = gOf<T, B>(tn, root); a1 = a1Of<T>(g, k);
      b1 = mul<T>(g, add<T>(a1, a1)); c1 = mul<T>(b1, add<T>(g, k)); b2 = mul<T>(b1, g);
      m0 = m0Of<T, B>(A); r1 = r1Of<T, B>(A); m1 = mul<T>(k, r1); m2 = m2Of<T, B>(A);
    }
    const v0 = v128.load(x), s1 = v128.load(t), v3 = tapesV3<B, M>() ? v128.load(t, 16) : zero, u = v128.load(gy);
    const h1 = isLowpass<B>() ? zero : mul<T>(m1, u), h2 = isBell<B>() ? zero : isLowpass<B>() ? u : mul<T>(m2, u);
    const e1 = isLowpass<B>() ? l1 : ma<T>(h1, half, l1), e2 = isBell<B>() ? l2 : ma<T>(h2, half, l2), h3 = ma<T>(b2, e2, mul<T>(b1, e1));
    if (isFloat<M>()) {
      const tb1 = ma<T>(e2, s1, mul<T>(e1, v3)), tc1 = mul<T>(e1, s1), tb2 = mul<T>(e2, v3);
      const t1 = isLowpass<B>() ? zero : mul<T>(u, ma<T>(half, sub<T>(mul<T>(b1, v3), mul<T>(c1, s1)), s1));
      const t2 = isLowshelf<B>() || isHighshelf<B>() ? mul<T>(u, ma<T>(half, ma<T>(b2, v3, mul<T>(b1, s1)), sub<T>(v0, v3))) : zero;
      const t0 = isHighshelf<B>() ? mul<T>(u, v0) : zero;
      const nc1 = v128.neg<T>(tc1), sk = ma<T>(t1, r1, toK<T>(tb1, nc1, tb2, g, k, a1, b1)), sg = toG<T>(tb1, nc1, tb2, g, k, a1, b1);
      const df = v128.and(mul<T>(mul<T>(mul<T>(sg, dgdt<T, B>(root)), ma<T>(tn, tn, one)), mul<T>(perHz, bend)), ok);
      gf = add<T>(gf, df); gq = sub<T>(gq, div<T>(mul<T>(sk, k), q));
      gmf -= stepF; v128.store(gmf, mul<T>(df, mul<T>(freq, K<T>(LN2))));
      if (hasGain<B>()) {
        const dg = mul<T>(mul<T>(toA<T, B>(A, k, g, t0, t1, t2, sk, sg), A), K<T>(GAIN_SLOPE));
        gg = add<T>(gg, dg); gmg -= stepG; v128.store(gmg, dg);
      }
    } else {
      const w = add<T>(s1, v128.load(t + word));
      ew1 = ma<T>(e1, w, ew1); ew2 = ma<T>(e2, w, ew2);
      if (!isLowpass<B>()) uw = ma<T>(u, w, uw);
      if (isLowshelf<B>() || isHighshelf<B>()) { uv = ma<T>(u, v3, uv); ux = ma<T>(u, v0, ux); }
    }
    l1 = sub<T>(ma<T>(b1, e2, isLowpass<B>() ? l1 : add<T>(l1, h1)), mul<T>(c1, e1));
    l2 = sub<T>(isBell<B>() ? l2 : add<T>(l2, h2), h3);
    v128.store(gx, isLowpass<B>() ? h3 : isHighshelf<B>() ? ma<T>(m0, u, h3) : add<T>(u, h3));
  } while (gx > start);
  v128.store(gs, flush<T>(l1)); v128.store(gs, flush<T>(l2), 16);
  if (!isFloat<M>()) {
    // v2 = s2 + g v1, s2 = v0 − v3
    const gm1 = mul<T>(half, uw), gm2 = ma<T>(g, gm1, sub<T>(ux, uv)), change = sub<T>(after, mul<T>(l1, v128.load(t)));
    const sk = ma<T>(gm1, r1, sumsToK<T>(ew1, ew2, g, a1)), sg = sumsToG<T>(ew1, ew2, uw, change, g, a1, b1, c1, m1);
    gf = v128.and(mul<T>(mul<T>(mul<T>(sg, dgdt<T, B>(root)), ma<T>(tn, tn, one)), perHz), ok);
    gq = v128.neg<T>(div<T>(mul<T>(sk, k), q));
    if (hasGain<B>()) gg = mul<T>(mul<T>(toA<T, B>(A, k, g, ux, gm1, gm2, sk, sg), A), K<T>(GAIN_SLOPE));
  }
  gather<T>(gp, gf); gather<T>(gp + 32, gq);
  if (hasGain<B>()) gather<T>(gp + 64, gg);
}

@inline function modulated<B>(c: usize): bool { return X(c, 1) != 0 || (hasGain<B>() && X(c, 2) != 0); }
@inline function run<T, B>(c: usize, at: usize, n: i32, keep: i32): void {
  if (modulated<B>(c)) { if (keep) svf<T, B, Yes, Yes>(c, at, n); else svf<T, B, Yes, No>(c, at, n); }
  else { if (keep) svf<T, B, No, Yes>(c, at, n); else svf<T, B, No, No>(c, at, n); }
}
@inline function adjoint<T, B>(c: usize, at: usize, gat: usize, n: i32): void { if (modulated<B>(c)) svf_adjoint<T, B, Yes>(c, at, gat, n); else svf_adjoint<T, B, No>(c, at, gat, n); }
export function lowpass_run_f32(c: usize, at: usize, n: i32, keep: i32): void { run<f32, Lowpass>(c, at, n, keep); }
export function lowpass_adj_f32(c: usize, at: usize, gat: usize, n: i32): void { adjoint<f32, Lowpass>(c, at, gat, n); }
export function lowpass_run_f64(c: usize, at: usize, n: i32, keep: i32): void { run<f64, Lowpass>(c, at, n, keep); }
export function lowpass_adj_f64(c: usize, at: usize, gat: usize, n: i32): void { adjoint<f64, Lowpass>(c, at, gat, n); }
export function highpass_run_f32(c: usize, at: usize, n: i32, keep: i32): void { run<f32, Highpass>(c, at, n, keep); }
export function highpass_adj_f32(c: usize, at: usize, gat: usize, n: i32): void { adjoint<f32, Highpass>(c, at, gat, n); }
export function highpass_run_f64(c: usize, at: usize, n: i32, keep: i32): void { run<f64, Highpass>(c, at, n, keep); }
export function highpass_adj_f64(c: usize, at: usize, gat: usize, n: i32): void { adjoint<f64, Highpass>(c, at, gat, n); }
export function bell_run_f32(c: usize, at: usize, n: i32, keep: i32): void { run<f32, Bell>(c, at, n, keep); }
export function bell_adj_f32(c: usize, at: usize, gat: usize, n: i32): void { adjoint<f32, Bell>(c, at, gat, n); }
export function bell_run_f64(c: usize, at: usize, n: i32, keep: i32): void { run<f64, Bell>(c, at, n, keep); }
export function bell_adj_f64(c: usize, at: usize, gat: usize, n: i32): void { adjoint<f64, Bell>(c, at, gat, n); }
export function lowshelf_run_f32(c: usize, at: usize, n: i32, keep: i32): void { run<f32, Lowshelf>(c, at, n, keep); }
export function lowshelf_adj_f32(c: usize, at: usize, gat: usize, n: i32): void { adjoint<f32, Lowshelf>(c, at, gat, n); }
export function lowshelf_run_f64(c: usize, at: usize, n: i32, keep: i32): void { run<f64, Lowshelf>(c, at, n, keep); }
export function lowshelf_adj_f64(c: usize, at: usize, gat: usize, n: i32): void { adjoint<f64, Lowshelf>(c, at, gat, n); }
export function highshelf_run_f32(c: usize, at: usize, n: i32, keep: i32): void { run<f32, Highshelf>(c, at, n, keep); }
export function highshelf_adj_f32(c: usize, at: usize, gat: usize, n: i32): void { adjoint<f32, Highshelf>(c, at, gat, n); }
export function highshelf_run_f64(c: usize, at: usize, n: i32, keep: i32): void { run<f64, Highshelf>(c, at, n, keep); }
export function highshelf_adj_f64(c: usize, at: usize, gat: usize, n: i32): void { adjoint<f64, Highshelf>(c, at, gat, n); }
