import { K, Yes, No, add, sub, mul, ma, exp2, tan, flush, gather, P, S, TAPE, GP, GS, RATE, X, Y, GX, GY, ZEROS, SINK } from "./lanes";
import { TOP, a1Of, toG } from "./svf-coefficients";
// crossover: param frequency. inlets main, frequency (octaves). outlets low, high. Two state-variable low-passes in series (svf.ts), both Butterworth:
// low = L(L(x)). The all-pass x - 2 k v1 of the first is what low and high add up to (Linkwitz-Riley), so high is that less low.
// state: s1, s2 of the first, of the second. tape: s1, v3 of the first, of the second.

const DAMPING: f64 = Math.SQRT2, LN2: f64 = 0.6931471805599453;

@inline function split<T, M, H>(c: usize, at: usize, n: i32): void {
  const st = S(c), perHz = K<T>(Math.PI / RATE(c)), top = K<T>(TOP), half = K<T>(0.5), k = K<T>(DAMPING), k2 = K<T>(2 * DAMPING);
  let x = X(c, 0) + at, low = Y(c, 0) + at, high = Y(c, 1) + at, t = TAPE(c) + at * 4, mf = isFloat<M>() ? X(c, 1) + at : ZEROS;
  const w = mul<T>(v128.load(P(c)), perHz);
  let g = tan<T>(v128.min<T>(w, top)), a1 = a1Of<T>(g, k), b1 = mul<T>(g, add<T>(a1, a1)), c1 = mul<T>(b1, add<T>(g, k)), b2 = mul<T>(b1, g);
  let s1 = v128.load(st), s2 = v128.load(st, 16), s3 = v128.load(st, 32), s4 = v128.load(st, 48);
  const end = x + (<usize>n << 4);
  do {
    if (isFloat<M>()) {
      g = tan<T>(v128.min<T>(mul<T>(w, exp2<T>(v128.load(mf))), top)); a1 = a1Of<T>(g, k);
      b1 = mul<T>(g, add<T>(a1, a1)); c1 = mul<T>(b1, add<T>(g, k)); b2 = mul<T>(b1, g); mf += 16;
    }
    const v0 = v128.load(x), v3 = sub<T>(v0, s2), n1 = ma<T>(b1, v3, sub<T>(s1, mul<T>(c1, s1))), n2 = ma<T>(b2, v3, ma<T>(b1, s1, s2));
    const v1 = mul<T>(add<T>(s1, n1), half), v2 = mul<T>(add<T>(s2, n2), half);
    const u3 = sub<T>(v2, s4), n3 = ma<T>(b1, u3, sub<T>(s3, mul<T>(c1, s3))), n4 = ma<T>(b2, u3, ma<T>(b1, s3, s4)), l = mul<T>(add<T>(s4, n4), half);
    if (isFloat<H>()) { v128.store(t, s1); v128.store(t, v3, 16); v128.store(t, s3, 32); v128.store(t, u3, 48); t += 64; }
    v128.store(low, l); v128.store(high, sub<T>(sub<T>(v0, mul<T>(k2, v1)), l));
    s1 = n1; s2 = n2; s3 = n3; s4 = n4; x += 16; low += 16; high += 16;
  } while (x < end);
  v128.store(st, flush<T>(s1)); v128.store(st, flush<T>(s2), 16); v128.store(st, flush<T>(s3), 32); v128.store(st, flush<T>(s4), 48);
}

