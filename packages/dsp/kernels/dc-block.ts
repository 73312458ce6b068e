import { K, Yes, No, add, sub, mul, div, ma, tan, flush, gather, P, S, TAPE, GP, GS, RATE, X, Y, GX, GY } from "./lanes";
// dc-block: param frequency. One-pole high-pass, trapezoidal: v = G (x − s), y = x − s − v, s += 2 v. state: s, remainder. tape: x − s.
@inline function gOf<T>(c: usize): v128 { return tan<T>(mul<T>(v128.load(P(c)), K<T>(Math.PI / RATE(c)))); }
@inline function block<T, H>(c: usize, at: usize, n: i32): void {
  const g = gOf<T>(c), G = div<T>(g, add<T>(K<T>(1), g)), G2 = add<T>(G, G), st = S(c);
  let x = X(c, 0) + at, y = Y(c, 0) + at, t = TAPE(c) + at, s = v128.load(st), lo = v128.load(st, 16);   // lo: what rounding left over
  const end = x + (<usize>n << 4);
  do {
    const d = sub<T>(v128.load(x), s), v = mul<T>(d, G), step = ma<T>(d, G2, lo), next = add<T>(s, step);
    if (isFloat<H>()) { v128.store(t, d); t += 16; }
    v128.store(y, sub<T>(d, v));
    lo = sub<T>(step, sub<T>(next, s)); s = next; x += 16; y += 16;
  } while (x < end);
  v128.store(st, flush<T>(s)); v128.store(st, flush<T>(lo), 16);
}
@inline function block_adjoint<T>(c: usize, at: usize, gat: usize, n: i32): void {
  const g = gOf<T>(c), one = K<T>(1), G = div<T>(g, add<T>(one, g)), st = GS(c), start = GX(c, 0) + gat, len = <usize>n << 4;
  let gx = start + len, gy = GY(c, 0) + gat + len, t = TAPE(c) + at + len, l = v128.load(st), sG = K<T>(0);
  do {
    gx -= 16; gy -= 16; t -= 16;
    const u = v128.load(gy), gv = sub<T>(add<T>(l, l), u), back = mul<T>(gv, G);
    sG = ma<T>(gv, v128.load(t), sG);
    v128.store(gx, add<T>(u, back)); l = sub<T>(sub<T>(l, u), back);
  } while (gx > start);
  v128.store(st, flush<T>(l));
  const h = add<T>(one, g);
  gather<T>(GP(c), mul<T>(div<T>(mul<T>(sG, ma<T>(g, g, one)), mul<T>(h, h)), K<T>(Math.PI / RATE(c))));
}
export function dc_block_run_f32(c: usize, at: usize, n: i32, keep: i32): void { if (keep) block<f32, Yes>(c, at, n); else block<f32, No>(c, at, n); }
export function dc_block_run_f64(c: usize, at: usize, n: i32, keep: i32): void { if (keep) block<f64, Yes>(c, at, n); else block<f64, No>(c, at, n); }
export function dc_block_adj_f32(c: usize, at: usize, gat: usize, n: i32): void { block_adjoint<f32>(c, at, gat, n); }
export function dc_block_adj_f64(c: usize, at: usize, gat: usize, n: i32): void { block_adjoint<f64>(c, at, gat, n); }
