import { K, scale, add, mul, ma, fromDb, gather, P, GP, X, Y, GX, GY, ZEROS, SINK, Yes, No } from "./lanes";
// gain: params gain (dB). inlets main, gain (dB, optional). No state, no tape.
const DB_SLOPE: f64 = 2.302585092994046 / 20;

@inline function run<T, M>(c: usize, at: usize, n: i32): void {
  const dB = v128.load(P(c));
  let x = X(c, 0) + at, m = X(c, 1) + at, y = Y(c, 0) + at;
  const end = x + (<usize>n << 4);
  if (!isFloat<M>()) scale<T>(x, y, fromDb<T>(dB), n);
  else do { v128.store(y, mul<T>(v128.load(x), fromDb<T>(add<T>(dB, v128.load(m))))); x += 16; m += 16; y += 16; } while (x < end);
}
@inline function adjoint<T, M>(c: usize, at: usize, gat: usize, n: i32): void {
  const dB = v128.load(P(c)), g = fromDb<T>(dB);
  let x = X(c, 0) + at, m = X(c, 1) + at, gx = GX(c, 0) + gat, gm = GX(c, 1) + gat, gy = GY(c, 0) + gat, s = K<T>(0);
  const end = x + (<usize>n << 4);
  do {
    const u = v128.load(gy), v = v128.load(x);
    if (isFloat<M>()) {
      const h = fromDb<T>(add<T>(dB, v128.load(m))), d = mul<T>(mul<T>(u, v), mul<T>(h, K<T>(DB_SLOPE)));
      s = add<T>(s, d); v128.store(gm, d); v128.store(gx, mul<T>(u, h)); m += 16; gm += 16;
    } else { s = ma<T>(u, v, s); v128.store(gx, mul<T>(u, g)); }
    x += 16; gx += 16; gy += 16;
  } while (x < end);
  if (isFloat<M>()) gather<T>(GP(c), s); else gather<T>(GP(c), mul<T>(s, mul<T>(g, K<T>(DB_SLOPE))));
}
export function gain_run_f32(c: usize, at: usize, n: i32, keep: i32): void { if (X(c, 1)) run<f32, Yes>(c, at, n); else run<f32, No>(c, at, n); }
export function gain_run_f64(c: usize, at: usize, n: i32, keep: i32): void { if (X(c, 1)) run<f64, Yes>(c, at, n); else run<f64, No>(c, at, n); }
export function gain_adj_f32(c: usize, at: usize, gat: usize, n: i32): void { if (X(c, 1)) adjoint<f32, Yes>(c, at, gat, n); else adjoint<f32, No>(c, at, gat, n); }
export function gain_adj_f64(c: usize, at: usize, gat: usize, n: i32): void { if (X(c, 1)) adjoint<f64, Yes>(c, at, gat, n); else adjoint<f64, No>(c, at, gat, n); }
