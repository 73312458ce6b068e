import { K, Yes, add, sub, mul, div, ma, pick } from "./lanes";
// Second-order antiderivative antialiasing (Parker, Zavalishin, Le Bivic, DAFx-16; Bilbao, Esqueda, Parker, Valimaki, IEEE SPL 24(7), 2017) of tanh
// and clip. Between samples u is taken as straight, and f of these lines is averaged under triangles. The usual differences of antiderivatives
// cancel; here each line gives well-conditioned numbers instead, over s = -1/2 ... 1/2 along it: mean M = ∫ f ds and slope N = ∫ s f ds. Under the
// falling half of a triangle lies M/2 - N, under the rising one M/2 + N. Their derivatives by the ends need A, B, C = ∫ f', ∫ s f', ∫ s² f'.
// Backwards, from the end of a line to its beginning, N and B change their sign.

/** Lines longer than this by differences of antiderivatives, shorter ones by series about their middle; the errors meet near 1e-6 (1e-12). */
@inline function long<T>(): f64 { return sizeof<T>() == 4 ? 0.3 : 0.02; }
/** Beyond this tanh is ±1 in T. */
@inline function flat<T>(): f64 { return sizeof<T>() == 4 ? 10 : 20; }
/** |D| below this is no line but a point. */
const POINT: f64 = 1e-18;

/** 1 - exp(-2|x|) with the sign of x in f32, without cancellation near 0: 2^n (2^r - 1) + (2^n - 1), r = -1/2 ... 1/2, by
 * its series, relative error below 4e-7. Polynomials by halves (Estrin): short chains. */
@inline function rise(x: v128): v128 {
  // Adding 1.5 × 2^23 rounds, and leaves n in the low bits.
  const one = K<f32>(1), y = f32x4.pmax(K<f32>(-60), f32x4.mul(f32x4.abs(x), K<f32>(-2.8853900817779268))), rounded = f32x4.add(y, K<f32>(12582912));
  const r = f32x4.sub(y, f32x4.sub(rounded, K<f32>(12582912))), rr = f32x4.mul(r, r);
  const q01 = ma<f32>(r, K<f32>(0.2402265069591007), K<f32>(0.6931471805599453)), q23 = ma<f32>(r, K<f32>(9.618129107628477e-3), K<f32>(0.05550410866482158));
  const q45 = ma<f32>(r, K<f32>(1.5403530393381609e-4), K<f32>(1.3333558146428443e-3));
  const q = ma<f32>(f32x4.mul(rr, rr), q45, ma<f32>(rr, q23, q01)), power = i32x4.add(i32x4.shl(rounded, 23), one);
  return v128.xor(f32x4.sub(f32x4.sub(one, power), f32x4.mul(f32x4.mul(r, q), power)), v128.and(x, K<f32>(-0.0)));
}
// tanh in two steps, each in a loop of its own: what is in flight at a time is bounded, so that time goes with length times depth of a loop's body.
@inline function halfway<T>(x: v128): v128 {
  if (sizeof<T>() == 8) return f64x2(Math.tanh(f64x2.extract_lane(x, 0)), Math.tanh(f64x2.extract_lane(x, 1)));
  return rise(x);
}
@inline function rest<T>(v: v128): v128 { return sizeof<T>() == 8 ? v : f32x4.div(v, f32x4.sub(K<f32>(2), f32x4.abs(v))); }
@inline export function tanh<T>(x: v128): v128 { return rest<T>(halfway<T>(x)); }
/** log(1 + exp(-2|x|)), from `halfway` of x. f32: interpolated at Chebyshev's nodes, error below 2e-7. */
@inline function log1pExp<T>(x: v128, v: v128): v128 {
  if (sizeof<T>() == 8) return f64x2(Math.log1p(Math.exp(-2 * Math.abs(f64x2.extract_lane(x, 0)))), Math.log1p(Math.exp(-2 * Math.abs(f64x2.extract_lane(x, 1)))));
  const e = f32x4.sub(K<f32>(1), f32x4.abs(v)), ee = f32x4.mul(e, e);
  const q01 = ma<f32>(e, K<f32>(-0.4999717452300876), K<f32>(0.9999997807585047)), q23 = ma<f32>(e, K<f32>(-0.24474774178665773), K<f32>(0.3327192838342996));
  const q45 = ma<f32>(e, K<f32>(-0.10685002864265002), K<f32>(0.17687476700856233)), q67 = ma<f32>(e, K<f32>(-0.00837115255015209), K<f32>(0.04349389981837933));
  return f32x4.mul(e, ma<f32>(f32x4.mul(ee, ee), ma<f32>(ee, q67, q45), ma<f32>(ee, q23, q01)));
}
/**
 * ∫ log(1 + exp(-2|v|)) dv from 0 to u, from l = log(1 + e), e = exp(-2|u|): π²/24 + Li2(-e)/2 with the sign of u. Li2 in powers of l, by
 * Bernoulli numbers: -Li2(1 - exp(l)) = l + l²/4 + Σ B(2k) l^(2k+1) / (2k+1)! (Lewin, Polylogarithms and Associated Functions, 1981).
 */
