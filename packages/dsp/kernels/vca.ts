import { K, add, mul, ma, gather, P, GP, X, Y, GX, GY, ZEROS, SINK } from "./lanes";
// vca: params level. inlets main, level (optional). No state, no tape.

@inline function run<T>(c: usize, at: usize, n: i32): void {
  const level = v128.load(P(c)), step: usize = X(c, 1) ? 16 : 0;
  let x = X(c, 0) + at, m = step ? X(c, 1) + at : ZEROS, y = Y(c, 0) + at;
  const end = x + (<usize>n << 4);
  do {
    v128.store(y, mul<T>(v128.load(x), add<T>(level, v128.load(m))));
    x += 16; m += step; y += 16;
  } while (x < end);
}
@inline function adjoint<T>(c: usize, at: usize, gat: usize, n: i32): void {
  const level = v128.load(P(c)), step: usize = X(c, 1) ? 16 : 0;
  let x = X(c, 0) + at, m = step ? X(c, 1) + at : ZEROS, gx = GX(c, 0) + gat, gm = step ? GX(c, 1) + gat : SINK, gy = GY(c, 0) + gat, s = K<T>(0);
  const end = x + (<usize>n << 4);
  do {
    const u = v128.load(gy), v = v128.load(x);
    s = ma<T>(u, v, s);
    v128.store(gx, mul<T>(u, add<T>(level, v128.load(m)))); v128.store(gm, mul<T>(u, v));
    x += 16; m += step; gx += 16; gm += step; gy += 16;
  } while (x < end);
  gather<T>(GP(c), s);
}
export function vca_run_f32(c: usize, at: usize, n: i32, keep: i32): void { run<f32>(c, at, n); }
export function vca_run_f64(c: usize, at: usize, n: i32, keep: i32): void { run<f64>(c, at, n); }
export function vca_adj_f32(c: usize, at: usize, gat: usize, n: i32): void { adjoint<f32>(c, at, gat, n); }
export function vca_adj_f64(c: usize, at: usize, gat: usize, n: i32): void { adjoint<f64>(c, at, gat, n); }
