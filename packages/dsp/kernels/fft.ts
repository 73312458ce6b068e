import { add, sub, mul } from "./lanes";
// Fourier transforms of power-of-two length of several signals at once, one per lane: four in f32, two in f64. In place, radix 4,
// decimation in time, as src/math/fft.ts has it for one signal. `re` and `im` are `size` vectors each. `swaps`: pairs of byte offsets
// that bit reversal exchanges. `twiddles`: scalars of type T, stage after stage, six per k: cos and -sin of k, 2k and 3k × 2π/(4 quarter).

@inline function one<T>(p: usize): v128 { if (sizeof<T>() == 4) return v128.load32_splat(p); return v128.load64_splat(p); }

function permute(re: usize, im: usize, swaps: usize, end: usize): void {
  for (; swaps < end; swaps += 8) {
    const i = <usize>load<u32>(swaps), j = <usize>load<u32>(swaps, 4), r = v128.load(re + i), m = v128.load(im + i);
    v128.store(re + i, v128.load(re + j)); v128.store(im + i, v128.load(im + j));
    v128.store(re + j, r); v128.store(im + j, m);
  }
}
@inline function pairs<T>(re: usize, im: usize, bytes: usize): void {
  const end = re + bytes;
  do {
    const a = v128.load(re), b = v128.load(re, 16), c = v128.load(im), d = v128.load(im, 16);
    v128.store(re, add<T>(a, b)); v128.store(re, sub<T>(a, b), 16);
    v128.store(im, add<T>(c, d)); v128.store(im, sub<T>(c, d), 16);
    re += 32; im += 32;
  } while (re < end);
}
/** Four transforms a, c, b, d (bit-reversed order: the second and third are exchanged) joined at distance `d` bytes. */
@inline function join<T>(re: usize, im: usize, d: usize, cr: v128, ci: v128, br: v128, bi: v128, dr: v128, di: v128): void {
  const ar = v128.load(re), ai = v128.load(im);
  const pr = add<T>(ar, cr), pi = add<T>(ai, ci), mr = sub<T>(ar, cr), mi = sub<T>(ai, ci);
  const sr = add<T>(br, dr), si = add<T>(bi, di), tr = sub<T>(br, dr), ti = sub<T>(bi, di);
  v128.store(re, add<T>(pr, sr)); v128.store(im, add<T>(pi, si));
  v128.store(re + d, add<T>(mr, ti)); v128.store(im + d, sub<T>(mi, tr));
  v128.store(re + 2 * d, sub<T>(pr, sr)); v128.store(im + 2 * d, sub<T>(pi, si));
  v128.store(re + 3 * d, sub<T>(mr, ti)); v128.store(im + 3 * d, add<T>(mi, tr));
}
@inline function fours<T>(re: usize, im: usize, bytes: usize): void {
  const end = re + bytes;
  do {
    join<T>(re, im, 16, v128.load(re, 16), v128.load(im, 16), v128.load(re, 32), v128.load(im, 32), v128.load(re, 48), v128.load(im, 48));
    re += 64; im += 64;
  } while (re < end);
}
@inline function stage<T>(re: usize, im: usize, bytes: usize, d: usize, table: usize): void {
  const end = re + bytes;
  do {
    const turn = re + d;
    let w = table;
    do {
      const x1 = v128.load(re + d), y1 = v128.load(im + d), w2r = one<T>(w + 2 * sizeof<T>()), w2i = one<T>(w + 3 * sizeof<T>());
      const x2 = v128.load(re + 2 * d), y2 = v128.load(im + 2 * d), w1r = one<T>(w), w1i = one<T>(w + sizeof<T>());
      const x3 = v128.load(re + 3 * d), y3 = v128.load(im + 3 * d), w3r = one<T>(w + 4 * sizeof<T>()), w3i = one<T>(w + 5 * sizeof<T>());
      join<T>(re, im, d,
        sub<T>(mul<T>(x1, w2r), mul<T>(y1, w2i)), add<T>(mul<T>(x1, w2i), mul<T>(y1, w2r)),
        sub<T>(mul<T>(x2, w1r), mul<T>(y2, w1i)), add<T>(mul<T>(x2, w1i), mul<T>(y2, w1r)),
        sub<T>(mul<T>(x3, w3r), mul<T>(y3, w3i)), add<T>(mul<T>(x3, w3i), mul<T>(y3, w3r)));
      re += 16; im += 16; w += 6 * sizeof<T>();
    } while (re < turn);
    re += 3 * d; im += 3 * d;
  } while (re < end);
}
@inline function transform<T>(re: usize, im: usize, size: i32, swaps: usize, swapsEnd: usize, twiddles: usize): void {
  const bytes = <usize>size << 4;
  permute(re, im, swaps, swapsEnd);
  // An odd power of two begins with pairs.
  let d: usize = ctz(size) & 1 ? 32 : 64;
  if (d == 32) pairs<T>(re, im, bytes); else fours<T>(re, im, bytes);
  for (; d < bytes; d <<= 2) {
    stage<T>(re, im, bytes, d, twiddles);
    twiddles += (d >> 4) * 6 * sizeof<T>();
  }
}
export function fft_f32(re: usize, im: usize, size: i32, swaps: usize, swapsEnd: usize, twiddles: usize): void { transform<f32>(re, im, size, swaps, swapsEnd, twiddles); }
export function fft_f64(re: usize, im: usize, size: i32, swaps: usize, swapsEnd: usize, twiddles: usize): void { transform<f64>(re, im, size, swaps, swapsEnd, twiddles); }

