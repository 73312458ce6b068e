import { K, Yes, No, add, sub, mul, div, ma, tan, flush, gather, P, S, TAPE, GP, GS, RATE, X, Y, GX, GY } from "./lanes";
import { Bell, GAIN_SLOPE, TOP, a1Of, kOf, r1Of, rootOf, sumsToG, sumsToK, toA } from "./svf-coefficients";
// Two bells in series in one loop, so that their recursions overlap. `a` feeds `b` and nobody else; neither is modulated. The output is
// that of two calls, bit for bit; the signal between them is not stored. State as in svf.ts; tape: w = s1 + n1. The changes of l1 s1 over
// the blocks, which svf.ts must know, add up to nothing where parameters are constant: s1 is zero at the start and l1 at the end.
//
// Constants and sums live in memory and are loaded where they are used, so that only the recursions stay in registers. V8 would put
// something into memory anyway, and does not know what: a state that takes that way doubles the time. It keeps the order of loads and
// stores and lets other operations sink to their use, so the text decides how long a value is held.

/** Of each bell: m1 / 2, b1, b2, c1. */
const HELD_A = memory.data(64, 16), HELD_B = memory.data(64, 16);
/** Of each bell: Σ e1 w, Σ l2 w, Σ u w. */
const SUMS_A = memory.data(48, 16), SUMS_B = memory.data(48, 16);

@inline function warped<T>(c: usize): v128 { return mul<T>(v128.load(P(c)), K<T>(Math.PI / RATE(c))); }
@inline function gOf<T>(c: usize): v128 { return tan<T>(v128.min<T>(warped<T>(c), K<T>(TOP))); }
function hold<T>(c: usize, to: usize): void {
  const p = P(c), root = rootOf<T, Bell>(v128.load(p, 32)), A = mul<T>(root, root), k = kOf<T, Bell>(v128.load(p, 16), A), g = gOf<T>(c);
  const a1 = a1Of<T>(g, k), b1 = mul<T>(g, add<T>(a1, a1));
  v128.store(to, mul<T>(K<T>(0.5), mul<T>(k, r1Of<T, Bell>(A)))); v128.store(to, b1, 16);
  v128.store(to, mul<T>(b1, g), 32); v128.store(to, mul<T>(b1, add<T>(g, k)), 48);
}
@inline function run2<T, H>(a: usize, b: usize, at: usize, n: i32): void {
  const sa = S(a), sb = S(b);
  let x = X(a, 0) + at, y = Y(b, 0) + at, ta = TAPE(a) + at, tb = TAPE(b) + at;
  hold<T>(a, HELD_A); hold<T>(b, HELD_B);
  const b1 = v128.load(HELD_A, 16), d1 = v128.load(HELD_B, 16), end = x + (<usize>n << 4);
  let s1 = v128.load(sa), s2 = v128.load(sa, 16), r1 = v128.load(sb), r2 = v128.load(sb, 16);
  do {
    const v0 = v128.load(x), v3 = sub<T>(v0, s2), n1 = ma<T>(b1, v3, sub<T>(s1, mul<T>(v128.load(HELD_A, 48), s1)));
    const wa = add<T>(s1, n1), u0 = ma<T>(v128.load(HELD_A), wa, v0), u3 = sub<T>(u0, r2);
    const k1 = ma<T>(d1, u3, sub<T>(r1, mul<T>(v128.load(HELD_B, 48), r1))), wb = add<T>(r1, k1);
    if (isFloat<H>()) { v128.store(ta, wa); v128.store(tb, wb); ta += 16; tb += 16; }
    v128.store(y, ma<T>(v128.load(HELD_B), wb, u0));
    s2 = ma<T>(v128.load(HELD_A, 32), v3, ma<T>(b1, s1, s2)); r2 = ma<T>(v128.load(HELD_B, 32), u3, ma<T>(d1, r1, r2));
    s1 = n1; r1 = k1; x += 16; y += 16;
  } while (x < end);
  v128.store(sa, flush<T>(s1)); v128.store(sa, flush<T>(s2), 16); v128.store(sb, flush<T>(r1)); v128.store(sb, flush<T>(r2), 16);
}

