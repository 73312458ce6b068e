import { K, Yes, No, add, sub, mul, div, ma, bentBy, tan, flush, gather, P, S, TAPE, GP, GS, RATE, X, Y, GX, GY, ZEROS, SINK } from "./lanes";
import { Lowpass, Highpass, Bandpass, Bandreject, Bell, Lowshelf, Highshelf, isLowpass, isHighpass, isBandpass, isBandreject, isBand, isBell, isLowshelf, isHighshelf, hasGain, GAIN_SLOPE, TOP, rootOf, gOf, kOf, a1Of,
  m0Of, r1Of, m2Of, toG, toK, toA, dgdt, sumsToG, sumsToK } from "./svf-coefficients";
// Second-order state-variable filters, trapezoidal integration (Zavalishin 2012; mixing coefficients after Simper 2013, "Solving the
// continuous SVF equations using trapezoidal integration"): y = m0 x + m1 v1 + m2 v2.
// params: frequency, q, and for bell and shelves gain. inlets: main, frequency (octaves), gain (dB). state: s1, s2.
// tape: s1 before every sample and after the last; modulated filters and shelves interleave v3.

/** Whether the adjoint wants v3 too: a modulated filter (M = Yes) for each sample, a shelf for its sum. */
@inline function tapesV3<B, M>(): bool { return isFloat<M>() || isLowshelf<B>() || isHighshelf<B>(); }

const LN2: f64 = 0.6931471805599453;

@inline function svf<T, B, M, H>(c: usize, at: usize, n: i32, tape: usize, word: usize): void {
  const p = P(c), s = S(c), perHz = K<T>(Math.PI / RATE(c)), top = K<T>(TOP), half = K<T>(0.5);
  const octaves = isFloat<M>() && X(c, 1) != 0, decibels = isFloat<M>() && hasGain<B>() && X(c, 2) != 0;
  let x = X(c, 0) + at, y = Y(c, 0) + at, t = tape, mf = octaves ? X(c, 1) + at : ZEROS, mg = decibels ? X(c, 2) + at : ZEROS;
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
      g = gOf<T, B>(tan<T>(v128.min<T>(mul<T>(w, bentBy<T>(mf)), top)), root); a1 = a1Of<T>(g, k);
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
      if (tapesV3<B, M>()) v128.store(t, v3, 16);
      t += word;
    }
    s1 = n1; s2 = n2;
    if (isLowpass<B>()) v128.store(y, v2);
    else if (isHighpass<B>()) v128.store(y, sub<T>(ma<T>(m1, v1, v0), v2));
    else if (isBandpass<B>()) v128.store(y, mul<T>(m1, v1));
    else if (isBell<B>() || isBandreject<B>()) v128.store(y, ma<T>(m1, v1, v0));
    else if (isLowshelf<B>()) v128.store(y, ma<T>(m2, v2, ma<T>(m1, v1, v0)));
    else v128.store(y, ma<T>(m2, v2, ma<T>(m1, v1, mul<T>(m0, v0))));
    x += 16; y += 16;
  } while (x < end);
  s1 = flush<T>(s1);
  if (isFloat<H>()) v128.store(t, s1);
  v128.store(s, s1); v128.store(s, flush<T>(s2), 16);
}