// Frames of a stream and their power, four at once in f32, two in f64.
@inline function four(x: usize, hop: usize): v128 {
  return v128.load32_lane(x + 3 * hop, v128.load32_lane(x + 2 * hop, v128.load32_lane(x + hop, v128.load32_zero(x), 1), 2), 3);
}
/** Frames at 0, 1, 2 and 3 × `hop` bytes of two channels, times the window, as real and imaginary parts. */
export function fft_frames_f32(re: usize, im: usize, size: i32, left: usize, right: usize, hop: usize, window: usize): void {
  const end = re + (<usize>size << 4);
  do {
    const w = v128.load32_splat(window);
    v128.store(re, f32x4.mul(four(left, hop), w)); v128.store(im, f32x4.mul(four(right, hop), w));
    re += 16; im += 16; left += 4; right += 4; window += 4;
  } while (re < end);
}
/** The same of two frames, at 0 and `hop` bytes. */
export function fft_frames_f64(re: usize, im: usize, size: i32, left: usize, right: usize, hop: usize, window: usize): void {
  const end = re + (<usize>size << 4);
  do {
    const w = v128.load64_splat(window);
    v128.store(re, f64x2.mul(v128.load64_lane(left + hop, v128.load64_zero(left), 1), w));
    v128.store(im, f64x2.mul(v128.load64_lane(right + hop, v128.load64_zero(right), 1), w));
    re += 16; im += 16; left += 8; right += 8; window += 8;
  } while (re < end);
}
@inline function into<T>(to: usize, w: v128, x: v128): void { v128.store(to, add<T>(v128.load(to), mul<T>(w, x))); }
/** The transpose of `fft_frames`: adds the frames of the lanes, times the window, at 0, 1, 2 and 3 × `hop` bytes from `to` on. */
export function fft_overlap_f32(from: usize, size: i32, to: usize, hop: usize, window: usize): void {
  const end = from + (<usize>size << 4);
  do {
    const a = v128.load(from), b = v128.load(from, 16), c = v128.load(from, 32), d = v128.load(from, 48), w = v128.load(window);
    const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5), cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
    const AB = v128.shuffle<f32>(a, b, 2, 6, 3, 7), CD = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
    into<f32>(to, w, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5)); into<f32>(to + hop, w, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
    into<f32>(to + 2 * hop, w, v128.shuffle<f32>(AB, CD, 0, 1, 4, 5)); into<f32>(to + 3 * hop, w, v128.shuffle<f32>(AB, CD, 2, 3, 6, 7));
    from += 64; to += 16; window += 16;
  } while (from < end);
}
/** The same of two frames, at 0 and `hop` bytes. */
export function fft_overlap_f64(from: usize, size: i32, to: usize, hop: usize, window: usize): void {
  const end = from + (<usize>size << 4);
  do {
    const a = v128.load(from), b = v128.load(from, 16), w = v128.load(window);
    into<f64>(to, w, v128.shuffle<f64>(a, b, 0, 2)); into<f64>(to + hop, w, v128.shuffle<f64>(a, b, 1, 3));
    from += 32; to += 16; window += 16;
  } while (from < end);
}
/** |Z[k]|² + |Z[-k]|² for k = 0 … size/2, times `scale`. */
export function fft_power_f32(re: usize, im: usize, size: i32, power: usize, scale: f32): void {
  const bytes = <usize>size << 4, half = bytes >> 1, s = f32x4.splat(scale);
  let k: usize = 0;
  do {
    const n: usize = k == 0 ? 0 : bytes - k, a = v128.load(re + k), b = v128.load(im + k), c = v128.load(re + n), d = v128.load(im + n);
    v128.store(power + k, f32x4.mul(s, f32x4.add(f32x4.add(f32x4.mul(a, a), f32x4.mul(b, b)), f32x4.add(f32x4.mul(c, c), f32x4.mul(d, d)))));
    k += 16;
  } while (k <= half);
}