@inline function split_adjoint<T, M>(c: usize, at: usize, gat: usize, n: i32): void {
  const gs = GS(c), start = GX(c, 0) + gat, len = <usize>n << 4, perHz = K<T>(Math.PI / RATE(c)), top = K<T>(TOP), half = K<T>(0.5), one = K<T>(1);
  const k = K<T>(DAMPING), k2 = K<T>(2 * DAMPING), freq = v128.load(P(c)), w = mul<T>(freq, perHz);
  let gx = start + len, low = GY(c, 0) + gat + len, high = GY(c, 1) + gat + len, t = TAPE(c) + (at + len) * 4;
  let mf = isFloat<M>() ? X(c, 1) + at + len : ZEROS, gmf = isFloat<M>() ? GX(c, 1) + gat + len : SINK, bend = one, ok = v128.lt<T>(w, top);
  let tn = tan<T>(v128.min<T>(w, top)), a1 = a1Of<T>(tn, k), b1 = mul<T>(tn, add<T>(a1, a1)), c1 = mul<T>(b1, add<T>(tn, k)), b2 = mul<T>(b1, tn);
  let l1 = v128.load(gs), l2 = v128.load(gs, 16), l3 = v128.load(gs, 32), l4 = v128.load(gs, 48), gf = K<T>(0);
  do {
    gx -= 16; low -= 16; high -= 16; t -= 64;
    if (isFloat<M>()) {
      mf -= 16; bend = exp2<T>(v128.load(mf));
      const r = mul<T>(w, bend);
      ok = v128.lt<T>(r, top); tn = tan<T>(v128.min<T>(r, top)); a1 = a1Of<T>(tn, k);
      b1 = mul<T>(tn, add<T>(a1, a1)); c1 = mul<T>(b1, add<T>(tn, k)); b2 = mul<T>(b1, tn);
    }
    const all = v128.load(high), h4 = sub<T>(v128.load(low), all);
    // The second low-pass, whose input is v2 of the first.
    const s3 = v128.load(t, 32), u3 = v128.load(t, 48), e3 = l3, e4 = ma<T>(h4, half, l4), back = ma<T>(b2, e4, mul<T>(b1, e3));
    l3 = sub<T>(ma<T>(b1, e4, l3), mul<T>(c1, e3)); l4 = sub<T>(add<T>(l4, h4), back);
    const s1 = v128.load(t), v3 = v128.load(t, 16), h1 = v128.neg<T>(mul<T>(k2, all));
    const e1 = ma<T>(h1, half, l1), e2 = ma<T>(back, half, l2), h3 = ma<T>(b2, e2, mul<T>(b1, e1));
    l1 = sub<T>(ma<T>(b1, e2, add<T>(l1, h1)), mul<T>(c1, e1)); l2 = sub<T>(add<T>(l2, back), h3);
    v128.store(gx, add<T>(all, h3));
    const sg = toG<T>(
      ma<T>(e2, s1, ma<T>(e1, v3, ma<T>(e4, s3, mul<T>(e3, u3)))), v128.neg<T>(ma<T>(e1, s1, mul<T>(e3, s3))), ma<T>(e2, v3, mul<T>(e4, u3)), tn, k, a1, b1);
    const df = v128.and(mul<T>(mul<T>(sg, ma<T>(tn, tn, one)), mul<T>(perHz, bend)), ok);
    gf = add<T>(gf, df);
    if (isFloat<M>()) { gmf -= 16; v128.store(gmf, mul<T>(df, mul<T>(freq, K<T>(LN2)))); }
  } while (gx > start);
  v128.store(gs, flush<T>(l1)); v128.store(gs, flush<T>(l2), 16); v128.store(gs, flush<T>(l3), 32); v128.store(gs, flush<T>(l4), 48);
  gather<T>(GP(c), gf);
}

@inline function run<T>(c: usize, at: usize, n: i32, keep: i32): void {
  if (X(c, 1) != 0) { if (keep) split<T, Yes, Yes>(c, at, n); else split<T, Yes, No>(c, at, n); }
  else { if (keep) split<T, No, Yes>(c, at, n); else split<T, No, No>(c, at, n); }
}
@inline function adjoint<T>(c: usize, at: usize, gat: usize, n: i32): void { if (X(c, 1) != 0) split_adjoint<T, Yes>(c, at, gat, n); else split_adjoint<T, No>(c, at, gat, n); }
export function crossover_run_f32(c: usize, at: usize, n: i32, keep: i32): void { run<f32>(c, at, n, keep); }
export function crossover_run_f64(c: usize, at: usize, n: i32, keep: i32): void { run<f64>(c, at, n, keep); }
export function crossover_adj_f32(c: usize, at: usize, gat: usize, n: i32): void { adjoint<f32>(c, at, gat, n); }
export function crossover_adj_f64(c: usize, at: usize, gat: usize, n: i32): void { adjoint<f64>(c, at, gat, n); }