@inline function second<T>(u: v128, l: v128): v128 {
  const z = mul<T>(l, l);
  let q = K<T>(1.0 / 423360);
  if (sizeof<T>() == 8) q = ma<T>(z, ma<T>(z, ma<T>(z, ma<T>(z, K<T>(4.460845510228226e-13), K<T>(-2.0323808225721128e-11)), K<T>(1.0 / 1053803520)), K<T>(-1.0 / 21772800)), q);
  q = mul<T>(l, ma<T>(l, ma<T>(l, ma<T>(z, ma<T>(z, q, K<T>(-1.0 / 7200)), K<T>(1.0 / 72)), K<T>(0.125)), K<T>(0.5)));
  return v128.xor(sub<T>(K<T>(0.41123351671205661), q), v128.and(u, K<T>(-0.0)));
}
// tanh along a line with middle m and length D, t = tanh m, q = 1 - t²: series. A polynomial in z = t² per derivative:
// f' = q, f'' = -2 t q, f''' = q (6 z - 2), f4 = t q (16 - 24 z), f5 = q (16 - 120 z + 120 z²).
@inline function seriesM<T>(t: v128, z: v128, q: v128, DD: v128): v128 {
  return ma<T>(mul<T>(t, mul<T>(DD, q)), ma<T>(DD, ma<T>(z, K<T>(-24.0 / 1920), K<T>(16.0 / 1920)), K<T>(-1.0 / 12)), t);
}
@inline function seriesN<T>(z: v128, q: v128, D: v128, DD: v128): v128 {
  return mul<T>(mul<T>(D, q), ma<T>(DD, ma<T>(z, K<T>(6.0 / 480), K<T>(-2.0 / 480)), K<T>(1.0 / 12)));
}
@inline function seriesA<T>(z: v128, q: v128, DD: v128): v128 {
  const f5 = ma<T>(z, ma<T>(z, K<T>(120.0 / 1920), K<T>(-120.0 / 1920)), K<T>(16.0 / 1920));
  return ma<T>(mul<T>(DD, q), ma<T>(DD, f5, ma<T>(z, K<T>(6.0 / 24), K<T>(-2.0 / 24))), q);
}
@inline function seriesB<T>(t: v128, z: v128, q: v128, D: v128, DD: v128): v128 {
  return mul<T>(mul<T>(D, mul<T>(t, q)), ma<T>(DD, ma<T>(z, K<T>(-24.0 / 480), K<T>(16.0 / 480)), K<T>(-1.0 / 6)));
}
@inline function seriesC<T>(z: v128, q: v128, DD: v128): v128 {
  return mul<T>(q, ma<T>(DD, ma<T>(z, K<T>(6.0 / 160), K<T>(-2.0 / 160)), K<T>(1.0 / 12)));
}
// The same from the ends, with ∫ tanh = |u| + l - log 2, l = log(1 + exp(-2|u|)). The part |u| of N is 0 unless the line crosses 0.
@inline function endsM<T>(u0: v128, u1: v128, l0: v128, l1: v128, inv: v128): v128 {
  return mul<T>(add<T>(sub<T>(v128.abs<T>(u1), v128.abs<T>(u0)), sub<T>(l1, l0)), inv);
}
/** f = `second` of the ends. */
@inline function endsN<T>(u0: v128, u1: v128, l0: v128, l1: v128, f0: v128, f1: v128, inv: v128): v128 {
  const level = mul<T>(inv, sub<T>(mul<T>(add<T>(l0, l1), K<T>(0.5)), mul<T>(sub<T>(f1, f0), inv)));
  return sub<T>(level, mul<T>(v128.min<T>(mul<T>(u0, u1), K<T>(0)), mul<T>(inv, v128.abs<T>(inv))));
}
@inline function isLong<T>(D: v128): v128 { return v128.gt<T>(v128.abs<T>(D), K<T>(long<T>())); }
/** From end to end where tanh is ±1: there the series are as good. */
@inline function isFlat<T>(m: v128, D: v128): v128 { return v128.gt<T>(ma<T>(v128.abs<T>(D), K<T>(-0.5), v128.abs<T>(m)), K<T>(flat<T>())); }
@inline export function clip<T>(u: v128): v128 { return v128.pmax<T>(v128.pmin<T>(u, K<T>(1)), K<T>(-1)); }
@inline export function perD<T>(D: v128): v128 { return v128.and(div<T>(K<T>(1), D), v128.gt<T>(v128.abs<T>(D), K<T>(POINT))); }
// clip along a line: a share p of it lies between -1 and 1, the middle of that share at s. A = p, B = p s, C = p (s² + p²/12), M = c - p D s with c
// the mean of both ends clipped, N = p D (1/4 - C/p) / 2.
@inline export function shareOf<T>(u: v128, c0: v128, c1: v128, inv: v128): v128 {
  const inside = v128.and(v128.lt<T>(v128.abs<T>(u), K<T>(1)), K<T>(1));
  return pick(v128.eq<T>(inv, K<T>(0)), inside, mul<T>(sub<T>(c1, c0), inv));
}
@inline export function middleOf<T>(m: v128, c: v128, p: v128, inv: v128): v128 { return v128.andnot(mul<T>(sub<T>(c, m), inv), v128.eq<T>(p, K<T>(0))); }
@inline export function spread<T>(p: v128, s: v128): v128 { return ma<T>(mul<T>(p, p), K<T>(1.0 / 12), mul<T>(s, s)); }

