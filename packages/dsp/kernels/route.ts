import { K, Yes, No, add, mul, ma, X, Y, GX, GY } from "./lanes";
// Moving stereo pairs between lane groups, and between lanes and planar arrays at the edge of a graph.
// A pair is 8 bytes of a sample in f32 and all 16 in f64, so `dst` and `src` may point into the middle of a sample.
// Where four mono signals share the lanes (f32 only), `mono` goes into one lane, from one or from the left of a pair, and `spread` from one into a pair.

/**
 * dst (+)= gain × src. Its adjoint is itself with dst and src exchanged. `gain` is the address of an f64. `fresh`: 0 adds, 1 writes,
 * 2 writes the first pair and silence to the second.
 */
@inline function route<T>(dst: usize, src: usize, gain: usize, n: i32, fresh: i32): void {
  const g = K<T>(load<f64>(gain)), end = dst + (<usize>n << 4);
  if (fresh == 2) do { v128.store(dst, mul<T>(take<T>(src), g)); dst += 16; src += 16; } while (dst < end);
  else if (fresh) do { put<T>(dst, mul<T>(take<T>(src), g)); dst += 16; src += 16; } while (dst < end);
  else do { put<T>(dst, ma<T>(take<T>(src), g, take<T>(dst))); dst += 16; src += 16; } while (dst < end);
}
@inline function putLane<W>(dst: usize, v: f32, fresh: i32): void {
  store<f32>(dst, fresh ? v : v + load<f32>(dst));
  if (isFloat<W>()) store<f32>(dst, fresh ? v : v + load<f32>(dst, 4), 4);
}
/** One lane (W = Yes: into a pair); the arguments are those of `route`. */
@inline function routeLane<W>(dst: usize, src: usize, gain: usize, n: i32, fresh: i32): void {
  const g = <f32>load<f64>(gain), end = dst + (<usize>n << 4);
  if (fresh == 2) do { const v = load<f32>(src) * g; v128.store(dst, f32x4(v, v, 0, 0)); dst += 16; src += 16; } while (dst < end);
  else do { putLane<W>(dst, load<f32>(src) * g, fresh); dst += 16; src += 16; } while (dst < end);
}
export function route_mono_f32(dst: usize, src: usize, gain: usize, n: i32, fresh: i32): void { routeLane<No>(dst, src, gain, n, fresh); }
export function route_spread_f32(dst: usize, src: usize, gain: usize, n: i32, fresh: i32): void { routeLane<Yes>(dst, src, gain, n, fresh); }
@inline function take<T>(a: usize): v128 { if (sizeof<T>() == 4) return v128.load64_zero(a); return v128.load(a); }
@inline function put<T>(a: usize, v: v128): void { if (sizeof<T>() == 4) v128.store64_lane(a, v, 0); else v128.store(a, v); }
export function route_f32(dst: usize, src: usize, gain: usize, n: i32, fresh: i32): void { route<f32>(dst, src, gain, n, fresh); }
export function route_f64(dst: usize, src: usize, gain: usize, n: i32, fresh: i32): void { route<f64>(dst, src, gain, n, fresh); }

/** dst (+)= (g0 + step i) src: an edge gain on its way. `gains` is the address of three f64: g0, step, the first i. */
@inline function ramp<T>(dst: usize, src: usize, gains: usize, n: i32, fresh: i32): void {
  const g0 = K<T>(load<f64>(gains)), step = K<T>(load<f64>(gains, 8)), one = K<T>(1), end = dst + (<usize>n << 4);
  let i = K<T>(load<f64>(gains, 16));
  do {
    const v = mul<T>(take<T>(src), ma<T>(step, i, g0));
    if (fresh == 2) v128.store(dst, v); else put<T>(dst, fresh ? v : add<T>(v, take<T>(dst)));
    i = add<T>(i, one); dst += 16; src += 16;
  } while (dst < end);
}
@inline function rampLane<W>(dst: usize, src: usize, gains: usize, n: i32, fresh: i32): void {
  const g0 = <f32>load<f64>(gains), step = <f32>load<f64>(gains, 8), end = dst + (<usize>n << 4);
  let i = <f32>load<f64>(gains, 16);
  do {
    const v = load<f32>(src) * (step * i + g0);
    if (fresh == 2) v128.store(dst, f32x4(v, v, 0, 0)); else putLane<W>(dst, v, fresh);
    i += 1; dst += 16; src += 16;
  } while (dst < end);
}
export function ramp_mono_f32(dst: usize, src: usize, gains: usize, n: i32, fresh: i32): void { rampLane<No>(dst, src, gains, n, fresh); }
export function ramp_spread_f32(dst: usize, src: usize, gains: usize, n: i32, fresh: i32): void { rampLane<Yes>(dst, src, gains, n, fresh); }
export function ramp_f32(dst: usize, src: usize, gains: usize, n: i32, fresh: i32): void { ramp<f32>(dst, src, gains, n, fresh); }
export function ramp_f64(dst: usize, src: usize, gains: usize, n: i32, fresh: i32): void { ramp<f64>(dst, src, gains, n, fresh); }

