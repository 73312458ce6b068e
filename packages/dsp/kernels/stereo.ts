import { K, Yes, No, scale, add, sub, mul, ma, swap, sides, sin, gather, P, GP, X, Y, GX, GY } from "./lanes";
// What one stereo pair does with itself: polarity, panning, imager, mid/side.

export function polarity_run_f32(c: usize, at: usize, n: i32, keep: i32): void { negate<f32>(X(c, 0) + at, Y(c, 0) + at, n); }
export function polarity_run_f64(c: usize, at: usize, n: i32, keep: i32): void { negate<f64>(X(c, 0) + at, Y(c, 0) + at, n); }
export function polarity_adj_f32(c: usize, at: usize, gat: usize, n: i32): void { negate<f32>(GY(c, 0) + gat, GX(c, 0) + gat, n); }
export function polarity_adj_f64(c: usize, at: usize, gat: usize, n: i32): void { negate<f64>(GY(c, 0) + gat, GX(c, 0) + gat, n); }
@inline function negate<T>(from: usize, to: usize, n: i32): void {
  const end = from + (<usize>n << 4);
  do { v128.store(to, v128.neg<T>(v128.load(from))); from += 16; to += 16; } while (from < end);
}

// panning: param pan. inlets main, pan. gains √2 sin(π/4 (1 ∓ pan)): constant power, unity in the centre.
@inline function angle<T>(pan: v128): v128 {
  const one = K<T>(1), held = v128.max<T>(v128.min<T>(pan, one), K<T>(-1));
  return mul<T>(ma<T>(sides<T>(), held, one), K<T>(Math.PI / 4));
}
@inline function panned<T>(a: v128): v128 { return mul<T>(sin<T>(a), K<T>(Math.SQRT2)); }
@inline function slope<T>(pan: v128, a: v128): v128 {
  const inside = v128.and(v128.le<T>(pan, K<T>(1)), v128.ge<T>(pan, K<T>(-1)));
  return v128.and(mul<T>(mul<T>(sin<T>(sub<T>(K<T>(Math.PI / 2), a)), sides<T>()), K<T>(Math.SQRT2 * Math.PI / 4)), inside);
}
@inline function pan<T, M>(c: usize, at: usize, n: i32): void {
  const p = v128.load(P(c));
  let x = X(c, 0) + at, y = Y(c, 0) + at, m = X(c, 1) + at;
  const end = x + (<usize>n << 4);
  if (!isFloat<M>()) scale<T>(x, y, panned<T>(angle<T>(p)), n);
  else do { v128.store(y, mul<T>(v128.load(x), panned<T>(angle<T>(add<T>(p, v128.load(m)))))); x += 16; m += 16; y += 16; } while (x < end);
}
@inline function pan_adjoint<T, M>(c: usize, at: usize, gat: usize, n: i32): void {
  const p = v128.load(P(c)), a = angle<T>(p), g = panned<T>(a);
  let x = X(c, 0) + at, m = X(c, 1) + at, gx = GX(c, 0) + gat, gm = GX(c, 1) + gat, gy = GY(c, 0) + gat, s = K<T>(0);
  const end = x + (<usize>n << 4);
  do {
    const u = v128.load(gy), v = mul<T>(u, v128.load(x));
    if (isFloat<M>()) {
      const q = add<T>(p, v128.load(m)), b = angle<T>(q), d = mul<T>(v, slope<T>(q, b));
      v128.store(gx, mul<T>(u, panned<T>(b))); v128.store(gm, d); s = add<T>(s, d); m += 16; gm += 16;
    } else { v128.store(gx, mul<T>(u, g)); s = add<T>(s, v); }
    x += 16; gx += 16; gy += 16;
  } while (x < end);
  if (isFloat<M>()) gather<T>(GP(c), s); else gather<T>(GP(c), mul<T>(s, slope<T>(p, a)));
}
export function panning_run_f32(c: usize, at: usize, n: i32, keep: i32): void { if (X(c, 1)) pan<f32, Yes>(c, at, n); else pan<f32, No>(c, at, n); }
export function panning_run_f64(c: usize, at: usize, n: i32, keep: i32): void { if (X(c, 1)) pan<f64, Yes>(c, at, n); else pan<f64, No>(c, at, n); }
export function panning_adj_f32(c: usize, at: usize, gat: usize, n: i32): void { if (X(c, 1)) pan_adjoint<f32, Yes>(c, at, gat, n); else pan_adjoint<f32, No>(c, at, gat, n); }
export function panning_adj_f64(c: usize, at: usize, gat: usize, n: i32): void { if (X(c, 1)) pan_adjoint<f64, Yes>(c, at, gat, n); else pan_adjoint<f64, No>(c, at, gat, n); }

