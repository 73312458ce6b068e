import { K, add, sub, mul, div, ma, pick } from "./lanes";
// Mel bands of left, right, their sum and their difference from the spectra of left + i right, one frame per lane, and the adjoint.
// `bins`: three scalars of type T for each of the bins 1 … size/2 - 1: a factor of the powers, and what the bin's magnitude weighs in the
// band whose triangle rises there and in the one whose triangle falls. `starts`: i32 first bin of every segment between two corners of
// the triangles, and the end of the last. Segment s rises in row s + 1 of the bands and falls in row s: row 0 is of no band, nor is the
// last. A row is four vectors: left, right, sum, difference.

// 2 L = (x, y) and 2 R = (u, v) of bin k: L = (Z[k] + Z*[-k]) / 2, R = (Z[k] - Z*[-k]) / 2i.
@inline function magnitude<T>(factor: v128, floor: v128, a: v128, b: v128): v128 {
  return v128.sqrt<T>(ma<T>(factor, add<T>(mul<T>(a, a), mul<T>(b, b)), floor));
}
@inline function splat<T>(p: usize): v128 { if (sizeof<T>() == 4) return v128.load32_splat(p); return v128.load64_splat(p); }

@inline function bands<T>(re: usize, im: usize, size: i32, bins: usize, starts: usize, segments: i32, rows: usize, least: f64): void {
  const bytes = <usize>size << 4, floor = K<T>(least), none = K<T>(0);
  v128.store(rows, none); v128.store(rows, none, 16); v128.store(rows, none, 32); v128.store(rows, none, 48);
  for (let s = 0; s < segments; s++) {
    let l0 = none, r0 = none, m0 = none, d0 = none, l1 = none, r1 = none, m1 = none, d1 = none;
    const end = <usize>load<i32>(starts, 4) << 4;
    let k = <usize>load<i32>(starts) << 4;
    if (k < end) do {
      const n = bytes - k, a = v128.load(re + k), b = v128.load(im + k), c = v128.load(re + n), d = v128.load(im + n);
      const x = add<T>(a, c), y = sub<T>(b, d), u = add<T>(b, d), v = sub<T>(c, a);
      const factor = splat<T>(bins), up = splat<T>(bins + sizeof<T>()), down = splat<T>(bins + 2 * sizeof<T>());
      const l = magnitude<T>(factor, floor, x, y), r = magnitude<T>(factor, floor, u, v);
      const m = magnitude<T>(factor, floor, add<T>(x, u), add<T>(y, v)), e = magnitude<T>(factor, floor, sub<T>(x, u), sub<T>(y, v));
      l1 = ma<T>(up, l, l1); r1 = ma<T>(up, r, r1); m1 = ma<T>(up, m, m1); d1 = ma<T>(up, e, d1);
      l0 = ma<T>(down, l, l0); r0 = ma<T>(down, r, r0); m0 = ma<T>(down, m, m0); d0 = ma<T>(down, e, d0);
      bins += 3 * sizeof<T>(); k += 16;
    } while (k < end);
    v128.store(rows, add<T>(l0, v128.load(rows))); v128.store(rows, add<T>(r0, v128.load(rows, 16)), 16);
    v128.store(rows, add<T>(m0, v128.load(rows, 32)), 32); v128.store(rows, add<T>(d0, v128.load(rows, 48)), 48);
    rows += 64; starts += 4;
    v128.store(rows, l1); v128.store(rows, r1, 16); v128.store(rows, m1, 32); v128.store(rows, d1, 48);
  }
}
/** d loss / d |X|² of one signal, times the factor: what its spectrum is multiplied by. */
@inline function gain<T>(factor: v128, floor: v128, up: v128, down: v128, rows: usize, a: v128, b: v128): v128 {
  const slope = ma<T>(up, v128.load(rows, 64), mul<T>(down, v128.load(rows)));
  return div<T>(mul<T>(factor, slope), magnitude<T>(factor, floor, a, b));
}
/**
 * Writes, at `toRe` and `toIm`, from the spectra those whose inverse transform (not divided) holds the gradients of the left signal as real and of the right
 * one as imaginary parts, given d loss / d band in `rows` (the first and the last zero). With l, r, m, e the gains of the four signals:
 * d L = (l + m + e) L + (m - e) R, d R = (r + m + e) R + (m - e) L, half of each on either side of the spectrum.
 */
