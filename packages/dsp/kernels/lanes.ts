/**
 * Lane arithmetic, generic over T = f32 (four lanes: two stereo pairs) or f64 (two lanes: one pair).
 * One sample of a lane group is always 16 bytes. A kernel is written once over T and exported for both: f32 ships, f64 is the oracle
 * of the gradient checks. Pitfalls (do…while, switches as types, increments) are in docs/decisions/0002-kernels.md.
 */
/** Switches of generic kernels are types, decided when AssemblyScript compiles: `isFloat<M>()` is true for Yes. */
export type Yes = f64;
export type No = i32;

@inline export function K<T>(x: f64): v128 { return v128.splat<T>(<T>x); }
@inline export function add<T>(a: v128, b: v128): v128 { return v128.add<T>(a, b); }
@inline export function sub<T>(a: v128, b: v128): v128 { return v128.sub<T>(a, b); }
@inline export function mul<T>(a: v128, b: v128): v128 { return v128.mul<T>(a, b); }
@inline export function div<T>(a: v128, b: v128): v128 { return v128.div<T>(a, b); }
/** a b + c (two roundings: WASM has no deterministic fused form). */
@inline export function ma<T>(a: v128, b: v128, c: v128): v128 { return v128.add<T>(v128.mul<T>(a, b), c); }
/** mask ? a : b */
@inline export function pick(mask: v128, a: v128, b: v128): v128 { return v128.bitselect(a, b, mask); }
/** Left and right of every stereo pair exchanged. */
@inline export function swap<T>(a: v128): v128 {
  if (sizeof<T>() == 4) return v128.shuffle<f32>(a, a, 1, 0, 3, 2);
  return v128.shuffle<f64>(a, a, 1, 0);
}
/** −1 in left lanes, +1 in right lanes. */
@inline export function sides<T>(): v128 {
  if (sizeof<T>() == 4) return f32x4(-1, 1, -1, 1);
  return f64x2(-1, 1);
}
/** States below 1e-30 become zero: WASM has no flush-to-zero and denormals are slow. Call at block ends. */
@inline export function flush<T>(a: v128): v128 { return v128.and(a, v128.gt<T>(v128.abs<T>(a), K<T>(1e-30))); }

/** log2 of x > 0. f32: minimax polynomial on the mantissa, error below 3e-6. */
@inline export function log2<T>(x: v128): v128 {
  if (sizeof<T>() == 8) return f64x2(Math.log2(f64x2.extract_lane(x, 0)), Math.log2(f64x2.extract_lane(x, 1)));
  const e = f32x4.convert_i32x4_s(i32x4.sub(i32x4.shr_s(x, 23), i32x4.splat(127)));
  const m = f32x4.sub(v128.or(v128.and(x, i32x4.splat(0x7fffff)), i32x4.splat(0x3f800000)), K<f32>(1));
  // Estrin's scheme: half the depth of Horner's, so that neighbouring samples overlap.
  const m2 = f32x4.mul(m, m), low = ma<f32>(K<f32>(-0.7181452567504), m, K<f32>(1.44254494359510)), mid = ma<f32>(K<f32>(-0.27790423655866), m, K<f32>(0.45754919692582));
  const high = ma<f32>(K<f32>(-0.02584144982967), m, K<f32>(0.121797910687826));
  return ma<f32>(m, ma<f32>(m2, ma<f32>(m2, high, mid), low), e);
}
/**
 * 2^x for −126 < x < 127, exact where x is whole. f32: relative error below 3e-7. Adding 1.5 × 2^23 rounds x to a whole number whose low bits
 * are those of the mantissa, from where they shift into the exponent; 2^f, |f| ≤ 1/2, is 1 + f q(f), q interpolated at Chebyshev nodes.
 */
