import { K, add, mul, pick, swap } from "./lanes";
// What the level detectors of several kernels share: the linked level of a stereo pair, and sliding maxima and sums over a power of two.
//
// Maxima of the last `length` values, none negative: a window is the end of one block of `length` samples and the beginning of the next. Of the
// beginning the largest so far is carried on; of the end, the largest from each sample on is found when a block is full, backwards (van Herk, Pattern
// Recognition Letters 13, 1992; Gil and Werman, IEEE TPAMI 15(5), 1993). That is three comparisons a sample whatever the length. Memory: the largest
// so far, `length` samples of what has come of this block and then of what was the largest from there on; and where winners are noted (of equal
// values the newest), the place of the largest so far, and the places of the others, which are found anew at every call.
//
// Sums go by doubling: with w1 = x, w2s[n] = ws[n] + ws[n - s] for s = 1, 2, 4, … That is log2 length operations a
// sample without the drift of a running sum, and transposes exactly. The rings of all levels (1, 2, 4, … length / 2 samples) lie one behind
// another: 16 (length - 1) bytes. `at` counts samples and may wrap.

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

/** Bytes of memory of a maximum over `length` samples, and of one whose winners are noted (src/detector.ts has it too). */
@inline export function windowBytes(length: i32): usize { return <usize>(length + 1) << 4; }
@inline export function notedBytes(length: i32): usize { return windowBytes(length) << 1; }
/** Of a full block: each value becomes the largest from there on. */
function fromThereOn<T>(values: usize, length: i32): void {
  let v = values + (<usize>(length - 1) << 4), most = v128.load(v);
  do { v -= 16; most = v128.pmax<T>(v128.load(v), most); v128.store(v, most); } while (v > values);
}
/** The largest of the last `length` values of m. */
@inline export function slidingMax<T>(window: usize, at: i32, length: i32, m: v128): v128 {
  const place = at & (length - 1), values = window + 16, slot = values + (<usize>place << 4), begun = place ? v128.pmax<T>(m, v128.load(window)) : m;
  v128.store(slot, m); v128.store(window, begun);
  if (place < length - 1) return v128.pmax<T>(begun, v128.load(slot, 16));
  fromThereOn<T>(values, length);
  return begun;
}
/** Places of the largest from `first` on, in a block that has become the earlier one. */
function places<T>(window: usize, length: i32, first: i32): void {
  const values = window + 16, to = values + (<usize>(length + 1) << 4);
  let i = length - 1, place = i32x4.splat(i), next = v128.load(values + (<usize>i << 4));
  v128.store(to + (<usize>i << 4), place);
  while (--i >= first) {
    const v = v128.load(values + (<usize>i << 4));
    place = pick(v128.gt<T>(v, next), i32x4.splat(i), place); next = v;
    v128.store(to + (<usize>i << 4), place);
  }
}
/** Before a call that notes winners: finds the places. */
@inline export function slidingMaxReady<T>(window: usize, at: i32, length: i32): void {
  const now = at & (length - 1), values = window + 16;
  let newest = i32x4.splat(0), most = v128.load(values), i = 1;
  while (i < now) { const v = v128.load(values + (<usize>i << 4)), newer = v128.ge<T>(v, most); newest = pick(newer, i32x4.splat(i), newest); most = pick(newer, v, most); i++; }
  v128.store(values + (<usize>length << 4), newest);
  places<T>(window, length, now);
}
/** The same; stores at `to` the bits of `word` and how many samples ago the winner was. */
@inline export function slidingMaxNoted<T>(window: usize, at: i32, length: i32, m: v128, word: v128, to: usize): v128 {
  const place = at & (length - 1), values = window + 16, slot = values + (<usize>place << 4), newest = values + (<usize>length << 4), here = i32x4.splat(place);
  let begun = m, which = here;
  if (place) { const before = v128.load(window), newer = v128.ge<T>(m, before); begun = pick(newer, m, before); which = pick(newer, here, v128.load(newest)); }
  v128.store(slot, m); v128.store(window, begun); v128.store(newest, which);
  let most = begun, age = i32x4.sub(here, which);
  if (place < length - 1) {
    const rest = v128.load(slot, 16), older = v128.gt<T>(rest, begun);
    most = pick(older, rest, begun);
    age = pick(older, i32x4.sub(i32x4.splat(place + length), v128.load(newest + (<usize>(place + 2) << 4))), age);
  } else { fromThereOn<T>(values, length); places<T>(window, length, 0); }
  v128.store(to, v128.or(word, age));
  return most;
}
@inline function lay<T>(ring: usize, place: i32, g: v128): void { const slot = ring + (<usize>place << 4); v128.store(slot, add<T>(v128.load(slot), g)); }
/**
 * Backwards in time: gradient of the maximum, which a pair shares → of the value of this sample. In a ring of `length` samples, what later samples leave
 * for earlier ones; `won`: the word of `slidingMaxNoted`.
 */
@inline export function slidingMaxAdjoint<T>(ring: usize, at: i32, length: i32, won: v128, g: v128): v128 {
  const mask = length - 1, one = (at - i32x4.extract_lane(won, 0)) & mask, two = (at - i32x4.extract_lane(won, 2)) & mask, slot = ring + (<usize>(at & mask) << 4);
  if (sizeof<T>() == 8 || one == two) lay<T>(ring, one, g);
  else { lay<T>(ring, one, v128.and(g, i64x2(-1, 0))); lay<T>(ring, two, v128.and(g, i64x2(0, -1))); }
  const own = v128.load(slot);
  v128.store(slot, i32x4.splat(0));
  return own;
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
