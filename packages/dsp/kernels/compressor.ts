import { K, Yes, No, add, sub, mul, div, ma, pick, swap, log2, fromDb, decay, flush, gather, P, S, TAPE, GP, GS, RATE, X, Y, GX, GY } from "./lanes";
// compressor: params threshold, ratio, attack (ms), release (ms), knee, makeup. inlets main, sidechain. state: e, remainder. tape: over, e before.
// Level of the louder channel in dB; static curve with a quadratic knee (Giannoulis, Massberg, Reiss, JAES 60(6), 2012, eq. 4); the gain in dB
// follows by one pole, its coefficient chosen sample by sample: attack where the gain must fall, release where it may rise.
const DB: f64 = 6.020599913279624, EPS: f64 = 1e-6, TO_DB: f64 = 20 / 2.302585092994046, FROM_DB: f64 = 2.302585092994046 / 20;

@inline function level<T>(v: v128): v128 { const a = v128.abs<T>(v); return add<T>(v128.max<T>(a, swap<T>(a)), K<T>(EPS)); }
/** Gain in dB, ≤ 0, for a level `over` dB above the threshold; h = knee/2, s = 1/ratio − 1, ik = 1/knee. */
@inline function target<T>(over: v128, h: v128, s: v128, ik: v128): v128 {
  const w = add<T>(over, h), soft = mul<T>(mul<T>(mul<T>(w, w), s), mul<T>(ik, K<T>(0.5)));
  return v128.andnot(pick(v128.ge<T>(over, h), mul<T>(s, over), soft), v128.le<T>(over, v128.neg<T>(h)));
}
/** 1/knee; a knee of 0 has no soft part, so any finite number will do. */
@inline function perKnee<T>(knee: v128): v128 { return div<T>(K<T>(1), v128.max<T>(knee, K<T>(1e-3))); }