@inline function adjoint<T>(re: usize, im: usize, size: i32, bins: usize, starts: usize, segments: i32, rows: usize, least: f64, toRe: usize, toIm: usize): void {
  const bytes = <usize>size << 4, floor = K<T>(least), none = K<T>(0);
  v128.store(toRe, none); v128.store(toIm, none); v128.store(toRe + (bytes >> 1), none); v128.store(toIm + (bytes >> 1), none);
  for (let s = 0; s < segments; s++) {
    const end = <usize>load<i32>(starts, 4) << 4;
    let k = <usize>load<i32>(starts) << 4;
    if (k < end) do {
      const n = bytes - k, a = v128.load(re + k), b = v128.load(im + k), c = v128.load(re + n), d = v128.load(im + n);
      const x = add<T>(a, c), y = sub<T>(b, d), u = add<T>(b, d), v = sub<T>(c, a);
      const factor = splat<T>(bins), up = splat<T>(bins + sizeof<T>()), down = splat<T>(bins + 2 * sizeof<T>());
      const m = gain<T>(factor, floor, up, down, rows + 32, add<T>(x, u), add<T>(y, v));
      const e = gain<T>(factor, floor, up, down, rows + 48, sub<T>(x, u), sub<T>(y, v));
      const both = add<T>(m, e), cross = sub<T>(m, e);
      const l = add<T>(both, gain<T>(factor, floor, up, down, rows, x, y)), r = add<T>(both, gain<T>(factor, floor, up, down, rows + 16, u, v));
      const lx = ma<T>(l, x, mul<T>(cross, u)), ly = ma<T>(l, y, mul<T>(cross, v)), rx = ma<T>(r, u, mul<T>(cross, x)), ry = ma<T>(r, v, mul<T>(cross, y));
      v128.store(toRe + k, sub<T>(lx, ry)); v128.store(toIm + k, add<T>(ly, rx));
      v128.store(toRe + n, add<T>(lx, ry)); v128.store(toIm + n, sub<T>(rx, ly));
      bins += 3 * sizeof<T>(); k += 16;
    } while (k < end);
    rows += 64; starts += 4;
  }
}
export function mel_bands_f32(re: usize, im: usize, size: i32, bins: usize, starts: usize, segments: i32, rows: usize, least: f64): void { bands<f32>(re, im, size, bins, starts, segments, rows, least); }
export function mel_bands_f64(re: usize, im: usize, size: i32, bins: usize, starts: usize, segments: i32, rows: usize, least: f64): void { bands<f64>(re, im, size, bins, starts, segments, rows, least); }
export function mel_adjoint_f32(re: usize, im: usize, size: i32, bins: usize, starts: usize, segments: i32, rows: usize, least: f64, toRe: usize, toIm: usize): void { adjoint<f32>(re, im, size, bins, starts, segments, rows, least, toRe, toIm); }
export function mel_adjoint_f64(re: usize, im: usize, size: i32, bins: usize, starts: usize, segments: i32, rows: usize, least: f64, toRe: usize, toIm: usize): void { adjoint<f64>(re, im, size, bins, starts, segments, rows, least, toRe, toIm); }