// Loops with short bodies and no branches, of which many turns overlap; lines that are long, rare in most sound, are listed and mended afterwards.
/** What the last `tanhLines` found, each word a line: M, N, A, B, C. */
const MOST: usize = 128, APART = (MOST + 4) << 4;
export const M = memory.data(5 * 132 * 16, 16), N = M + APART, A = N + APART, B = A + APART, C = B + APART;
/** Of the points: half of tanh, then tanh; log1pExp; second. */
const T_ENDS = memory.data(3 * 132 * 16, 16), L_ENDS = T_ENDS + APART, F_ENDS = L_ENDS + APART;
/** Lists of places (bytes from the first): lines that are long in some lane, and their ends. */
const LONG = memory.data(129 * 4, 16), LONG_ENDS = memory.data(130 * 4, 16);

/** tanh along the lines that join the n + 1 points g z + b from `z` on, n at most 128. Slopes: A, B, C, too. */
@inline export function tanhLines<T, Slopes>(z: usize, n: i32, g: v128, b: v128): void {
  const bytes = <usize>n << 4, half = mul<T>(g, K<T>(0.5)), one = K<T>(1);
  let k: usize = 0, lines = LONG, ends = LONG_ENDS, before = 0;
  do {
    const m = ma<T>(add<T>(v128.load(z + k), v128.load(z + k, 16)), half, b);
    v128.store(M + k, halfway<T>(m)); v128.store(N + k, m); k += 16;
  } while (k < bytes);
  k = 0;
  // All by series.
  do {
    const D = mul<T>(g, sub<T>(v128.load(z + k, 16), v128.load(z + k))), DD = mul<T>(D, D), m = v128.load(N + k);
    const t = rest<T>(v128.load(M + k)), tt = mul<T>(t, t), q = sub<T>(one, tt);
    v128.store(M + k, seriesM<T>(t, tt, q, DD)); v128.store(N + k, seriesN<T>(tt, q, D, DD));
    if (isFloat<Slopes>()) {
      v128.store(A + k, seriesA<T>(tt, q, DD)); v128.store(B + k, seriesB<T>(t, tt, q, D, DD)); v128.store(C + k, seriesC<T>(tt, q, DD));
    }
    const now = i32(v128.any_true(v128.andnot(isLong<T>(D), isFlat<T>(m, D))));
    store<usize>(lines, k); store<usize>(ends, k);
    lines += now << 2; ends += (now | before) << 2; before = now; k += 16;
  } while (k < bytes);
  store<usize>(ends, k); ends += before << 2;
  if (lines > LONG) { endsOf<T, Slopes>(z, ends, g, b); mend<T, Slopes>(z, lines, g, b); }
}
/** T, L and F of the listed points. */
@inline function endsOf<T, Slopes>(z: usize, end: usize, g: v128, b: v128): void {
  let i = LONG_ENDS;
  do { const k = load<usize>(i); v128.store(T_ENDS + k, halfway<T>(ma<T>(v128.load(z + k), g, b))); i += 4; } while (i < end);
  i = LONG_ENDS;
  do {
    const k = load<usize>(i), v = v128.load(T_ENDS + k);
    v128.store(L_ENDS + k, log1pExp<T>(ma<T>(v128.load(z + k), g, b), v));
    if (isFloat<Slopes>()) v128.store(T_ENDS + k, rest<T>(v));
    i += 4;
  } while (i < end);
  i = LONG_ENDS;
  do { const k = load<usize>(i); v128.store(F_ENDS + k, second<T>(v128.load(T_ENDS + k), v128.load(L_ENDS + k))); i += 4; } while (i < end);
}
/** The listed lines from their ends, in the lanes that are long. */
@inline function mend<T, Slopes>(z: usize, end: usize, g: v128, b: v128): void {
  const half = K<T>(0.5);
  let i = LONG;
  do {
    const k = load<usize>(i), z0 = v128.load(z + k), z1 = v128.load(z + k, 16), u0 = ma<T>(z0, g, b), u1 = ma<T>(z1, g, b), D = mul<T>(g, sub<T>(z1, z0));
    const big = v128.andnot(isLong<T>(D), isFlat<T>(mul<T>(add<T>(u0, u1), half), D)), inv = perD<T>(D);
    const l0 = v128.load(L_ENDS + k), l1 = v128.load(L_ENDS + k, 16);
    const m = endsM<T>(u0, u1, l0, l1, inv), n = endsN<T>(u0, u1, l0, l1, v128.load(F_ENDS + k), v128.load(F_ENDS + k, 16), inv);
    v128.store(M + k, pick(big, m, v128.load(M + k))); v128.store(N + k, pick(big, n, v128.load(N + k)));
    if (isFloat<Slopes>()) {
      // By parts.
      const t0 = v128.load(T_ENDS + k), t1 = v128.load(T_ENDS + k, 16), up = sub<T>(t1, t0);
      v128.store(A + k, pick(big, mul<T>(up, inv), v128.load(A + k)));
      v128.store(B + k, pick(big, mul<T>(sub<T>(mul<T>(add<T>(t0, t1), half), m), inv), v128.load(B + k)));
      v128.store(C + k, pick(big, mul<T>(sub<T>(mul<T>(up, K<T>(0.25)), add<T>(n, n)), inv), v128.load(C + k)));
    }
    i += 4;
  } while (i < end);
}
