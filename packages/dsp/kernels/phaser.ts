import { K, Yes, No, add, sub, mul, div, ma, bentBy, sin, cosine, quarterTurns, tan, flush, gather, P, S, TAPE, GP, GS, RATE, X, Y, GX, GY } from "./lanes";
import { TOP } from "./svf-coefficients";
// phaser: params frequency, feedback, mix. inlets main, modulation (octaves). Four first-order all-passes in a loop, trapezoidal (Zavalishin 2012):
// a stage with state s gives a u + q s and becomes s + b (u − s), with g = tan(π f/rate), b = 2 g/(1 + g), a = b − 1, q = 2 − b = 1 − a.
// So the chain gives a⁴ u + r, r = q (a³ s1 + a² s2 + a s3 + s4), and the loop without delay u = x + feedback (a⁴ u + r) is solved at once:
// u = (x + feedback r)/(1 − feedback a⁴). z = a⁴ u + r; y = cos(90° mix) x + sin(90° mix) z.
// state, tape: s1 … s4.
const LN2: f64 = 0.6931471805599453;

@inline function angular<T>(w: v128, m: usize): v128 { return mul<T>(w, bentBy<T>(m)); }
@inline function stepOf<T>(r: v128): v128 { const g = tan<T>(v128.min<T>(r, K<T>(TOP))); return div<T>(add<T>(g, g), add<T>(K<T>(1), g)); }
/** What the states alone give: r / q. */
@inline function rest<T>(a: v128, s1: v128, s2: v128, s3: v128, s4: v128): v128 { return ma<T>(a, ma<T>(a, ma<T>(a, s1, s2), s3), s4); }