@inline function comp<T, H>(c: usize, at: usize, n: i32): void {
  const p = P(c), s = S(c), period = K<T>(1000 / RATE(c));
  let x = X(c, 0) + at, y = Y(c, 0) + at, d = X(c, 1) ? X(c, 1) + at : x, t = TAPE(c) + at * 2;
  const threshold = v128.load(p), slope = sub<T>(div<T>(K<T>(1), v128.load(p, 16)), K<T>(1));
  const aa = decay<T>(div<T>(period, v128.load(p, 32))), ar = decay<T>(div<T>(period, v128.load(p, 48)));
  const knee = v128.load(p, 64), h = mul<T>(knee, K<T>(0.5)), ik = perKnee<T>(knee), makeup = fromDb<T>(v128.load(p, 80));
  let e = v128.load(s), lo = v128.load(s, 16);                             // lo: what rounding left over, so that slow releases arrive
  const end = x + (<usize>n << 4);
  do {
    const over = sub<T>(mul<T>(log2<T>(level<T>(v128.load(d))), K<T>(DB)), threshold);
    if (isFloat<H>()) { v128.store(t, over); v128.store(t, e, 16); t += 32; }
    const r = target<T>(over, h, slope, ik), df = sub<T>(r, e);
    const step = ma<T>(pick(v128.lt<T>(r, e), aa, ar), df, lo), next = add<T>(e, step);
    lo = sub<T>(step, sub<T>(next, e)); e = next;
    v128.store(y, mul<T>(v128.load(x), mul<T>(fromDb<T>(e), makeup)));
    x += 16; y += 16; d += 16;
  } while (x < end);
  v128.store(s, flush<T>(e)); v128.store(s, flush<T>(lo), 16);
}
@inline function comp_adjoint<T>(c: usize, at: usize, gat: usize, n: i32): void {
  const p = P(c), gs = GS(c), gp = GP(c), start = GX(c, 0) + gat, len = <usize>n << 4, side = X(c, 1) != 0, period = K<T>(1000 / RATE(c));
  let gx = start + len, gy = GY(c, 0) + gat + len, gd = GX(c, 1) + gat + len, x = X(c, 0) + at + len, d = side ? X(c, 1) + at + len : x, t = TAPE(c) + (at + len) * 2;
  const ratio = v128.load(p, 16), zero = K<T>(0), one = K<T>(1), half = K<T>(0.5), slope = sub<T>(div<T>(one, ratio), one);
  const ta = v128.load(p, 32), tr = v128.load(p, 48), za = div<T>(period, ta), zr = div<T>(period, tr), aa = decay<T>(za), ar = decay<T>(zr);
  const knee = v128.load(p, 64), h = mul<T>(knee, half), nh = v128.neg<T>(h), ik = perKnee<T>(knee), makeup = fromDb<T>(v128.load(p, 80));
  let l = v128.load(gs), gthr = zero, gsl = zero, gaa = zero, gar = zero, gkn = zero, gmk = zero;
  do {
    gx -= 16; gy -= 16; gd -= 16; x -= 16; d -= 16; t -= 32;
    const over = v128.load(t), e0 = v128.load(t, 16), u = v128.load(gy), v = v128.load(x);
    const r = target<T>(over, h, slope, ik), df = sub<T>(r, e0), down = v128.lt<T>(r, e0), a = pick(down, aa, ar), e = ma<T>(a, df, e0);
    const ug = mul<T>(u, mul<T>(fromDb<T>(e), makeup)), de = mul<T>(mul<T>(ug, v), K<T>(FROM_DB));
    gmk = add<T>(gmk, de);
    l = add<T>(l, de);                                                      // dL/de
    const la = mul<T>(l, df); gaa = add<T>(gaa, v128.and(la, down)); gar = add<T>(gar, v128.andnot(la, down));
    const gr = mul<T>(a, l); l = sub<T>(l, gr);
    const hard = v128.ge<T>(over, h), off = v128.le<T>(over, nh), w = add<T>(over, h), wk = mul<T>(w, ik);
    const go = mul<T>(gr, v128.andnot(pick(hard, slope, mul<T>(slope, wk)), off));
    gthr = sub<T>(gthr, go);
    gsl = ma<T>(gr, v128.andnot(pick(hard, over, mul<T>(mul<T>(w, wk), half)), off), gsl);
    gkn = ma<T>(gr, v128.andnot(mul<T>(mul<T>(slope, mul<T>(wk, half)), sub<T>(one, wk)), v128.or(hard, off)), gkn);
    // The louder channel has the gradient; equal ones share it.
    const q = v128.load(d), aq = v128.abs<T>(q), sq = swap<T>(aq);
    let gl = div<T>(mul<T>(go, K<T>(TO_DB)), add<T>(v128.max<T>(aq, sq), K<T>(EPS))); gl = add<T>(gl, swap<T>(gl));
    const share = add<T>(v128.and(v128.gt<T>(aq, sq), one), v128.and(v128.eq<T>(aq, sq), half));
    const sign = v128.or(v128.and(q, K<T>(-0.0)), v128.andnot(one, v128.eq<T>(q, zero))), gq = mul<T>(mul<T>(gl, share), sign);
    if (side) { v128.store(gd, gq); v128.store(gx, ug); } else v128.store(gx, add<T>(ug, gq));
  } while (gx > start);
  v128.store(gs, flush<T>(l));
  gather<T>(gp, gthr); gather<T>(gp + 32, v128.neg<T>(div<T>(gsl, mul<T>(ratio, ratio))));
  gather<T>(gp + 64, v128.neg<T>(mul<T>(gaa, mul<T>(sub<T>(one, aa), div<T>(za, ta)))));
  gather<T>(gp + 96, v128.neg<T>(mul<T>(gar, mul<T>(sub<T>(one, ar), div<T>(zr, tr)))));
  gather<T>(gp + 128, gkn); gather<T>(gp + 160, gmk);
}
export function compressor_run_f32(c: usize, at: usize, n: i32, keep: i32): void { if (keep) comp<f32, Yes>(c, at, n); else comp<f32, No>(c, at, n); }
export function compressor_run_f64(c: usize, at: usize, n: i32, keep: i32): void { if (keep) comp<f64, Yes>(c, at, n); else comp<f64, No>(c, at, n); }
export function compressor_adj_f32(c: usize, at: usize, gat: usize, n: i32): void { comp_adjoint<f32>(c, at, gat, n); }
export function compressor_adj_f64(c: usize, at: usize, gat: usize, n: i32): void { comp_adjoint<f64>(c, at, gat, n); }