// imager: param width. y = x + (width − 1) s with s = ±(L − R)/2 on its own side: exact at width 1. Symmetric, so its adjoint is itself.
@inline function ownSide<T>(x: v128): v128 { return mul<T>(sub<T>(x, swap<T>(x)), K<T>(0.5)); }
@inline function image<T>(from: usize, to: usize, width: v128, n: i32): void {
  const w = sub<T>(width, K<T>(1)), end = from + (<usize>n << 4);
  do { const x = v128.load(from); v128.store(to, ma<T>(w, ownSide<T>(x), x)); from += 16; to += 16; } while (from < end);
}
@inline function image_adjoint<T>(c: usize, at: usize, gat: usize, n: i32): void {
  let x = X(c, 0) + at, gy = GY(c, 0) + gat, s = K<T>(0);
  const end = x + (<usize>n << 4);
  do { s = ma<T>(v128.load(gy), ownSide<T>(v128.load(x)), s); x += 16; gy += 16; } while (x < end);
  image<T>(GY(c, 0) + gat, GX(c, 0) + gat, v128.load(P(c)), n);
  gather<T>(GP(c), s);
}
export function imager_run_f32(c: usize, at: usize, n: i32, keep: i32): void { image<f32>(X(c, 0) + at, Y(c, 0) + at, v128.load(P(c)), n); }
export function imager_run_f64(c: usize, at: usize, n: i32, keep: i32): void { image<f64>(X(c, 0) + at, Y(c, 0) + at, v128.load(P(c)), n); }
export function imager_adj_f32(c: usize, at: usize, gat: usize, n: i32): void { image_adjoint<f32>(c, at, gat, n); }
export function imager_adj_f64(c: usize, at: usize, gat: usize, n: i32): void { image_adjoint<f64>(c, at, gat, n); }

// midside-split: (x ± swap x)/2, so that mid is the same in both lanes and side has opposite signs.
@inline function split<T>(c: usize, at: usize, n: i32): void {
  let x = X(c, 0) + at, mid = Y(c, 0) + at, side = Y(c, 1) + at;
  const end = x + (<usize>n << 4);
  do {
    const v = v128.load(x), w = swap<T>(v);
    v128.store(mid, mul<T>(add<T>(v, w), K<T>(0.5))); v128.store(side, mul<T>(sub<T>(v, w), K<T>(0.5)));
    x += 16; mid += 16; side += 16;
  } while (x < end);
}
// The transpose of (x + swap x)/2 is itself, that of (x − swap x)/2 too.
@inline function split_adjoint<T>(c: usize, gat: usize, n: i32): void {
  let gx = GX(c, 0) + gat, mid = GY(c, 0) + gat, side = GY(c, 1) + gat;
  const end = gx + (<usize>n << 4);
  do {
    const m = v128.load(mid), s = v128.load(side);
    v128.store(gx, mul<T>(add<T>(add<T>(m, swap<T>(m)), sub<T>(s, swap<T>(s))), K<T>(0.5)));
    gx += 16; mid += 16; side += 16;
  } while (gx < end);
}
export function midside_split_run_f32(c: usize, at: usize, n: i32, keep: i32): void { split<f32>(c, at, n); }
export function midside_split_run_f64(c: usize, at: usize, n: i32, keep: i32): void { split<f64>(c, at, n); }
export function midside_split_adj_f32(c: usize, at: usize, gat: usize, n: i32): void { split_adjoint<f32>(c, gat, n); }
export function midside_split_adj_f64(c: usize, at: usize, gat: usize, n: i32): void { split_adjoint<f64>(c, gat, n); }

// midside-merge: y = mid + side, lane by lane (the side signal has opposite signs in left and right).
@inline function sum<T>(a: usize, b: usize, to: usize, n: i32): void {
  const end = a + (<usize>n << 4);
  do { v128.store(to, add<T>(v128.load(a), v128.load(b))); a += 16; b += 16; to += 16; } while (a < end);
}
@inline function both(c: usize, gat: usize, n: i32): void {
  const gy = GY(c, 0) + gat, mid = GX(c, 0) + gat, side = GX(c, 1) + gat;
  if (side != gy) memory.copy(side, gy, <usize>n << 4);
  if (mid != gy) memory.copy(mid, gy, <usize>n << 4);
}
export function midside_merge_run_f32(c: usize, at: usize, n: i32, keep: i32): void { sum<f32>(X(c, 0) + at, X(c, 1) + at, Y(c, 0) + at, n); }
export function midside_merge_run_f64(c: usize, at: usize, n: i32, keep: i32): void { sum<f64>(X(c, 0) + at, X(c, 1) + at, Y(c, 0) + at, n); }
export function midside_merge_adj_f32(c: usize, at: usize, gat: usize, n: i32): void { both(c, gat, n); }
export function midside_merge_adj_f64(c: usize, at: usize, gat: usize, n: i32): void { both(c, gat, n); }