@inline function product<T>(a: usize, b: usize): v128 {
  if (sizeof<T>() == 4) return f64x2.mul(f64x2.promote_low_f32x4(v128.load64_zero(a)), f64x2.promote_low_f32x4(v128.load64_zero(b)));
  return f64x2.mul(v128.load(a), v128.load(b));
}
/** Adds Σ a b, over both channels, to the f64 at `sum`: the gradient of a constant edge gain. Two sums, because one would wait for itself. */
@inline function dot<T>(a: usize, b: usize, sum: usize, n: i32): void {
  let even = f64x2.splat(0), odd = f64x2.splat(0);
  const end = a + (<usize>n << 4);
  if (n & 1) { even = product<T>(a, b); a += 16; b += 16; }
  if (a < end) do {
    even = f64x2.add(even, product<T>(a, b)); odd = f64x2.add(odd, product<T>(a + 16, b + 16)); a += 32; b += 32;
  } while (a < end);
  const s = f64x2.add(even, odd);
  store<f64>(sum, load<f64>(sum) + f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1));
}
export function dot_f32(a: usize, b: usize, sum: usize, n: i32): void { dot<f32>(a, b, sum, n); }
export function dot_f64(a: usize, b: usize, sum: usize, n: i32): void { dot<f64>(a, b, sum, n); }

/** Adds Σ a b and Σ i a b, over both channels, to the two f64 at `sums`: the gradient of an edge gain on its way. */
@inline function moments<T>(a: usize, b: usize, sums: usize, n: i32): void {
  let s = f64x2.splat(0), si = f64x2.splat(0), i = f64x2.splat(0);
  const one = f64x2.splat(1), end = a + (<usize>n << 4);
  do {
    const p = product<T>(a, b);
    s = f64x2.add(s, p); si = f64x2.add(si, f64x2.mul(p, i)); i = f64x2.add(i, one); a += 16; b += 16;
  } while (a < end);
  store<f64>(sums, load<f64>(sums) + f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1));
  store<f64>(sums, load<f64>(sums, 8) + f64x2.extract_lane(si, 0) + f64x2.extract_lane(si, 1), 8);
}
export function moments_f32(a: usize, b: usize, sums: usize, n: i32): void { moments<f32>(a, b, sums, n); }
export function moments_f64(a: usize, b: usize, sums: usize, n: i32): void { moments<f64>(a, b, sums, n); }

/** Adds Σ a and Σ i a, over both channels, to the two f64 at `sums`: the gradient of a line. */
@inline function total<T>(a: usize, sums: usize, n: i32): void {
  let s = f64x2.splat(0), si = f64x2.splat(0), i = f64x2.splat(0);
  const one = f64x2.splat(1), end = a + (<usize>n << 4);
  do {
    const p = sizeof<T>() == 4 ? f64x2.promote_low_f32x4(v128.load64_zero(a)) : v128.load(a);
    s = f64x2.add(s, p); si = f64x2.add(si, f64x2.mul(p, i)); i = f64x2.add(i, one); a += 16;
  } while (a < end);
  store<f64>(sums, load<f64>(sums) + f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1));
  store<f64>(sums, load<f64>(sums, 8) + f64x2.extract_lane(si, 0) + f64x2.extract_lane(si, 1), 8);
}
export function total_f32(a: usize, sums: usize, n: i32): void { total<f32>(a, sums, n); }
export function total_f64(a: usize, sums: usize, n: i32): void { total<f64>(a, sums, n); }

/** Fills a pair with value + step i: an automation lane as a signal. `from` is the address of three f64: value, step, the first i. */
@inline function line<T>(dst: usize, from: usize, n: i32): void {
  const v0 = K<T>(load<f64>(from)), step = K<T>(load<f64>(from, 8)), one = K<T>(1), end = dst + (<usize>n << 4);
  let i = K<T>(load<f64>(from, 16));
  do { put<T>(dst, ma<T>(step, i, v0)); i = add<T>(i, one); dst += 16; } while (dst < end);
}
export function line_f32(dst: usize, from: usize, n: i32): void { line<f32>(dst, from, n); }
export function line_f64(dst: usize, from: usize, n: i32): void { line<f64>(dst, from, n); }