@inline function run<T, H>(c: usize, at: usize, n: i32): void {
  const p = P(c), st = S(c), w = mul<T>(v128.load(p), K<T>(Math.PI / RATE(c))), feedback = v128.load(p, 16), angle = quarterTurns<T>(v128.load(p, 32)), dry = cosine<T>(angle), wet = sin<T>(angle), one = K<T>(1);
  let x = X(c, 0) + at, m = X(c, 1) + at, y = Y(c, 0) + at, t = TAPE(c) + (at << 2);
  let s1 = v128.load(st), s2 = v128.load(st, 16), s3 = v128.load(st, 32), s4 = v128.load(st, 48);
  const end = x + (<usize>n << 4);
  do {
    const v = v128.load(x), b = stepOf<T>(angular<T>(w, m)), a = sub<T>(b, one), a2 = mul<T>(a, a), a4 = mul<T>(a2, a2), q = sub<T>(one, a);
    if (isFloat<H>()) { v128.store(t, s1); v128.store(t, s2, 16); v128.store(t, s3, 32); v128.store(t, s4, 48); t += 64; }
    const u1 = div<T>(ma<T>(feedback, mul<T>(q, rest<T>(a, s1, s2, s3, s4)), v), sub<T>(one, mul<T>(feedback, a4)));
    const u2 = ma<T>(a, u1, mul<T>(q, s1)), u3 = ma<T>(a, u2, mul<T>(q, s2)), u4 = ma<T>(a, u3, mul<T>(q, s3)), z = ma<T>(a, u4, mul<T>(q, s4));
    s1 = ma<T>(b, sub<T>(u1, s1), s1); s2 = ma<T>(b, sub<T>(u2, s2), s2); s3 = ma<T>(b, sub<T>(u3, s3), s3); s4 = ma<T>(b, sub<T>(u4, s4), s4);
    v128.store(y, ma<T>(dry, v, mul<T>(wet, z)));
    x += 16; m += 16; y += 16;
  } while (x < end);
  v128.store(st, flush<T>(s1)); v128.store(st, flush<T>(s2), 16); v128.store(st, flush<T>(s3), 32); v128.store(st, flush<T>(s4), 48);
}
// Backwards, with e the gradient of a stage's input u and l of its state after the sample: e = a h + b l (h: of what it gives), l' = q h + (1 − b) l =
// q h − a l, and of b: h (u − s) + l (u − s). The loop is solved likewise: with e1 = α z̄ + β, z̄ = wet y' + feedback e1, α = a⁴.
@inline function adjoint<T>(c: usize, at: usize, gat: usize, n: i32): void {
  const p = P(c), gs = GS(c), gp = GP(c), len = <usize>n << 4, freq = v128.load(p), perHz = K<T>(Math.PI / RATE(c)), w = mul<T>(freq, perHz), top = K<T>(TOP);
  const feedback = v128.load(p, 16), angle = quarterTurns<T>(v128.load(p, 32)), dry = cosine<T>(angle), wet = sin<T>(angle), one = K<T>(1), zero = K<T>(0);
  let x = X(c, 0) + at + len, m = X(c, 1) + at + len, gx = GX(c, 0) + gat + len, gm = GX(c, 1) + gat + len, gy = GY(c, 0) + gat + len, t = TAPE(c) + (at + len << 2);
  let l1 = v128.load(gs), l2 = v128.load(gs, 16), l3 = v128.load(gs, 32), l4 = v128.load(gs, 48), gf = zero, gback = zero, gmix = zero;
  const start = x - len;
  do {
    x -= 16; m -= 16; gx -= 16; gm -= 16; gy -= 16; t -= 64;
    const v = v128.load(x), y = v128.load(gy), r = angular<T>(w, m), b = stepOf<T>(r), a = sub<T>(b, one), a2 = mul<T>(a, a), a4 = mul<T>(a2, a2), q = sub<T>(one, a);
    const s1 = v128.load(t), s2 = v128.load(t, 16), s3 = v128.load(t, 32), s4 = v128.load(t, 48), loop = sub<T>(one, mul<T>(feedback, a4));
    const u1 = div<T>(ma<T>(feedback, mul<T>(q, rest<T>(a, s1, s2, s3, s4)), v), loop);
    const u2 = ma<T>(a, u1, mul<T>(q, s1)), u3 = ma<T>(a, u2, mul<T>(q, s2)), u4 = ma<T>(a, u3, mul<T>(q, s3)), z = ma<T>(a, u4, mul<T>(q, s4));
    // e1 = a⁴ z̄ + b (a³ l4 + a² l3 + a l2 + l1), z̄ = wet y + feedback e1
    const e1 = div<T>(ma<T>(a4, mul<T>(wet, y), mul<T>(b, rest<T>(a, l4, l3, l2, l1))), loop), h4 = ma<T>(wet, y, mul<T>(feedback, e1));
    const h3 = ma<T>(a, h4, mul<T>(b, l4)), h2 = ma<T>(a, h3, mul<T>(b, l3)), h1 = ma<T>(a, h2, mul<T>(b, l2));
    const gb = add<T>(
      ma<T>(add<T>(h1, l1), sub<T>(u1, s1), mul<T>(add<T>(h2, l2), sub<T>(u2, s2))), ma<T>(add<T>(h3, l3), sub<T>(u3, s3), mul<T>(add<T>(h4, l4), sub<T>(u4, s4))));
    gmix = ma<T>(y, sub<T>(mul<T>(dry, z), mul<T>(wet, v)), gmix); gback = ma<T>(e1, z, gback);
    l1 = sub<T>(mul<T>(q, h1), mul<T>(a, l1)); l2 = sub<T>(mul<T>(q, h2), mul<T>(a, l2)); l3 = sub<T>(mul<T>(q, h3), mul<T>(a, l3)); l4 = sub<T>(mul<T>(q, h4), mul<T>(a, l4));
    v128.store(gx, ma<T>(dry, y, e1));
    // With r = π f/rate: db/dr = 2 (1 + g²)/(1 + g)², where r is not capped; dr/d frequency = r/frequency, dr/d modulation = r ln 2.
    const g = tan<T>(v128.min<T>(r, top)), h = add<T>(one, g), slope = v128.and(mul<T>(div<T>(mul<T>(ma<T>(g, g, one), K<T>(2)), mul<T>(h, h)), r), v128.lt<T>(r, top)), gr = mul<T>(gb, slope);
    gf = add<T>(gf, gr); v128.store(gm, mul<T>(gr, K<T>(LN2)));
  } while (x > start);
  v128.store(gs, flush<T>(l1)); v128.store(gs, flush<T>(l2), 16); v128.store(gs, flush<T>(l3), 32); v128.store(gs, flush<T>(l4), 48);
  gather<T>(gp, div<T>(gf, freq)); gather<T>(gp + 32, gback); gather<T>(gp + 64, quarterTurns<T>(gmix));
}
export function phaser_run_f32(c: usize, at: usize, n: i32, keep: i32): void { if (keep) run<f32, Yes>(c, at, n); else run<f32, No>(c, at, n); }
export function phaser_run_f64(c: usize, at: usize, n: i32, keep: i32): void { if (keep) run<f64, Yes>(c, at, n); else run<f64, No>(c, at, n); }
export function phaser_adj_f32(c: usize, at: usize, gat: usize, n: i32): void { adjoint<f32>(c, at, gat, n); }
export function phaser_adj_f64(c: usize, at: usize, gat: usize, n: i32): void { adjoint<f64>(c, at, gat, n); }
