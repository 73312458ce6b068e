import { K, Yes, No, add, sub, mul, div, ma, pick, log2, fromDb, decay, flush, gather, P, S, TAPE, GP, GS, RATE, X, Y, GX, GY } from "./lanes";
import { linked, toChannels, packed, spreadFirst, spreadSecond } from "./detector";
// compressor: params threshold, ratio, attack (ms), release (ms), knee, makeup. inlets main, sidechain. state: e, remainder. tape: (over, e before).
// Level of the louder channel in dB; static curve with a quadratic knee (Giannoulis, Massberg, Reiss, JAES 60(6), 2012, eq. 4); the gain in dB
// follows by one pole, its coefficient chosen sample by sample: attack where the gain must fall, release where it may rise.
// Both lanes of a pair share level and gain, so two samples share a register: "packed" is (pair 0, pair 1) of sample i, then of i + 1
// (f64: one pair). Only the ballistics run sample by sample.
const DB: f64 = 6.020599913279624, EPS: f64 = 1e-6, TO_DB: f64 = 20 / 2.302585092994046, FROM_DB: f64 = 2.302585092994046 / 20;

@inline function level<T>(v: v128): v128 { return add<T>(linked<T>(v), K<T>(EPS)); }
/** As `packed`, of the right lanes. */
@inline function packedRight<T>(a: v128, b: v128): v128 { if (sizeof<T>() == 4) return v128.shuffle<f32>(a, b, 1, 3, 5, 7); return v128.shuffle<f64>(a, b, 1, 3); }
/** The first sample's half of a, then of b. */
@inline function join<T>(a: v128, b: v128): v128 { if (sizeof<T>() == 4) return v128.shuffle<f32>(a, b, 0, 1, 4, 5); return v128.shuffle<f64>(a, b, 0, 2); }
/** The second halves. */
@inline function joinSecond<T>(a: v128, b: v128): v128 { if (sizeof<T>() == 4) return v128.shuffle<f32>(a, b, 2, 3, 6, 7); return v128.shuffle<f64>(a, b, 1, 3); }
@inline function second<T>(v: v128): v128 { return joinSecond<T>(v, v); }
/** Packed sums to the lanes of their pairs. */
@inline function gatherPacked<T>(gp: usize, v: v128): void { if (sizeof<T>() == 4) gather<T>(gp, v128.shuffle<f32>(v, v, 0, 2, 1, 3)); else gather<T>(gp, v); }
@inline function param<T, M>(p: usize, i: usize): v128 { const v = v128.load(p + (i << 4)); return isFloat<M>() ? v : packed<T>(v, v); }
/** How far into the knee a level lies that is w dB above the knee's start: 0 below the knee, 1 above it. */
@inline function bendOf<T>(w: v128, perKnee: v128): v128 { return v128.pmin<T>(v128.pmax<T>(mul<T>(w, perKnee), K<T>(0)), K<T>(1)); }
/** Static curve over slope: gain in dB / (1/ratio − 1). 0 below the knee, w²/(2 knee) in it, w − knee/2 above: one expression of the bend. */
@inline function curve<T>(w: v128, bend: v128, half: v128): v128 { return mul<T>(bend, sub<T>(w, mul<T>(half, bend))); }
/** Knees below a thousandth of a dB are as hard as one of that width. */
@inline function kneeOf<T, M>(p: usize): v128 { return v128.max<T>(param<T, M>(p, 4), K<T>(1e-3)); }

/**
 * What the curve asks for, and how far the level lies above the start of the knee: (r, over), packed (M = Yes: of mono, sample by sample). In a loop of
 * its own, as all in one would be too long a way for every sample (docs/decisions/0002-kernels.md, 14).
 */