// How far bands A = √(band² + floor) are from levels B: rows of bands, levels and floors alike, `height` of them, of which the first and the
// last are of no band.
/** Adds Σ |ln A/B| of left, right, sum and difference, then their Σ (A - B)², to the eight f64 at `sums`. */
@inline function differences<T>(rows: usize, levels: usize, floors: usize, height: i32, sums: usize): void {
  const end = rows + (<usize>(height - 1) << 6), mantissa = i32x4.splat(0x7fffff), unit = i32x4.splat(0x3f800000);
  for (let signal: usize = 16; signal <= 64; signal += 16) {
    let row = rows + 48 + signal, level = levels + 48 + signal, floor = floors + 48 + signal, logs: f64 = 0;
    // Logarithms are dear: of the ratios the whole octaves are added and what is left of them, 1 to 2 each, is multiplied.
    let octaves = i32x4.splat(0), product = K<T>(1), square = K<T>(0);
    do {
      const b = v128.load(row), wanted = v128.load(level), found = v128.sqrt<T>(ma<T>(b, b, v128.load(floor))), e = sub<T>(found, wanted);
      const ratio = div<T>(v128.pmax<T>(found, wanted), v128.pmin<T>(found, wanted));
      square = ma<T>(e, e, square);
      if (sizeof<T>() == 4) {
        octaves = i32x4.add(octaves, i32x4.shr_u(ratio, 23));
        product = mul<T>(product, v128.or(v128.and(ratio, mantissa), unit));
      } else logs += Math.log(f64x2.extract_lane(ratio, 0)) + Math.log(f64x2.extract_lane(ratio, 1));
      row += 64; level += 64; floor += 64;
    } while (row < end);
    if (sizeof<T>() == 4) {
      const whole = i32x4.extract_lane(octaves, 0) + i32x4.extract_lane(octaves, 1) + i32x4.extract_lane(octaves, 2) + i32x4.extract_lane(octaves, 3) - 4 * 127 * (height - 2);
      logs = <f64>whole * Math.LN2 + Math.log(<f64>f32x4.extract_lane(product, 0)) + Math.log(<f64>f32x4.extract_lane(product, 1))
        + Math.log(<f64>f32x4.extract_lane(product, 2)) + Math.log(<f64>f32x4.extract_lane(product, 3));
    }
    store<f64>(sums, load<f64>(sums) + logs);
    store<f64>(sums, load<f64>(sums, 32) + total<T>(square), 32);
    sums += 8;
  }
}
@inline function total<T>(v: v128): f64 {
  if (sizeof<T>() == 8) return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
  const s = f64x2.add(f64x2.promote_low_f32x4(v), f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 0, 1)));
  return f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1);
}
/**
 * Writes d / d band to rows at `to`. `factors`: four scalars of type T that the logarithms of the signals count, then four that the halves
 * of their squares count.
 */
@inline function slopes<T>(rows: usize, levels: usize, floors: usize, height: i32, factors: usize, to: usize): void {
  const end = rows + (<usize>(height - 1) << 6), none = K<T>(0), one = K<T>(1);
  for (let signal: usize = 0; signal < 64; signal += 16) {
    const perLog = splat<T>(factors), perError = splat<T>(factors + 4 * sizeof<T>());
    let row = rows + 64 + signal, level = levels + 64 + signal, floor = floors + 64 + signal, slope = to + signal;
    v128.store(slope, none);
    do {
      const b = v128.load(row), power = ma<T>(b, b, v128.load(floor)), found = v128.sqrt<T>(power), e = sub<T>(found, v128.load(level));
      // At no distance any slope will do: none.
      const sign = sub<T>(pick(v128.gt<T>(e, none), one, none), pick(v128.lt<T>(e, none), one, none));
      v128.store(slope, mul<T>(div<T>(b, power), ma<T>(mul<T>(perError, e), found, mul<T>(perLog, sign))), 64);
      row += 64; level += 64; floor += 64; slope += 64;
    } while (row < end);
    v128.store(slope, none, 64);
    factors += sizeof<T>();
  }
}
export function mel_differences_f32(rows: usize, levels: usize, floors: usize, height: i32, sums: usize): void { differences<f32>(rows, levels, floors, height, sums); }
export function mel_differences_f64(rows: usize, levels: usize, floors: usize, height: i32, sums: usize): void { differences<f64>(rows, levels, floors, height, sums); }
export function mel_slopes_f32(rows: usize, levels: usize, floors: usize, height: i32, factors: usize, to: usize): void { slopes<f32>(rows, levels, floors, height, factors, to); }
export function mel_slopes_f64(rows: usize, levels: usize, floors: usize, height: i32, factors: usize, to: usize): void { slopes<f64>(rows, levels, floors, height, factors, to); }