/** Planar arrays (l, r; the same address twice for mono) → a pair. In f32 four samples at a time. */
@inline function weave<T>(dst: usize, l: usize, r: usize, n: i32): void {
  const end = dst + (<usize>n << 4);
  if (sizeof<T>() == 4) while (n >= 4) {
    const a = v128.load(l), b = v128.load(r), early = v128.shuffle<f32>(a, b, 0, 4, 1, 5), late = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
    v128.store64_lane(dst, early, 0); v128.store64_lane(dst, early, 1, 16); v128.store64_lane(dst, late, 0, 32); v128.store64_lane(dst, late, 1, 48);
    l += 16; r += 16; dst += 64; n -= 4;
  }
  if (n) do { store<T>(dst, load<T>(l)); store<T>(dst + sizeof<T>(), load<T>(r)); l += sizeof<T>(); r += sizeof<T>(); dst += 16; } while (dst < end);
}
export function weave_f32(dst: usize, l: usize, r: usize, n: i32): void { weave<f32>(dst, l, r, n); }
export function weave_f64(dst: usize, l: usize, r: usize, n: i32): void { weave<f64>(dst, l, r, n); }
/** The same into both pairs: an only input fills all lanes. */
export function weave_alone_f32(dst: usize, l: usize, r: usize, n: i32): void {
  const end = dst + (<usize>n << 4);
  while (n >= 4) {
    const a = v128.load(l), b = v128.load(r), early = v128.shuffle<f32>(a, b, 0, 4, 1, 5), late = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
    v128.store(dst, v128.shuffle<f64>(early, early, 0, 0)); v128.store(dst, v128.shuffle<f64>(early, early, 1, 1), 16);
    v128.store(dst, v128.shuffle<f64>(late, late, 0, 0), 32); v128.store(dst, v128.shuffle<f64>(late, late, 1, 1), 48);
    l += 16; r += 16; dst += 64; n -= 4;
  }
  if (n) do { const a = load<f32>(l), b = load<f32>(r); v128.store(dst, f32x4(a, b, a, b)); l += 4; r += 4; dst += 16; } while (dst < end);
}
/** A planar array (that of the left channel) → one lane. */
export function weave_mono_f32(dst: usize, l: usize, r: usize, n: i32): void {
  const end = dst + (<usize>n << 4);
  while (n >= 4) {
    const v = v128.load(l);
    v128.store32_lane(dst, v, 0); v128.store32_lane(dst, v, 1, 16); v128.store32_lane(dst, v, 2, 32); v128.store32_lane(dst, v, 3, 48);
    l += 16; dst += 64; n -= 4;
  }
  if (n) do { store<f32>(dst, load<f32>(l)); l += 4; dst += 16; } while (dst < end);
}
/** One lane → both planar arrays, which may be the same one. */
export function unweave_mono_f32(src: usize, l: usize, r: usize, n: i32): void {
  const end = src + (<usize>n << 4);
  while (n >= 4) {
    const v = v128.load32_lane(src + 48, v128.load32_lane(src + 32, v128.load32_lane(src + 16, v128.load32_zero(src), 1), 2), 3);
    v128.store(l, v); if (l != r) v128.store(r, v);
    l += 16; r += 16; src += 64; n -= 4;
  }
  if (n) do { const v = load<f32>(src); store<f32>(l, v); store<f32>(r, v); l += 4; r += 4; src += 16; } while (src < end);
}
/** A pair → planar arrays. */
@inline function unweave<T>(src: usize, l: usize, r: usize, n: i32): void {
  const end = src + (<usize>n << 4);
  if (sizeof<T>() == 4) while (n >= 4) {
    const early = v128.load64_lane(src + 16, v128.load64_zero(src), 1), late = v128.load64_lane(src + 48, v128.load64_zero(src + 32), 1);
    v128.store(l, v128.shuffle<f32>(early, late, 0, 2, 4, 6)); v128.store(r, v128.shuffle<f32>(early, late, 1, 3, 5, 7));
    l += 16; r += 16; src += 64; n -= 4;
  }
  if (n) do { store<T>(l, load<T>(src)); store<T>(r, load<T>(src + sizeof<T>())); l += sizeof<T>(); r += sizeof<T>(); src += 16; } while (src < end);
}
export function unweave_f32(src: usize, l: usize, r: usize, n: i32): void { unweave<f32>(src, l, r, n); }
export function unweave_f64(src: usize, l: usize, r: usize, n: i32): void { unweave<f64>(src, l, r, n); }
/** A pair of zeros: what the idle pair of an odd lane group is fed. */
export function clear_f32(dst: usize, n: i32): void { const end = dst + (<usize>n << 4); do { store<u64>(dst, 0); dst += 16; } while (dst < end); }
/** All lanes. */
export function clear_all(dst: usize, n: i32): void { memory.fill(dst, 0, <usize>n << 4); }
export function clear_f64(dst: usize, n: i32): void { memory.fill(dst, 0, <usize>n << 4); }

/** The kernel of `mix`: its outlet is its summed inlet; silence, if nothing is wired to it (a source that is bypassed). */
@inline function copy(y: usize, x: usize, at: usize, n: i32): void {
  if (!x) { if (y) memory.fill(y + at, 0, <usize>n << 4); }
  else if (x != y && y) memory.copy(y + at, x + at, <usize>n << 4);
}
export function copy_run_f32(c: usize, at: usize, n: i32, keep: i32): void { copy(Y(c, 0), X(c, 0), at, n); }
export function copy_run_f64(c: usize, at: usize, n: i32, keep: i32): void { copy(Y(c, 0), X(c, 0), at, n); }
export function copy_adj_f32(c: usize, at: usize, gat: usize, n: i32): void { copy(GX(c, 0), GY(c, 0), gat, n); }
export function copy_adj_f64(c: usize, at: usize, gat: usize, n: i32): void { copy(GX(c, 0), GY(c, 0), gat, n); }