@inline export function exp2<T>(x: v128): v128 {
  if (sizeof<T>() == 8) return f64x2(Math.pow(2, f64x2.extract_lane(x, 0)), Math.pow(2, f64x2.extract_lane(x, 1)));
  const shift = K<f32>(12582912), t = f32x4.add(x, shift), f = f32x4.sub(x, f32x4.sub(t, shift)), f2 = f32x4.mul(f, f);
  const low = ma<f32>(K<f32>(0.6931471806), f, K<f32>(1)), mid = ma<f32>(K<f32>(0.05550381014), f, K<f32>(0.2402234904));
  const q = ma<f32>(f2, ma<f32>(f2, ma<f32>(K<f32>(0.001338130254), f, K<f32>(0.009666368515)), mid), low);
  return i32x4.add(q, i32x4.shl(t, 23));
}
/** The factor of as many octaves as stand at `from`: no more than lead from any frequency beyond all that sound, as exp2 has no end. */
@inline export function bentBy<T>(from: usize): v128 { return exp2<T>(v128.min<T>(v128.max<T>(v128.load(from), K<T>(-32)), K<T>(32))); }
/** Amplitude of a level in dB: 10^(x/20). */
@inline export function fromDb<T>(x: v128): v128 { return exp2<T>(mul<T>(x, K<T>(0.16609640474436813))); }
/** sin on [0, π/2], f32: Taylor to x¹¹, error below 6e-8. */
@inline function sin32(x: v128): v128 {
  const z = f32x4.mul(x, x);
  return f32x4.mul(x, ma<f32>(z, ma<f32>(z, ma<f32>(z, ma<f32>(z, ma<f32>(z, K<f32>(-2.5052108e-8), K<f32>(2.7557319e-6)), K<f32>(-1.9841270e-4)), K<f32>(8.3333333e-3)), K<f32>(-0.16666667)), K<f32>(1)));
}
/** sin on [0, π/2] */
@inline export function sin<T>(x: v128): v128 {
  if (sizeof<T>() == 8) return f64x2(Math.sin(f64x2.extract_lane(x, 0)), Math.sin(f64x2.extract_lane(x, 1)));
  return sin32(x);
}
/** cos on [0, π/2] */
@inline export function cosine<T>(x: v128): v128 { return sin<T>(sub<T>(K<T>(1.5707963267948966), x)); }
/** Radians of a share of the way from dry (cos) to wet (sin): constant power. */
@inline export function quarterTurns<T>(mix: v128): v128 { return mul<T>(mix, K<T>(1.5707963267948966)); }
/** tan on [0, π/2) */
@inline export function tan<T>(x: v128): v128 {
  if (sizeof<T>() == 8) return f64x2(Math.tan(f64x2.extract_lane(x, 0)), Math.tan(f64x2.extract_lane(x, 1)));
  return f32x4.div(sin32(x), sin32(f32x4.sub(K<f32>(1.5707963267948966), x)));
}
/** 1 − exp(−z) for z ≥ 0: its series where 1 − exp would cancel, for slow time constants. */
@inline export function decay<T>(z: v128): v128 {
  if (sizeof<T>() == 8) return f64x2(-Math.expm1(-f64x2.extract_lane(z, 0)), -Math.expm1(-f64x2.extract_lane(z, 1)));
  const series = f32x4.mul(z, ma<f32>(z, ma<f32>(z, ma<f32>(z, ma<f32>(z, ma<f32>(z, ma<f32>(z, K<f32>(1.0 / 5040), K<f32>(-1.0 / 720)), K<f32>(1.0 / 120)), K<f32>(-1.0 / 24)), K<f32>(1.0 / 6)), K<f32>(-0.5)), K<f32>(1)));
  return pick(f32x4.lt(z, K<f32>(0.5)), series, f32x4.sub(K<f32>(1), exp2<f32>(f32x4.max(f32x4.mul(z, K<f32>(-1.4426950408889634)), K<f32>(-120)))));
}
/** n samples of x by g to y, four in a turn: one operation a sample takes less than going round does. */
@inline export function scale<T>(x: usize, y: usize, g: v128, n: i32): void {
  const end = x + (<usize>n << 4), fours = x + (<usize>(n & ~3) << 4);
  if (x < fours) do {
    const a = v128.load(x), b = v128.load(x, 16), c = v128.load(x, 32), d = v128.load(x, 48);
    v128.store(y, mul<T>(a, g)); v128.store(y, mul<T>(b, g), 16); v128.store(y, mul<T>(c, g), 32); v128.store(y, mul<T>(d, g), 48);
    x += 64; y += 64;
  } while (x < fours);
  if (x < end) do { v128.store(y, mul<T>(v128.load(x), g)); x += 16; y += 16; } while (x < end);
}
/** Adds one value per lane to a parameter's gradient: f64 per lane, 32 bytes a parameter, whatever T is. */
@inline export function gather<T>(gp: usize, v: v128): void {
  if (sizeof<T>() == 8) v128.store(gp, f64x2.add(v128.load(gp), v));
  else {
    v128.store(gp, f64x2.add(v128.load(gp), f64x2.promote_low_f32x4(v)));
    v128.store(gp, f64x2.add(v128.load(gp, 16), f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 0, 1))), 16);
  }
}

// The call record (src/kernels.ts has its layout). `run(c, at, n, keep)`, `adjoint(c, at, gat, n)`: `at` and `gat` are byte offsets
// into the signal and gradient buffers; n ≥ 1. A field is an address; 0 = not connected.
@inline export function P(c: usize): usize { return load<usize>(c); }
@inline export function S(c: usize): usize { return load<usize>(c, 4); }
@inline export function TAPE(c: usize): usize { return load<usize>(c, 8); }
@inline export function GP(c: usize): usize { return load<usize>(c, 12); }
@inline export function GS(c: usize): usize { return load<usize>(c, 16); }
/** Is there nothing in the second pair? */
@inline export function only(c: usize): bool { return load<i32>(c, 20) == 1; }
@inline export function RATE(c: usize): f64 { return load<f64>(c, 24); }
@inline export function X(c: usize, i: usize): usize { return load<usize>(c + (i << 2), 32); }
@inline export function Y(c: usize, i: usize): usize { return load<usize>(c + (i << 2), 48); }
@inline export function GX(c: usize, i: usize): usize { return load<usize>(c + (i << 2), 64); }
@inline export function GY(c: usize, i: usize): usize { return load<usize>(c + (i << 2), 80); }

/** One sample of zeros: an inlet that is not connected reads it with step 0. */
export const ZEROS = memory.data(16, 16);
/** One sample to write to and forget: the gradient of an inlet that is not connected goes there with step 0. */
export const SINK = memory.data(16, 16);
