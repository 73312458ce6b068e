import { K, Yes, No, add, sub, mul, div, ma, exp2, tan, flush, gather, P, S, TAPE, GP, GS, RATE, X, Y, GX, GY, ZEROS, SINK } from "./lanes";
import { TOP, a1Of, toG, toK } from "./svf-coefficients";
// Second-order state-variable filters, trapezoidal integration (Zavalishin 2012; mixing coefficients after Simper 2013, "Solving the
// continuous SVF equations using trapezoidal integration"): y = m0 x + m1 v1 + m2 v2.
// params: frequency, q, and for bell and shelves gain. inlets: main, frequency (octaves), gain (dB). state: s1, s2. tape: s1, v3.

/** Shapes are types, told apart at compile time. */
type Lowpass = i8; type Highpass = i16; type Bell = i32; type Lowshelf = i64; type Highshelf = f64;
@inline function isLowpass<B>(): bool { return sizeof<B>() == 1; }
@inline function isHighpass<B>(): bool { return sizeof<B>() == 2; }
@inline function isBell<B>(): bool { return sizeof<B>() == 4; }
@inline function isLowshelf<B>(): bool { return sizeof<B>() == 8 && !isFloat<B>(); }
@inline function isHighshelf<B>(): bool { return isFloat<B>(); }
@inline function hasGain<B>(): bool { return sizeof<B>() >= 4; }

const LN2: f64 = 0.6931471805599453, GAIN_SLOPE: f64 = 2.302585092994046 / 40;

/** √A = 10^(gain/80) */
@inline function rootOf<T, B>(gain: v128): v128 { return hasGain<B>() ? exp2<T>(mul<T>(gain, K<T>(0.04152410118609203))) : K<T>(1); }
@inline function gOf<T, B>(t: v128, root: v128): v128 { return isLowshelf<B>() ? div<T>(t, root) : isHighshelf<B>() ? mul<T>(t, root) : t; }
@inline function kOf<T, B>(q: v128, A: v128): v128 { return isBell<B>() ? div<T>(K<T>(1), mul<T>(q, A)) : div<T>(K<T>(1), q); }
@inline function m0Of<T, B>(A: v128): v128 { return isLowpass<B>() ? K<T>(0) : isHighshelf<B>() ? mul<T>(A, A) : K<T>(1); }
/** m1 / k */
@inline function r1Of<T, B>(A: v128): v128 {
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
  let x = X(c, 0) + at, y = Y(c, 0) + at, t = TAPE(c) + at * 2, mf = octaves ? X(c, 1) + at : ZEROS, mg = decibels ? X(c, 2) + at : ZEROS;
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
    if (isFloat<H>()) { v128.store(t, s1); v128.store(t, v3, 16); t += 32; }
    s1 = n1; s2 = n2;
    if (isLowpass<B>()) v128.store(y, v2);
    else if (isHighpass<B>()) v128.store(y, sub<T>(ma<T>(m1, v1, v0), v2));
    else if (isBell<B>()) v128.store(y, ma<T>(m1, v1, v0));
    else if (isLowshelf<B>()) v128.store(y, ma<T>(m2, v2, ma<T>(m1, v1, v0)));
    else v128.store(y, ma<T>(m2, v2, ma<T>(m1, v1, mul<T>(m0, v0))));
    x += 16; y += 16;
  } while (x < end);
  v128.store(s, flush<T>(s1)); v128.store(s, flush<T>(s2), 16);
}