const AHEAD_OF: i32 = 128, CURVES = memory.data(128 * 32, 16);
function curves<T, M>(c: usize, d: usize, n: i32): void {
  const p = P(c), slope = sub<T>(div<T>(K<T>(1), param<T, M>(p, 1)), K<T>(1)), knee = kneeOf<T, M>(p), h = mul<T>(knee, K<T>(0.5)), ik = div<T>(K<T>(1), knee), start = sub<T>(param<T, M>(p, 0), h);
  let to = CURVES;
  do {
    const loud = isFloat<M>() ? add<T>(v128.abs<T>(v128.load(d)), K<T>(EPS)) : packed<T>(level<T>(v128.load(d)), level<T>(v128.load(d + (n > 1 ? 16 : 0))));
    const over = sub<T>(mul<T>(log2<T>(loud), K<T>(DB)), start);
    v128.store(to, mul<T>(slope, curve<T>(over, bendOf<T>(over, ik), h))); v128.store(to, over, 16);
    d += isFloat<M>() ? 16 : 32; to += 32; n -= isFloat<M>() ? 1 : 2;
  } while (n > 0);
}
@inline function comp<T, H>(c: usize, at: usize, n: i32): void {
  const p = P(c), s = S(c), period = K<T>(1000 / RATE(c));
  let x = X(c, 0) + at, y = Y(c, 0) + at, d = X(c, 1) ? X(c, 1) + at : x, t = TAPE(c) + at;
  const aa = decay<T>(div<T>(period, param<T, No>(p, 2))), ar = decay<T>(div<T>(period, param<T, No>(p, 3))), makeup = fromDb<T>(param<T, No>(p, 5));
  let e = v128.load(s), lo = v128.load(s, 16);                              // lo: what rounding left over, so that slow releases arrive
  do {
    let left = min(n, AHEAD_OF), from = CURVES;
    curves<T, No>(c, d, left);
    d += <usize>left << 4; n -= left;
    do {
      const two = left > 1, next: usize = two ? 16 : 0, r = v128.load(from), r2 = second<T>(r);
      const df = sub<T>(r, e), step = ma<T>(pick(v128.lt<T>(r, e), aa, ar), df, lo), e1 = add<T>(e, step), lo1 = sub<T>(step, sub<T>(e1, e));
      const df2 = sub<T>(r2, e1), step2 = ma<T>(pick(v128.lt<T>(r2, e1), aa, ar), df2, lo1), e2 = add<T>(e1, step2), lo2 = sub<T>(step2, sub<T>(e2, e1));
      const g = mul<T>(fromDb<T>(join<T>(e1, e2)), makeup);
      if (isFloat<H>()) v128.store(t, join<T>(v128.load(from, 16), e));
      const v = v128.load(x), w = v128.load(x + next);
      v128.store(y, mul<T>(v, spreadFirst<T>(g)));
      if (!two) { e = e1; lo = lo1; break; }
      if (isFloat<H>()) { v128.store(t, join<T>(second<T>(v128.load(from, 16)), e1), 16); t += 32; }
      v128.store(y, mul<T>(w, spreadSecond<T>(g)), 16);
      e = e2; lo = lo2; x += 32; y += 32; from += 32; left -= 2;
    } while (left > 0);
  } while (n > 0);
  v128.store(s, flush<T>(e)); v128.store(s, flush<T>(lo), 16);
}
/** Four mono signals, a lane each: the same numbers, one sample at a time. */
@inline function mono(c: usize, at: usize, n: i32): void {
  const p = P(c), s = S(c), period = K<f32>(1000 / RATE(c));
  let x = X(c, 0) + at, y = Y(c, 0) + at, d = X(c, 1) ? X(c, 1) + at : x;
  const aa = decay<f32>(div<f32>(period, param<f32, Yes>(p, 2))), ar = decay<f32>(div<f32>(period, param<f32, Yes>(p, 3))), makeup = fromDb<f32>(param<f32, Yes>(p, 5));
  let e = v128.load(s), lo = v128.load(s, 16);
  do {
    const k = min(n, AHEAD_OF), end = x + (<usize>k << 4);
    let from = CURVES;
    curves<f32, Yes>(c, d, k);
    do {
      const r = v128.load(from), df = sub<f32>(r, e), step = ma<f32>(pick(v128.lt<f32>(r, e), aa, ar), df, lo), next = add<f32>(e, step);
      lo = sub<f32>(step, sub<f32>(next, e)); e = next;
      v128.store(y, mul<f32>(v128.load(x), mul<f32>(fromDb<f32>(e), makeup)));
      x += 16; y += 16; from += 32;
    } while (x < end);
    d += <usize>k << 4; n -= k;
  } while (n > 0);
  v128.store(s, flush<f32>(e)); v128.store(s, flush<f32>(lo), 16);
}
// Going backwards, what follows from the tape alone is computed a pair of samples ahead: it overlaps the recursion instead of preceding it.
/** Gain, coefficient, bend, curve, r − e of the pair to come. */
const AHEAD = memory.data(80, 16);
@inline function ahead<T>(t: usize, later: usize, h: v128, ik: v128, slope: v128, aa: v128, ar: v128, makeup: v128): void {
  const t0 = v128.load(t), t1 = v128.load(t + later), over = join<T>(t0, t1), e0 = joinSecond<T>(t0, t1), bend = bendOf<T>(over, ik), shape = curve<T>(over, bend, h);
  const df = sub<T>(mul<T>(slope, shape), e0), a = pick(v128.lt<T>(df, K<T>(0)), aa, ar);
  v128.store(AHEAD, mul<T>(fromDb<T>(ma<T>(a, df, e0)), makeup)); v128.store(AHEAD, a, 16); v128.store(AHEAD, bend, 32); v128.store(AHEAD, shape, 48); v128.store(AHEAD, df, 64);
}
@inline function comp_adjoint<T>(c: usize, at: usize, gat: usize, n: i32): void {
  const p = P(c), gs = GS(c), gp = GP(c), len = <usize>n << 4, side = X(c, 1) != 0, period = K<T>(1000 / RATE(c));
  let gx = GX(c, 0) + gat + len, gy = GY(c, 0) + gat + len, gd = GX(c, 1) + gat + len, x = X(c, 0) + at + len, d = side ? X(c, 1) + at + len : x, t = TAPE(c) + at + len;
  const ratio = param<T, No>(p, 1), zero = K<T>(0), one = K<T>(1), half = K<T>(0.5), slope = sub<T>(div<T>(one, ratio), one);
  const ta = param<T, No>(p, 2), tr = param<T, No>(p, 3), za = div<T>(period, ta), zr = div<T>(period, tr), aa = decay<T>(za), ar = decay<T>(zr);
  const knee = kneeOf<T, No>(p), h = mul<T>(knee, half), ik = div<T>(one, knee), makeup = fromDb<T>(param<T, No>(p, 5));
  let l = v128.load(gs), gthr = zero, gsl = zero, gaa = zero, gar = zero, gkn = zero, gmk = zero, left = n;
  t -= n > 1 ? 32 : 16;
  ahead<T>(t, n > 1 ? 16 : 0, h, ik, slope, aa, ar, makeup);
  do {
    // Samples i (first) and i + 1 (second), the later one first; alone, the first sample is a copy whose gradient is masked.
    const two = left > 1, back: usize = two ? 32 : 16, later: usize = back - 16;
    gx -= back; gy -= back; gd -= back; x -= back; d -= back; left -= two ? 2 : 1;
    const g = v128.load(AHEAD), a = v128.load(AHEAD, 16), bend = v128.load(AHEAD, 32), shape = v128.load(AHEAD, 48), df = v128.load(AHEAD, 64), down = v128.lt<T>(df, zero);
    t -= left > 1 ? 32 : 16;                                               // before the first sample: something, unused
    ahead<T>(t, left > 1 ? 16 : 0, h, ik, slope, aa, ar, makeup);
    const u0 = v128.load(gy), u1 = v128.load(gy + later), v0 = v128.load(x), v1 = v128.load(x + later), q0 = v128.load(d), q1 = v128.load(d + later);
    const ug0 = mul<T>(u0, spreadFirst<T>(g)), ug1 = mul<T>(u1, spreadSecond<T>(g)), p0 = mul<T>(ug0, v0), p1 = mul<T>(ug1, v1);
    const de = mul<T>(add<T>(packed<T>(p0, p1), packedRight<T>(p0, p1)), K<T>(FROM_DB));
    const l1 = add<T>(l, second<T>(de)), after = two ? sub<T>(l1, mul<T>(second<T>(a), l1)) : l, l0 = add<T>(after, de);
    l = sub<T>(l0, mul<T>(a, l0));
    const only = two ? one : join<T>(one, zero), ls = mul<T>(join<T>(l0, l1), only);
    gmk = ma<T>(de, only, gmk);
    const la = mul<T>(ls, df); gaa = add<T>(gaa, v128.and(la, down)); gar = add<T>(gar, v128.andnot(la, down));
    const gr = mul<T>(a, ls);
    const gb = mul<T>(gr, bend), go = mul<T>(gb, slope);
    gthr = sub<T>(gthr, go); gsl = ma<T>(gr, shape, gsl); gkn = ma<T>(gb, sub<T>(one, bend), gkn);
    const gl = div<T>(mul<T>(go, K<T>(TO_DB)), packed<T>(level<T>(q0), level<T>(q1)));
    const c0 = toChannels<T>(spreadFirst<T>(gl), q0), c1 = toChannels<T>(spreadSecond<T>(gl), q1);
    if (side) { v128.store(gd, c0); v128.store(gx, ug0); if (two) { v128.store(gd, c1, 16); v128.store(gx, ug1, 16); } }
    else { v128.store(gx, add<T>(ug0, c0)); if (two) v128.store(gx, add<T>(ug1, c1), 16); }
  } while (left > 0);
  v128.store(gs, flush<T>(l));
  gatherPacked<T>(gp, gthr); gatherPacked<T>(gp + 32, v128.neg<T>(div<T>(gsl, mul<T>(ratio, ratio))));
  gatherPacked<T>(gp + 64, v128.neg<T>(mul<T>(gaa, mul<T>(sub<T>(one, aa), div<T>(za, ta)))));
  gatherPacked<T>(gp + 96, v128.neg<T>(mul<T>(gar, mul<T>(sub<T>(one, ar), div<T>(zr, tr)))));
  gatherPacked<T>(gp + 128, mul<T>(gkn, mul<T>(slope, half))); gatherPacked<T>(gp + 160, gmk);
}
export function compressor_run_f32(c: usize, at: usize, n: i32, keep: i32): void { if (keep) comp<f32, Yes>(c, at, n); else comp<f32, No>(c, at, n); }
export function compressor_mono_run_f32(c: usize, at: usize, n: i32, keep: i32): void { mono(c, at, n); }
export function compressor_run_f64(c: usize, at: usize, n: i32, keep: i32): void { if (keep) comp<f64, Yes>(c, at, n); else comp<f64, No>(c, at, n); }
export function compressor_adj_f32(c: usize, at: usize, gat: usize, n: i32): void { comp_adjoint<f32>(c, at, gat, n); }
export function compressor_adj_f64(c: usize, at: usize, gat: usize, n: i32): void { comp_adjoint<f64>(c, at, gat, n); }