@inline function svf_adjoint<T, B, M>(c: usize, at: usize, gat: usize, n: i32, tape: usize, word: usize): void {
  const p = P(c), gs = GS(c), gp = GP(c), start = GX(c, 0) + gat, len = <usize>n << 4;
  const perHz = K<T>(Math.PI / RATE(c)), top = K<T>(TOP), half = K<T>(0.5), zero = K<T>(0), one = K<T>(1);
  const octaves = isFloat<M>() && X(c, 1) != 0, decibels = isFloat<M>() && hasGain<B>() && X(c, 2) != 0;
  const stepF: usize = octaves ? 16 : 0, stepG: usize = decibels ? 16 : 0;
  let x = X(c, 0) + at + len, gx = start + len, gy = GY(c, 0) + gat + len, t = tape + word * n;
  let mf = octaves ? X(c, 1) + at + len : ZEROS, mg = decibels ? X(c, 2) + at + len : ZEROS, gmf = octaves ? GX(c, 1) + gat + len : SINK, gmg = decibels ? GX(c, 2) + gat + len : SINK;
  const freq = v128.load(p), w = mul<T>(freq, perHz), q = v128.load(p, 16), gain = hasGain<B>() ? v128.load(p, 32) : zero;
  let root = rootOf<T, B>(gain), A = mul<T>(root, root), k = kOf<T, B>(q, A), r = v128.min<T>(w, top), tn = tan<T>(r), g = gOf<T, B>(tn, root), a1 = a1Of<T>(g, k);
  let b1 = mul<T>(g, add<T>(a1, a1)), c1 = mul<T>(b1, add<T>(g, k)), b2 = mul<T>(b1, g);
  let m0 = m0Of<T, B>(A), r1 = r1Of<T, B>(A), m1 = mul<T>(k, r1), m2 = m2Of<T, B>(A), bend = one, ok = v128.lt<T>(w, top);
  let l1 = v128.load(gs), l2 = v128.load(gs, 16), ew1 = zero, ew2 = zero, uw = zero, uv = zero, ux = zero, gf = zero, gq = zero, gg = zero;
  const after = mul<T>(l1, v128.load(t));
  do {
    x -= 16; gx -= 16; gy -= 16; t -= word;
    if (isFloat<M>()) {
      mf -= stepF; mg -= stepG;
      root = rootOf<T, B>(add<T>(gain, v128.load(mg))); A = mul<T>(root, root); k = kOf<T, B>(q, A);
      bend = bentBy<T>(mf); r = mul<T>(w, bend); ok = v128.lt<T>(r, top); r = v128.min<T>(r, top); tn = tan<T>(r);
      g = gOf<T, B>(tn, root); a1 = a1Of<T>(g, k);
      b1 = mul<T>(g, add<T>(a1, a1)); c1 = mul<T>(b1, add<T>(g, k)); b2 = mul<T>(b1, g);
      m0 = m0Of<T, B>(A); r1 = r1Of<T, B>(A); m1 = mul<T>(k, r1); m2 = m2Of<T, B>(A);
    }
    const v0 = v128.load(x), s1 = v128.load(t), v3 = tapesV3<B, M>() ? v128.load(t, 16) : zero, u = v128.load(gy);
    const h1 = isLowpass<B>() ? zero : mul<T>(m1, u), h2 = isBand<B>() ? zero : isLowpass<B>() ? u : mul<T>(m2, u);
    const e1 = isLowpass<B>() ? l1 : ma<T>(h1, half, l1), e2 = isBand<B>() ? l2 : ma<T>(h2, half, l2), h3 = ma<T>(b2, e2, mul<T>(b1, e1));
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
    l2 = sub<T>(isBand<B>() ? l2 : add<T>(l2, h2), h3);
    v128.store(gx, isLowpass<B>() || isBandpass<B>() ? h3 : isHighshelf<B>() ? ma<T>(m0, u, h3) : add<T>(u, h3));
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
/** Bytes of tape per sample, times `sections` that take turns. */
@inline function wordOf<B, M>(sections: usize): usize { return (tapesV3<B, M>() ? 32 : 16) * sections; }
@inline function run<T, B>(c: usize, at: usize, n: i32, keep: i32): void {
  const still = wordOf<B, No>(1), moved = wordOf<B, Yes>(1), place = at >> 4;
  if (modulated<B>(c)) { if (keep) svf<T, B, Yes, Yes>(c, at, n, TAPE(c) + place * moved, moved); else svf<T, B, Yes, No>(c, at, n, 0, 0); }
  else { if (keep) svf<T, B, No, Yes>(c, at, n, TAPE(c) + place * still, still); else svf<T, B, No, No>(c, at, n, 0, 0); }
}
@inline function adjoint<T, B>(c: usize, at: usize, gat: usize, n: i32): void {
  const still = wordOf<B, No>(1), moved = wordOf<B, Yes>(1), place = at >> 4;
  if (modulated<B>(c)) svf_adjoint<T, B, Yes>(c, at, gat, n, TAPE(c) + place * moved, moved);
  else svf_adjoint<T, B, No>(c, at, gat, n, TAPE(c) + place * still, still);
}

// Fourth order: two sections in series. Each is a filter like the others, with a record, parameters, memory and sums of its own.
/** Butterworth at q = 1/√2: sections of 1/(2 cos 22.5°) and 1/(2 cos 67.5°), the second as much sharper as q is; bands: alike. */
const BLUNT: f64 = 0.5411961001461969, SHARP: f64 = 1.8477590650225735, ALIKE: f64 = 0.6435942529055826;
const RECORD = memory.data(96, 16), PARAMS = memory.data(32, 16), SUMS = memory.data(64, 16);
/**
 * Samples at a time. The frequency inlet's wait there: forwards, because the first section may write over them; backwards its gradient, which
 * the first section's is added to.
 */
const PIECE: i32 = 64, WAITING = memory.data(64 << 4, 16);
/** What q is multiplied by, or the first section's own. */
@inline function sharpOf<B>(): f64 { return isBandpass<B>() ? ALIKE : SHARP; }
@inline function section<T, B>(c: usize, second: bool): void {
  const p = P(c), q = v128.load(p, 16), state: usize = second ? 32 : 0;
  memory.copy(RECORD, c, 96);
  v128.store(PARAMS, v128.load(p));
  v128.store(PARAMS, second || isBandpass<B>() ? mul<T>(q, K<T>(sharpOf<B>())) : K<T>(BLUNT), 16);
  store<usize>(RECORD, PARAMS); store<usize>(RECORD, S(c) + state, 4); store<usize>(RECORD, SUMS, 12); store<usize>(RECORD, GS(c) + state, 16);
}
// Without modulation and tape both run in one loop, so that their recursions overlap: the same numbers. Of each section b1, b2, c1, m1.
const HELD = memory.data(128, 16);
@inline function holdSection<T, B>(c: usize, second: bool, to: usize): void {
  section<T, B>(c, second);
  const one = K<T>(1), k = kOf<T, B>(v128.load(PARAMS, 16), one), g = gOf<T, B>(tan<T>(v128.min<T>(mul<T>(v128.load(PARAMS), K<T>(Math.PI / RATE(c))), K<T>(TOP))), one);
  const a1 = a1Of<T>(g, k), b1 = mul<T>(g, add<T>(a1, a1));
  v128.store(to, b1); v128.store(to, mul<T>(b1, g), 16); v128.store(to, mul<T>(b1, add<T>(g, k)), 32); v128.store(to, mul<T>(k, r1Of<T, B>(one)), 48);
}
@inline function given<T, B>(v0: v128, v1: v128, v2: v128, m1: v128): v128 { return isLowpass<B>() ? v2 : isHighpass<B>() ? sub<T>(ma<T>(m1, v1, v0), v2) : mul<T>(m1, v1); }
function sections<T, B>(state: usize, x: usize, y: usize, n: i32): void {
  const half = K<T>(0.5), b1 = v128.load(HELD), b2 = v128.load(HELD, 16), c1 = v128.load(HELD, 32), d1 = v128.load(HELD, 64), d2 = v128.load(HELD, 80), e1 = v128.load(HELD, 96), end = x + (<usize>n << 4);
  let s1 = v128.load(state), s2 = v128.load(state, 16), r1 = v128.load(state, 32), r2 = v128.load(state, 48);
  do {
    const v0 = v128.load(x), v3 = sub<T>(v0, s2), n1 = ma<T>(b1, v3, sub<T>(s1, mul<T>(c1, s1))), n2 = ma<T>(b2, v3, ma<T>(b1, s1, s2));
    const u0 = given<T, B>(v0, mul<T>(add<T>(s1, n1), half), mul<T>(add<T>(s2, n2), half), v128.load(HELD, 48)), u3 = sub<T>(u0, r2);
    const k1 = ma<T>(d1, u3, sub<T>(r1, mul<T>(e1, r1))), k2 = ma<T>(d2, u3, ma<T>(d1, r1, r2));
    v128.store(y, given<T, B>(u0, mul<T>(add<T>(r1, k1), half), mul<T>(add<T>(r2, k2), half), v128.load(HELD, 112)));
    s1 = n1; s2 = n2; r1 = k1; r2 = k2; x += 16; y += 16;
  } while (x < end);
  v128.store(state, flush<T>(s1)); v128.store(state, flush<T>(s2), 16); v128.store(state, flush<T>(r1), 32); v128.store(state, flush<T>(r2), 48);
}
@inline function run4<T, B>(c: usize, at: usize, n: i32, keep: i32): void {
  const word = wordOf<B, Yes>(2), octaves = X(c, 1) != 0;
  let here = at, left = n;
  if (!octaves && !keep) {
    holdSection<T, B>(c, false, HELD); holdSection<T, B>(c, true, HELD + 64);
    // Small states become zero as often as with a tape.
    do { const m = min(left, PIECE); sections<T, B>(S(c), X(c, 0) + here, Y(c, 0) + here, m); here += <usize>m << 4; left -= m; } while (left > 0);
    return;
  }
  do {
    const m = min(left, PIECE), tape = TAPE(c) + (here >> 4) * word, y = Y(c, 0) + here;
    if (octaves) memory.copy(WAITING, X(c, 1) + here, <usize>m << 4);
    section<T, B>(c, false);
    store<usize>(RECORD, X(c, 0) + here, 32); store<usize>(RECORD, WAITING, 36); store<usize>(RECORD, y, 48);
    if (octaves) { if (keep) svf<T, B, Yes, Yes>(RECORD, 0, m, tape, word); else svf<T, B, Yes, No>(RECORD, 0, m, 0, 0); }
    else svf<T, B, No, Yes>(RECORD, 0, m, tape, word);
    section<T, B>(c, true);
    store<usize>(RECORD, y, 32); store<usize>(RECORD, WAITING, 36); store<usize>(RECORD, y, 48);
    if (octaves) { if (keep) svf<T, B, Yes, Yes>(RECORD, 0, m, tape + 32, word); else svf<T, B, Yes, No>(RECORD, 0, m, 0, 0); }
    else svf<T, B, No, Yes>(RECORD, 0, m, tape + 32, word);
    here += <usize>m << 4; left -= m;
  } while (left > 0);
}
/** Adds a section's sums to the filter's. */
@inline function addSums<B>(gp: usize, second: bool): void {
  const scale = f64x2.splat(second || isBandpass<B>() ? sharpOf<B>() : 0);
  v128.store(gp, f64x2.add(v128.load(gp), v128.load(SUMS))); v128.store(gp, f64x2.add(v128.load(gp, 16), v128.load(SUMS, 16)), 16);
  v128.store(gp, f64x2.add(v128.load(gp, 32), f64x2.mul(scale, v128.load(SUMS, 32))), 32);
  v128.store(gp, f64x2.add(v128.load(gp, 48), f64x2.mul(scale, v128.load(SUMS, 48))), 48);
}
@inline function adjoint4<T, B>(c: usize, at: usize, gat: usize, n: i32): void {
  const word = wordOf<B, Yes>(2), octaves = X(c, 1) != 0;
  for (let left = n; left > 0;) {
    const m = min(left, PIECE), from = <usize>(left -= m) << 4, here = at + from, there = gat + from, tape = TAPE(c) + (here >> 4) * word;
    memory.fill(SUMS, 0, 64);
    section<T, B>(c, true);
    if (octaves) svf_adjoint<T, B, Yes>(RECORD, here, there, m, tape + 32, word); else svf_adjoint<T, B, No>(RECORD, here, there, m, tape + 32, word);
    addSums<B>(GP(c), true);
    if (octaves) memory.copy(WAITING, GX(c, 1) + there, <usize>m << 4);
    memory.fill(SUMS, 0, 64);
    section<T, B>(c, false);
    store<usize>(RECORD, GX(c, 0), 80);
    if (octaves) svf_adjoint<T, B, Yes>(RECORD, here, there, m, tape, word); else svf_adjoint<T, B, No>(RECORD, here, there, m, tape, word);
    addSums<B>(GP(c), false);
    if (octaves) for (let i: usize = 0; i < <usize>m << 4; i += 16) { const g = GX(c, 1) + there + i; v128.store(g, add<T>(v128.load(g), v128.load(WAITING + i))); }
  }
}
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
export function bandpass_run_f32(c: usize, at: usize, n: i32, keep: i32): void { run<f32, Bandpass>(c, at, n, keep); }
export function bandpass_adj_f32(c: usize, at: usize, gat: usize, n: i32): void { adjoint<f32, Bandpass>(c, at, gat, n); }
export function bandpass_run_f64(c: usize, at: usize, n: i32, keep: i32): void { run<f64, Bandpass>(c, at, n, keep); }
export function bandpass_adj_f64(c: usize, at: usize, gat: usize, n: i32): void { adjoint<f64, Bandpass>(c, at, gat, n); }
export function bandreject_run_f32(c: usize, at: usize, n: i32, keep: i32): void { run<f32, Bandreject>(c, at, n, keep); }
export function bandreject_adj_f32(c: usize, at: usize, gat: usize, n: i32): void { adjoint<f32, Bandreject>(c, at, gat, n); }
export function bandreject_run_f64(c: usize, at: usize, n: i32, keep: i32): void { run<f64, Bandreject>(c, at, n, keep); }
export function bandreject_adj_f64(c: usize, at: usize, gat: usize, n: i32): void { adjoint<f64, Bandreject>(c, at, gat, n); }
export function lowpass4_run_f32(c: usize, at: usize, n: i32, keep: i32): void { run4<f32, Lowpass>(c, at, n, keep); }
export function lowpass4_adj_f32(c: usize, at: usize, gat: usize, n: i32): void { adjoint4<f32, Lowpass>(c, at, gat, n); }
export function lowpass4_run_f64(c: usize, at: usize, n: i32, keep: i32): void { run4<f64, Lowpass>(c, at, n, keep); }
export function lowpass4_adj_f64(c: usize, at: usize, gat: usize, n: i32): void { adjoint4<f64, Lowpass>(c, at, gat, n); }
export function highpass4_run_f32(c: usize, at: usize, n: i32, keep: i32): void { run4<f32, Highpass>(c, at, n, keep); }
export function highpass4_adj_f32(c: usize, at: usize, gat: usize, n: i32): void { adjoint4<f32, Highpass>(c, at, gat, n); }
export function highpass4_run_f64(c: usize, at: usize, n: i32, keep: i32): void { run4<f64, Highpass>(c, at, n, keep); }
export function highpass4_adj_f64(c: usize, at: usize, gat: usize, n: i32): void { adjoint4<f64, Highpass>(c, at, gat, n); }
export function bandpass4_run_f32(c: usize, at: usize, n: i32, keep: i32): void { run4<f32, Bandpass>(c, at, n, keep); }
export function bandpass4_adj_f32(c: usize, at: usize, gat: usize, n: i32): void { adjoint4<f32, Bandpass>(c, at, gat, n); }
export function bandpass4_run_f64(c: usize, at: usize, n: i32, keep: i32): void { run4<f64, Bandpass>(c, at, n, keep); }
export function bandpass4_adj_f64(c: usize, at: usize, gat: usize, n: i32): void { adjoint4<f64, Bandpass>(c, at, gat, n); }
