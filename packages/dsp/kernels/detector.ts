import { K, add, mul, swap } from "./lanes";
// What the level detectors of several kernels share: the linked level of a stereo pair, and sliding maxima and sums over a power of two.
//
// A window of `length` samples is built by doubling: with w1 = x, w2s[n] = op(ws[n], ws[n - s]) for s = 1, 2, 4, … That is log2 length
// operations a sample whatever the signal does, without branches per lane, and without the drift of a running sum. The rings of all
// levels (1, 2, 4, … length / 2 samples) lie one behind another: 16 (length - 1) bytes. `at` counts samples and may wrap.

/** Left lanes of a, right lanes of b: two numbers of a pair in one word of the tape. */
@inline export function sided<T>(a: v128, b: v128): v128 {
  if (sizeof<T>() == 4) return v128.shuffle<f32>(a, b, 0, 5, 2, 7);
  return v128.shuffle<f64>(a, b, 0, 3);
}
/** The left lanes, in both lanes of their pairs. */
@inline export function lefts<T>(v: v128): v128 {
  if (sizeof<T>() == 4) return v128.shuffle<f32>(v, v, 0, 0, 2, 2);
  return v128.shuffle<f64>(v, v, 0, 0);
}
@inline export function rights<T>(v: v128): v128 {
  if (sizeof<T>() == 4) return v128.shuffle<f32>(v, v, 1, 1, 3, 3);
  return v128.shuffle<f64>(v, v, 1, 1);
}
/** Louder channel of each pair, in both its lanes. */
@inline export function linked<T>(v: v128): v128 { const a = v128.abs<T>(v); return v128.pmax<T>(a, swap<T>(a)); }
/** (pair 0, pair 1) of one sample, then of the next, where both lanes of a pair hold the same (f64: one pair). */
@inline export function packed<T>(a: v128, b: v128): v128 { if (sizeof<T>() == 4) return v128.shuffle<f32>(a, b, 0, 2, 4, 6); return v128.shuffle<f64>(a, b, 0, 2); }
/** The first sample of such a register, in the lanes again. */
@inline export function spreadFirst<T>(v: v128): v128 { if (sizeof<T>() == 4) return v128.shuffle<f32>(v, v, 0, 0, 1, 1); return v128.shuffle<f64>(v, v, 0, 0); }
@inline export function spreadSecond<T>(v: v128): v128 { if (sizeof<T>() == 4) return v128.shuffle<f32>(v, v, 2, 2, 3, 3); return v128.shuffle<f64>(v, v, 1, 1); }
/** Gradient of one sample's level to the louder channel; equal ones share it. */
@inline export function toChannels<T>(gl: v128, q: v128): v128 {
  const one = K<T>(1), a = v128.abs<T>(q), b = swap<T>(a);
  const share = add<T>(v128.and(v128.gt<T>(a, b), one), v128.and(v128.eq<T>(a, b), K<T>(0.5)));
  return mul<T>(mul<T>(gl, share), v128.or(v128.and(q, K<T>(-0.0)), v128.andnot(one, v128.eq<T>(q, K<T>(0)))));
}

/** The largest of the last `length` values of m. */
@inline export function slidingMax<T>(rings: usize, at: i32, length: i32, m: v128): v128 {
  let size = 1;
  do {
    const slot = rings + (<usize>(at & (size - 1)) << 4), old = v128.load(slot);
    v128.store(slot, m);
    m = v128.pmax<T>(m, old);
    rings += <usize>size << 4; size <<= 1;
  } while (size < length);
  return m;
}
/**
 * The same; stores at `to` the bits of `word` and the way to the winner: bit k of every lane says that at level k the older half was larger
 * (of equal values the newer one wins).
 */
@inline export function slidingMaxNoted<T>(rings: usize, at: i32, length: i32, m: v128, word: v128, to: usize): v128 {
  let size = 1, bit = i32x4.splat(1);
  do {
    const slot = rings + (<usize>(at & (size - 1)) << 4), old = v128.load(slot);
    v128.store(slot, m);
    word = v128.or(word, v128.and(v128.lt<T>(m, old), bit)); bit = i32x4.shl(bit, 1);
    m = v128.pmax<T>(m, old);
    rings += <usize>size << 4; size <<= 1;
  } while (size < length);
  v128.store(to, word);
  return m;
}
/** Backwards in time: gradient of the maximum → of the value of this sample. The rings hold what later samples leave for earlier ones. */
@inline export function slidingMaxAdjoint<T>(rings: usize, at: i32, length: i32, won: v128, g: v128): v128 {
  let size = length >> 1, bit = i32x4.splat(size);
  rings += <usize>(length - 1) << 4;
  do {
    rings -= <usize>size << 4;
    const slot = rings + (<usize>(at & (size - 1)) << 4), left = v128.load(slot), older = i32x4.ne(v128.and(won, bit), i32x4.splat(0));
    v128.store(slot, v128.and(g, older));
    g = add<T>(v128.andnot(g, older), left);
    size >>= 1; bit = i32x4.shr_u(bit, 1);
  } while (size > 0);
  return g;
}
/** The sum of the last `length` values of s. Its transpose is itself, backwards in time. */
@inline export function slidingSum<T>(rings: usize, at: i32, length: i32, s: v128): v128 {
  let size = 1;
  do {
    const slot = rings + (<usize>(at & (size - 1)) << 4), old = v128.load(slot);
    v128.store(slot, s);
    s = add<T>(s, old);
    rings += <usize>size << 4; size <<= 1;
  } while (size < length);
  return s;
}
