import { X, Y, GX, GY, P } from "./lanes";
// bitcrush: param bit. No state, no tape. In f64 whatever T is, so that what lies next to the middle of two steps goes the same way.

/** Halves go up. */
@inline function rounded(v: v128, step: v128): v128 {
  const q = f64x2.div(v, step), r = f64x2.floor(q);
  return f64x2.mul(f64x2.add(r, v128.and(f64x2.ge(f64x2.sub(q, r), f64x2.splat(0.5)), f64x2.splat(1))), step);
}
@inline function stepOf<T>(c: usize, lane: usize): f64 { return Math.pow(2, 1 - <f64>load<T>(P(c) + lane * sizeof<T>())); }
@inline function run<T>(c: usize, at: usize, n: i32): void {
  let x = X(c, 0) + at, y = Y(c, 0) + at;
  const end = x + (<usize>n << 4), a = f64x2(stepOf<T>(c, 0), stepOf<T>(c, 1));
  if (sizeof<T>() == 8) {
    do { v128.store(y, rounded(v128.load(x), a)); x += 16; y += 16; } while (x < end);
  } else {
    const b = f64x2(stepOf<T>(c, 2), stepOf<T>(c, 3));
    do {
      const v = v128.load(x), w = rounded(f64x2.promote_low_f32x4(v), a),
        z = rounded(f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 0, 1)), b);
      v128.store(y, v128.shuffle<f32>(f32x4.demote_f64x2_zero(w), f32x4.demote_f64x2_zero(z), 0, 1, 4, 5));
      x += 16; y += 16;
    } while (x < end);
  }
}
@inline function adjoint(c: usize, gat: usize, n: i32): void { memory.copy(GX(c, 0) + gat, GY(c, 0) + gat, <usize>n << 4); }
export function bitcrush_run_f32(c: usize, at: usize, n: i32, keep: i32): void { run<f32>(c, at, n); }
export function bitcrush_run_f64(c: usize, at: usize, n: i32, keep: i32): void { run<f64>(c, at, n); }
export function bitcrush_adj_f32(c: usize, at: usize, gat: usize, n: i32): void { adjoint(c, gat, n); }
export function bitcrush_adj_f64(c: usize, at: usize, gat: usize, n: i32): void { adjoint(c, gat, n); }