// Two stretches of a signal as the two lanes of f64, filtered at twice their rate or at half of it.
/** x[i] and x[i + hop] as the lanes of vector i; `hop` in bytes. */
export function fft_lace_f64(to: usize, size: i32, x: usize, hop: usize): void {
  const end = to + (<usize>size << 4);
  do { v128.store(to, v128.load64_lane(x + hop, v128.load64_zero(x), 1)); to += 16; x += 8; } while (to < end);
}
/** `count` numbers of the first lane, then as many of the second. */
export function fft_unlace_f64(from: usize, count: i32, to: usize): void {
  const bytes = <usize>count << 3, end = to + bytes;
  do { const v = v128.load(from); v128.store64_lane(to, v, 0); v128.store64_lane(to + bytes, v, 1); from += 16; to += 8; } while (to < end);
}
/** The spectrum of `size` points and its image above, times a real gain each: zeros between the samples, filtered. */
export function fft_spread_f64(re: usize, im: usize, size: i32, gain: usize, toRe: usize, toIm: usize): void {
  const end = re + (<usize>size << 4), half = <usize>size << 4, halfGain = <usize>size << 3;
  do {
    const r = v128.load(re), i = v128.load(im), g = v128.load64_splat(gain), h = v128.load64_splat(gain + halfGain);
    v128.store(toRe, f64x2.mul(r, g)); v128.store(toIm, f64x2.mul(i, g));
    v128.store(toRe + half, f64x2.mul(r, h)); v128.store(toIm + half, f64x2.mul(i, h));
    re += 16; im += 16; toRe += 16; toIm += 16; gain += 8;
  } while (re < end);
}
/** The two halves of a spectrum of 2 `size` points, each times its gain, added: every second sample of what is filtered. */
export function fft_fold_f64(re: usize, im: usize, size: i32, gain: usize, toRe: usize, toIm: usize): void {
  const end = re + (<usize>size << 4), half = <usize>size << 4, halfGain = <usize>size << 3;
  do {
    const g = v128.load64_splat(gain), h = v128.load64_splat(gain + halfGain);
    v128.store(toRe, f64x2.add(f64x2.mul(v128.load(re), g), f64x2.mul(v128.load(re + half), h)));
    v128.store(toIm, f64x2.add(f64x2.mul(v128.load(im), g), f64x2.mul(v128.load(im + half), h)));
    re += 16; im += 16; toRe += 16; toIm += 16; gain += 8;
  } while (re < end);
}