/** dL/dA from the gradients of m0, m1, m2, k (already with m1's share) and g. */
@inline function toA<T, B>(A: v128, k: v128, g: v128, gm0: v128, gm1: v128, gm2: v128, gk: v128, gg: v128): v128 {
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
  let x = X(c, 0) + at + len, gx = start + len, gy = GY(c, 0) + gat + len, t = TAPE(c) + (at + len) * 2;
  let mf = octaves ? X(c, 1) + at + len : ZEROS, mg = decibels ? X(c, 2) + at + len : ZEROS, gmf = octaves ? GX(c, 1) + gat + len : SINK, gmg = decibels ? GX(c, 2) + gat + len : SINK;
  const freq = v128.load(p), w = mul<T>(freq, perHz), q = v128.load(p, 16), gain = hasGain<B>() ? v128.load(p, 32) : zero;
  let root = rootOf<T, B>(gain), A = mul<T>(root, root), k = kOf<T, B>(q, A), r = v128.min<T>(w, top), tn = tan<T>(r), g = gOf<T, B>(tn, root), a1 = a1Of<T>(g, k);
  let b1 = mul<T>(g, add<T>(a1, a1)), c1 = mul<T>(b1, add<T>(g, k)), b2 = mul<T>(b1, g);
  let m0 = m0Of<T, B>(A), r1 = r1Of<T, B>(A), m1 = mul<T>(k, r1), m2 = m2Of<T, B>(A), bend = one, ok = v128.lt<T>(w, top);
  let l1 = v128.load(gs), l2 = v128.load(gs, 16), gb1 = zero, gc1 = zero, gb2 = zero, us = zero, uv = zero, ux = zero, gf = zero, gq = zero, gg = zero;
  do {
    x -= 16; gx -= 16; gy -= 16; t -= 32;
    if (isFloat<M>()) {
      mf -= stepF; mg -= stepG;
      root = rootOf<T, B>(add<T>(gain, v128.load(mg))); A = mul<T>(root, root); k = kOf<T, B>(q, A);
      bend = exp2<T>(v128.load(mf)); r = mul<T>(w, bend); ok = v128.lt<T>(r, top); r = v128.min<T>(r, top); tn = tan<T>(r);
      g = gOf<T, B>(tn, root); a1 = a1Of<T>(g, k);
      b1 = mul<T>(g, add<T>(a1, a1)); c1 = mul<T>(b1, add<T>(g, k)); b2 = mul<T>(b1, g);
      m0 = m0Of<T, B>(A); r1 = r1Of<T, B>(A); m1 = mul<T>(k, r1); m2 = m2Of<T, B>(A);
    }
    const v0 = v128.load(x), s1 = v128.load(t), v3 = v128.load(t, 16), u = v128.load(gy);
    const h1 = isLowpass<B>() ? zero : mul<T>(m1, u), h2 = isBell<B>() ? zero : isLowpass<B>() ? u : mul<T>(m2, u);
    const e1 = isLowpass<B>() ? l1 : ma<T>(h1, half, l1), e2 = isBell<B>() ? l2 : ma<T>(h2, half, l2), h3 = ma<T>(b2, e2, mul<T>(b1, e1));
    const tb1 = ma<T>(e2, s1, mul<T>(e1, v3)), tc1 = mul<T>(e1, s1), tb2 = mul<T>(e2, v3);
    if (isFloat<M>()) {
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
      gb1 = add<T>(gb1, tb1); gc1 = sub<T>(gc1, tc1); gb2 = add<T>(gb2, tb2);
      if (!isLowpass<B>()) { us = ma<T>(u, s1, us); uv = ma<T>(u, v3, uv); }
      if (isLowshelf<B>() || isHighshelf<B>()) ux = ma<T>(u, v0, ux);
    }
    l1 = sub<T>(ma<T>(b1, e2, isLowpass<B>() ? l1 : add<T>(l1, h1)), mul<T>(c1, e1));
    l2 = sub<T>(isBell<B>() ? l2 : add<T>(l2, h2), h3);
    v128.store(gx, isLowpass<B>() ? h3 : isHighshelf<B>() ? ma<T>(m0, u, h3) : add<T>(u, h3));
  } while (gx > start);
  v128.store(gs, flush<T>(l1)); v128.store(gs, flush<T>(l2), 16);
  if (!isFloat<M>()) {
    // Σ u v2 = Σ u s2 + (b2 Σ u v3 + b1 Σ u s1)/2, s2 = v0 − v3
    const gm1 = toM1<T>(us, uv, b1, c1), gm2 = ma<T>(half, ma<T>(b2, uv, mul<T>(b1, us)), sub<T>(ux, uv));
    const sk = ma<T>(gm1, r1, toK<T>(gb1, gc1, gb2, g, k, a1, b1)), sg = toG<T>(gb1, gc1, gb2, g, k, a1, b1);
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

// Two bells in series in one loop: their recursions overlap, which halves the time. `a` feeds `b` and nobody else; neither is modulated.
// The results are those of two calls, bit for bit.
@inline function bells<T, H>(a: usize, b: usize, at: usize, n: i32): void {
  const p = P(a), q = P(b), sa = S(a), sb = S(b), perHz = K<T>(Math.PI / RATE(a)), top = K<T>(TOP), half = K<T>(0.5);
  let x = X(a, 0) + at, z = Y(a, 0) + at, y = Y(b, 0) + at, t = TAPE(a) + at * 2, tt = TAPE(b) + at * 2;
  const ra = rootOf<T, Bell>(v128.load(p, 32)), A = mul<T>(ra, ra), ka = kOf<T, Bell>(v128.load(p, 16), A), ga = tan<T>(v128.min<T>(mul<T>(v128.load(p), perHz), top));
  const rb = rootOf<T, Bell>(v128.load(q, 32)), B = mul<T>(rb, rb), kb = kOf<T, Bell>(v128.load(q, 16), B), gb = tan<T>(v128.min<T>(mul<T>(v128.load(q), perHz), top));
  const aa = a1Of<T>(ga, ka), b1 = mul<T>(ga, add<T>(aa, aa)), c1 = mul<T>(b1, add<T>(ga, ka)), b2 = mul<T>(b1, ga), m = mul<T>(half, mul<T>(ka, r1Of<T, Bell>(A)));
  const ab = a1Of<T>(gb, kb), d1 = mul<T>(gb, add<T>(ab, ab)), e1 = mul<T>(d1, add<T>(gb, kb)), d2 = mul<T>(d1, gb), o = mul<T>(half, mul<T>(kb, r1Of<T, Bell>(B)));
  let s1 = v128.load(sa), s2 = v128.load(sa, 16), r1 = v128.load(sb), r2 = v128.load(sb, 16);
  const end = x + (<usize>n << 4);
  do {
    const v0 = v128.load(x), v3 = sub<T>(v0, s2);
    const n1 = ma<T>(b1, v3, sub<T>(s1, mul<T>(c1, s1))), n2 = ma<T>(b2, v3, ma<T>(b1, s1, s2));
    const w0 = ma<T>(m, add<T>(s1, n1), v0), w3 = sub<T>(w0, r2);
    if (isFloat<H>()) { v128.store(t, s1); v128.store(t, v3, 16); t += 32; v128.store(z, w0); z += 16; }
    const k1 = ma<T>(d1, w3, sub<T>(r1, mul<T>(e1, r1))), k2 = ma<T>(d2, w3, ma<T>(d1, r1, r2));
    if (isFloat<H>()) { v128.store(tt, r1); v128.store(tt, w3, 16); tt += 32; }
    v128.store(y, ma<T>(o, add<T>(r1, k1), w0));
    s1 = n1; s2 = n2; r1 = k1; r2 = k2; x += 16; y += 16;
  } while (x < end);
  v128.store(sa, flush<T>(s1)); v128.store(sa, flush<T>(s2), 16); v128.store(sb, flush<T>(r1)); v128.store(sb, flush<T>(r2), 16);
}
/** Σ u v1 from Σ u s1 and Σ u v3, as v1 = s1 + (b1 v3 − c1 s1)/2. */
@inline function toM1<T>(us: v128, uv: v128, b1: v128, c1: v128): v128 { return ma<T>(mul<T>(K<T>(0.5), b1), uv, mul<T>(us, sub<T>(K<T>(1), mul<T>(K<T>(0.5), c1)))); }
@inline function toParams<T>(c: usize, gb1: v128, gc1: v128, gb2: v128, gm1: v128, w: v128, q: v128, A: v128, k: v128, g: v128, a1: v128, b1: v128): void {
  const one = K<T>(1), zero = K<T>(0), sk = ma<T>(gm1, r1Of<T, Bell>(A), toK<T>(gb1, gc1, gb2, g, k, a1, b1)), sg = toG<T>(gb1, gc1, gb2, g, k, a1, b1);
  gather<T>(GP(c), v128.and(mul<T>(mul<T>(sg, ma<T>(g, g, one)), K<T>(Math.PI / RATE(c))), v128.lt<T>(w, K<T>(TOP))));
  gather<T>(GP(c) + 32, v128.neg<T>(div<T>(mul<T>(sk, k), q)));
  gather<T>(GP(c) + 64, mul<T>(mul<T>(toA<T, Bell>(A, k, g, zero, gm1, zero, sk, sg), A), K<T>(GAIN_SLOPE)));
}
@inline function bells_adjoint<T>(a: usize, b: usize, at: usize, gat: usize, n: i32): void {
  const p = P(a), q = P(b), sa = GS(a), sb = GS(b), perHz = K<T>(Math.PI / RATE(a)), top = K<T>(TOP), half = K<T>(0.5), zero = K<T>(0), len = <usize>n << 4, start = GX(a, 0) + gat;
  let gx = start + len, gy = GY(b, 0) + gat + len, t = TAPE(a) + (at + len) * 2, tt = TAPE(b) + (at + len) * 2;
  const wa = mul<T>(v128.load(p), perHz), wb = mul<T>(v128.load(q), perHz);
  const ra = rootOf<T, Bell>(v128.load(p, 32)), A = mul<T>(ra, ra), ka = kOf<T, Bell>(v128.load(p, 16), A), ga = tan<T>(v128.min<T>(wa, top));
  const rb = rootOf<T, Bell>(v128.load(q, 32)), B = mul<T>(rb, rb), kb = kOf<T, Bell>(v128.load(q, 16), B), gb = tan<T>(v128.min<T>(wb, top));
  const aa = a1Of<T>(ga, ka), b1 = mul<T>(ga, add<T>(aa, aa)), c1 = mul<T>(b1, add<T>(ga, ka)), b2 = mul<T>(b1, ga), m = mul<T>(ka, r1Of<T, Bell>(A));
  const ab = a1Of<T>(gb, kb), d1 = mul<T>(gb, add<T>(ab, ab)), e1 = mul<T>(d1, add<T>(gb, kb)), d2 = mul<T>(d1, gb), o = mul<T>(kb, r1Of<T, Bell>(B));
  let l1 = v128.load(sa), l2 = v128.load(sa, 16), k1 = v128.load(sb), k2 = v128.load(sb, 16);
  let gb1 = zero, gc1 = zero, gb2 = zero, hb1 = zero, hc1 = zero, hb2 = zero, us = zero, uv = zero, vs = zero, vv = zero;
  do {
    gx -= 16; gy -= 16; t -= 32; tt -= 32;
    const u = v128.load(gy), r1 = v128.load(tt), w3 = v128.load(tt, 16), hu = mul<T>(o, u), f1 = ma<T>(hu, half, k1), f3 = ma<T>(d2, k2, mul<T>(d1, f1));
    hb1 = add<T>(hb1, ma<T>(k2, r1, mul<T>(f1, w3))); hc1 = sub<T>(hc1, mul<T>(f1, r1)); hb2 = add<T>(hb2, mul<T>(k2, w3));
    us = ma<T>(u, r1, us); uv = ma<T>(u, w3, uv);
    k1 = sub<T>(ma<T>(d1, k2, add<T>(k1, hu)), mul<T>(e1, f1)); k2 = sub<T>(k2, f3);
    const v = add<T>(u, f3), s1 = v128.load(t), v3 = v128.load(t, 16), hv = mul<T>(m, v), g1 = ma<T>(hv, half, l1), g3 = ma<T>(b2, l2, mul<T>(b1, g1));
    gb1 = add<T>(gb1, ma<T>(l2, s1, mul<T>(g1, v3))); gc1 = sub<T>(gc1, mul<T>(g1, s1)); gb2 = add<T>(gb2, mul<T>(l2, v3));
    vs = ma<T>(v, s1, vs); vv = ma<T>(v, v3, vv);
    l1 = sub<T>(ma<T>(b1, l2, add<T>(l1, hv)), mul<T>(c1, g1)); l2 = sub<T>(l2, g3);
    v128.store(gx, add<T>(v, g3));
  } while (gx > start);
  v128.store(sa, flush<T>(l1)); v128.store(sa, flush<T>(l2), 16); v128.store(sb, flush<T>(k1)); v128.store(sb, flush<T>(k2), 16);
  toParams<T>(a, gb1, gc1, gb2, toM1<T>(vs, vv, b1, c1), wa, v128.load(p, 16), A, ka, ga, aa, b1);
  toParams<T>(b, hb1, hc1, hb2, toM1<T>(us, uv, d1, e1), wb, v128.load(q, 16), B, kb, gb, ab, d1);
}
export function bell_run2_f32(a: usize, b: usize, at: usize, n: i32, keep: i32): void { if (keep) bells<f32, Yes>(a, b, at, n); else bells<f32, No>(a, b, at, n); }
export function bell_run2_f64(a: usize, b: usize, at: usize, n: i32, keep: i32): void { if (keep) bells<f64, Yes>(a, b, at, n); else bells<f64, No>(a, b, at, n); }
export function bell_adj2_f32(a: usize, b: usize, at: usize, gat: usize, n: i32): void { bells_adjoint<f32>(a, b, at, gat, n); }
export function bell_adj2_f64(a: usize, b: usize, at: usize, gat: usize, n: i32): void { bells_adjoint<f64>(a, b, at, gat, n); }