@inline function addTo<T>(at: usize, a: v128, b: v128): void { v128.store(at, ma<T>(a, b, v128.load(at))); }
@inline function adj2<T>(a: usize, b: usize, at: usize, gat: usize, n: i32): void {
  const sa = GS(a), sb = GS(b), len = <usize>n << 4, start = GX(a, 0) + gat;
  let gx = start + len, gy = GY(b, 0) + gat + len, ta = TAPE(a) + at + len, tb = TAPE(b) + at + len;
  hold<T>(a, HELD_A); hold<T>(b, HELD_B);
  let l1 = v128.load(sa), l2 = v128.load(sa, 16), k1 = v128.load(sb), k2 = v128.load(sb, 16);
  memory.fill(SUMS_A, 0, 48); memory.fill(SUMS_B, 0, 48);
  do {
    gx -= 16; gy -= 16; ta -= 16; tb -= 16;
    const u = v128.load(gy), hu = mul<T>(v128.load(HELD_B), u), f1 = add<T>(k1, hu);
    const f3 = ma<T>(v128.load(HELD_B, 32), k2, mul<T>(v128.load(HELD_B, 16), f1)), wb = v128.load(tb);
    addTo<T>(SUMS_B, f1, wb); addTo<T>(SUMS_B + 16, k2, wb); addTo<T>(SUMS_B + 32, u, wb);
    k1 = sub<T>(ma<T>(v128.load(HELD_B, 16), k2, add<T>(f1, hu)), mul<T>(v128.load(HELD_B, 48), f1)); k2 = sub<T>(k2, f3);
    const v = add<T>(u, f3), hv = mul<T>(v128.load(HELD_A), v), e1 = add<T>(l1, hv);
    const e3 = ma<T>(v128.load(HELD_A, 32), l2, mul<T>(v128.load(HELD_A, 16), e1)), wa = v128.load(ta);
    addTo<T>(SUMS_A, e1, wa); addTo<T>(SUMS_A + 16, l2, wa); addTo<T>(SUMS_A + 32, v, wa);
    v128.store(gx, add<T>(v, e3));
    l1 = sub<T>(ma<T>(v128.load(HELD_A, 16), l2, add<T>(e1, hv)), mul<T>(v128.load(HELD_A, 48), e1)); l2 = sub<T>(l2, e3);
  } while (gx > start);
  v128.store(sa, flush<T>(l1)); v128.store(sa, flush<T>(l2), 16); v128.store(sb, flush<T>(k1)); v128.store(sb, flush<T>(k2), 16);
  toParams<T>(a, SUMS_A); toParams<T>(b, SUMS_B);
}
function toParams<T>(c: usize, sums: usize): void {
  const p = P(c), gp = GP(c), q = v128.load(p, 16), root = rootOf<T, Bell>(v128.load(p, 32)), A = mul<T>(root, root), k = kOf<T, Bell>(q, A);
  const w = warped<T>(c), g = gOf<T>(c), a1 = a1Of<T>(g, k), b1 = mul<T>(g, add<T>(a1, a1)), c1 = mul<T>(b1, add<T>(g, k));
  const one = K<T>(1), zero = K<T>(0), r1 = r1Of<T, Bell>(A), m1 = mul<T>(k, r1);
  const ew1 = v128.load(sums), ew2 = v128.load(sums, 16), uw = v128.load(sums, 32);
  const gm1 = mul<T>(K<T>(0.5), uw), sk = ma<T>(gm1, r1, sumsToK<T>(ew1, ew2, g, a1));
  const sg = sumsToG<T>(ew1, ew2, uw, zero, g, a1, b1, c1, m1);
  gather<T>(gp, v128.and(mul<T>(mul<T>(sg, ma<T>(g, g, one)), K<T>(Math.PI / RATE(c))), v128.lt<T>(w, K<T>(TOP))));
  gather<T>(gp + 32, v128.neg<T>(div<T>(mul<T>(sk, k), q)));
  gather<T>(gp + 64, mul<T>(mul<T>(toA<T, Bell>(A, k, g, zero, gm1, zero, sk, sg), A), K<T>(GAIN_SLOPE)));
}
export function bell_run2_f32(a: usize, b: usize, at: usize, n: i32, keep: i32): void { if (keep) run2<f32, Yes>(a, b, at, n); else run2<f32, No>(a, b, at, n); }
export function bell_run2_f64(a: usize, b: usize, at: usize, n: i32, keep: i32): void { if (keep) run2<f64, Yes>(a, b, at, n); else run2<f64, No>(a, b, at, n); }
export function bell_adj2_f32(a: usize, b: usize, at: usize, gat: usize, n: i32): void { adj2<f32>(a, b, at, gat, n); }
export function bell_adj2_f64(a: usize, b: usize, at: usize, gat: usize, n: i32): void { adj2<f64>(a, b, at, gat, n); }
