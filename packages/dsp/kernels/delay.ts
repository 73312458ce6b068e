import { K, Yes, No, add, sub, mul, div, ma, swap, sides, tan, sin, cosine, quarterTurns, flush, gather, P, S, TAPE, GP, GS, RATE, X, Y, GX, GY } from "./lanes";
import { TOP, a1Of, toG, toK } from "./svf-coefficients";
// delay, pingpong: params delay (ms), feedback, mix, frequency, q, and for pingpong stereo_offset.
// d[i] = w[i − D], interpolated by the cubic through four samples (Lagrange); e = band-pass of d (svf.ts: m1 = k, 0 dB at the centre);
// delay: w = x + feedback e. pingpong: left w = mean of x + feedback × right e, right w = left e. y = cos(90° mix) x + sin(90° mix) e.
// state: [i32 position][i32 length][8 bytes], s1, s2, ring of `length` samples and a guard of three that repeat its first, so that four
// samples are read without a wrap. The adjoint adds into such a ring: what falls on the guard belongs to the first samples.
// tape: s1, v3, dd/dD. The whole samples of D are integers per lane, only the fraction is T. C = Yes: pingpong.
const RING: usize = 48, LN2: f64 = 0.6931471805599453, TINY: f64 = 1e-24;

@inline function leftLanes<T>(): v128 { if (sizeof<T>() == 4) return i32x4(-1, 0, -1, 0); return i64x2(-1, 0); }
/** Delay of a lane in samples. */
@inline function samplesOf<T, C>(p: usize, lane: i32, rate: f64): f64 {
  const o: usize = lane * sizeof<T>(), D = <f64>load<T>(p + o) * rate / 1000;
  if (isFloat<C>()) { const offset = <f64>load<T>(p + o, 80); return D * Math.pow(2, lane & 1 ? -offset : offset); }
  return D;
}
@inline function lanesOf<T>(a: f64, b: f64, c: f64, d: f64): v128 { if (sizeof<T>() == 4) return f32x4(<f32>a, <f32>b, <f32>c, <f32>d); return f64x2(a, b); }
/** One sample with every lane from its own place. delay: both lanes of a pair have the same. O = Yes: all have. */
@inline function together<T, C, O>(a: usize, b: usize, c: usize, d: usize): v128 {
  if (isFloat<O>()) return v128.load(a);
  if (sizeof<T>() == 8) { if (isFloat<C>()) return v128.shuffle<f64>(v128.load(a), v128.load(b), 0, 3); return v128.load(a); }
  if (isFloat<C>()) return v128.shuffle<f32>(v128.shuffle<f32>(v128.load(a), v128.load(b), 0, 5, 2, 7), v128.shuffle<f32>(v128.load(c), v128.load(d), 0, 5, 2, 7), 0, 1, 6, 7);
  return v128.shuffle<f32>(v128.load(a), v128.load(c), 0, 1, 6, 7);
}
@inline function addTo<T>(at: usize, v: v128, mask: v128): void { v128.store(at, add<T>(v128.load(at), v128.and(v, mask))); }
/** The transpose of `together`. */
@inline function apart<T, C>(a: usize, b: usize, c: usize, d: usize, v: v128): void {
  if (sizeof<T>() == 8) {
    if (isFloat<C>()) { addTo<T>(a, v, i64x2(-1, 0)); addTo<T>(b, v, i64x2(0, -1)); } else v128.store(a, add<T>(v128.load(a), v));
  } else if (isFloat<C>()) { addTo<T>(a, v, i32x4(-1, 0, 0, 0)); addTo<T>(b, v, i32x4(0, -1, 0, 0)); addTo<T>(c, v, i32x4(0, 0, -1, 0)); addTo<T>(d, v, i32x4(0, 0, 0, -1)); }
  else { addTo<T>(a, v, i32x4(-1, -1, 0, 0)); addTo<T>(c, v, i32x4(0, 0, -1, -1)); }
}
/** What multiplies e on its way back: feedback, or in pingpong 1 on the way from left to right. */
@inline function backOf<T, C>(p: usize): v128 { return isFloat<C>() ? v128.bitselect(v128.load(p, 16), K<T>(1), leftLanes<T>()) : v128.load(p, 16); }

// Weights of the samples delayed by 1 less than the whole samples, none, 1 and 2 more, for a fraction f.
@inline function h0<T>(f: v128): v128 { return mul<T>(mul<T>(mul<T>(f, sub<T>(f, K<T>(1))), sub<T>(f, K<T>(2))), K<T>(-1.0 / 6)); }
@inline function h1<T>(f: v128): v128 { return mul<T>(mul<T>(sub<T>(mul<T>(f, f), K<T>(1)), sub<T>(f, K<T>(2))), K<T>(0.5)); }
@inline function h2<T>(f: v128): v128 { return mul<T>(mul<T>(ma<T>(f, f, f), sub<T>(f, K<T>(2))), K<T>(-0.5)); }
@inline function h3<T>(f: v128): v128 { return mul<T>(mul<T>(sub<T>(mul<T>(f, f), K<T>(1)), f), K<T>(1.0 / 6)); }
/** (a f² + b f + c): their slopes. */
@inline function parabola<T>(f: v128, a: f64, b: f64, c: f64): v128 { return ma<T>(f, ma<T>(f, K<T>(a), K<T>(b)), K<T>(c)); }

/** All lanes delayed alike, as those of an only pair are. */
@inline function alike(c: usize): bool { const delays = v128.load(P(c)); return !v128.any_true(f32x4.ne(delays, v128.shuffle<f32>(delays, delays, 2, 3, 0, 1))); }
@inline function run<T, C, H, O>(c: usize, at: usize, n: i32): void {
  const p = P(c), s = S(c), ring = s + RING, length = load<i32>(s, 4), rate = RATE(c), guard: usize = ring + 48, round = <usize>length << 4;
  const da = samplesOf<T, C>(p, 0, rate), db = samplesOf<T, C>(p, 1, rate), dc = sizeof<T>() == 4 ? samplesOf<T, C>(p, 2, rate) : da, dd = sizeof<T>() == 4 ? samplesOf<T, C>(p, 3, rate) : db;
  const ia = <i32>da, ib = <i32>db, ic = <i32>dc, id = <i32>dd, f = lanesOf<T>(da - ia, db - ib, dc - ic, dd - id);
  const w0 = h0<T>(f), w1 = h1<T>(f), w2 = h2<T>(f), w3 = h3<T>(f);
  const e0 = parabola<T>(f, -0.5, 1, -1.0 / 3), e1 = parabola<T>(f, 1.5, -2, -0.5), e2 = parabola<T>(f, -1.5, 1, 1), e3 = parabola<T>(f, 0.5, 0, -1.0 / 6);
  const g = tan<T>(v128.min<T>(mul<T>(v128.load(p, 48), K<T>(Math.PI / rate)), K<T>(TOP))), k = div<T>(K<T>(1), v128.load(p, 64)), a1 = a1Of<T>(g, k);
  const b1 = mul<T>(g, add<T>(a1, a1)), c1 = mul<T>(b1, add<T>(g, k)), b2 = mul<T>(b1, g), hk = mul<T>(k, K<T>(0.5));
  const angle = quarterTurns<T>(v128.load(p, 32)), dry = cosine<T>(angle), wet = sin<T>(angle), back = backOf<T, C>(p), tiny = K<T>(TINY);
  let x = X(c, 0) + at, y = Y(c, 0) + at, t = TAPE(c) + at * 3, s1 = v128.load(s, 16), s2 = v128.load(s, 32), position = load<i32>(s), left = n;
  do {
    let ra = position - ia - 2, rb = position - ib - 2, rc = position - ic - 2, rd = position - id - 2;
    if (ra < 0) ra += length; if (rb < 0) rb += length; if (rc < 0) rc += length; if (rd < 0) rd += length;
    const m = min(min(left, length - position), length - max(max(ra, rb), max(rc, rd)));
    let A = ring + (<usize>ra << 4), B = ring + (<usize>rb << 4), C4 = ring + (<usize>rc << 4), D = ring + (<usize>rd << 4), w = ring + (<usize>position << 4);
    const end = w + (<usize>m << 4);
    do {
      const t3 = together<T, C, O>(A, B, C4, D), t2 = together<T, C, O>(A + 16, B + 16, C4 + 16, D + 16), t1 = together<T, C, O>(A + 32, B + 32, C4 + 32, D + 32), t0 = together<T, C, O>(A + 48, B + 48, C4 + 48, D + 48);
      const d = add<T>(ma<T>(w0, t0, mul<T>(w1, t1)), ma<T>(w2, t2, mul<T>(w3, t3))), v = v128.load(x), u3 = sub<T>(d, s2);
      const n1 = ma<T>(b1, u3, sub<T>(s1, mul<T>(c1, s1))), n2 = ma<T>(b2, u3, ma<T>(b1, s1, s2)), e = mul<T>(hk, add<T>(s1, n1));
      if (isFloat<H>()) {
        v128.store(t, s1); v128.store(t, u3, 16); v128.store(t, add<T>(ma<T>(e0, t0, mul<T>(e1, t1)), ma<T>(e2, t2, mul<T>(e3, t3))), 32);
        t += 48;
      }
      const into = isFloat<C>() ? v128.and(mul<T>(add<T>(v, swap<T>(v)), K<T>(0.5)), leftLanes<T>()) : v;
      const q = sub<T>(add<T>(ma<T>(back, isFloat<C>() ? swap<T>(e) : e, into), tiny), tiny);
      v128.store(w, q);
      if (w < guard) v128.store(w + round, q);
      v128.store(y, ma<T>(dry, v, mul<T>(wet, e)));
      s1 = n1; s2 = n2; A += 16; B += 16; C4 += 16; D += 16; w += 16; x += 16; y += 16;
    } while (w < end);
    position += m; left -= m;
    if (position == length) position = 0;
  } while (left > 0);
  store<i32>(s, position); v128.store(s, flush<T>(s1), 16); v128.store(s, flush<T>(s2), 32);
}
@inline function adjoint<T, C>(c: usize, at: usize, gat: usize, n: i32): void {
  const p = P(c), s = GS(c), gp = GP(c), ring = s + RING, length = load<i32>(s, 4), rate = RATE(c), guard: usize = ring + 48, round = <usize>length << 4, len = <usize>n << 4;
  const da = samplesOf<T, C>(p, 0, rate), db = samplesOf<T, C>(p, 1, rate), dc = sizeof<T>() == 4 ? samplesOf<T, C>(p, 2, rate) : da, dd = sizeof<T>() == 4 ? samplesOf<T, C>(p, 3, rate) : db;
  const ia = <i32>da, ib = <i32>db, ic = <i32>dc, id = <i32>dd, f = lanesOf<T>(da - ia, db - ib, dc - ic, dd - id);
  const w0 = h0<T>(f), w1 = h1<T>(f), w2 = h2<T>(f), w3 = h3<T>(f), half = K<T>(0.5), one = K<T>(1), zero = K<T>(0);
  const angular = mul<T>(v128.load(p, 48), K<T>(Math.PI / rate)), g = tan<T>(v128.min<T>(angular, K<T>(TOP))), q = v128.load(p, 64), k = div<T>(one, q), a1 = a1Of<T>(g, k);
  const b1 = mul<T>(g, add<T>(a1, a1)), c1 = mul<T>(b1, add<T>(g, k)), b2 = mul<T>(b1, g), angle = quarterTurns<T>(v128.load(p, 32)), dry = cosine<T>(angle), wet = sin<T>(angle), back = backOf<T, C>(p), tiny = K<T>(TINY);
  let x = X(c, 0) + at + len, gx = GX(c, 0) + gat + len, gy = GY(c, 0) + gat + len, t = TAPE(c) + (at + len) * 3, position = load<i32>(s), left = n;
  let l1 = v128.load(s, 16), l2 = v128.load(s, 32), gb1 = zero, gc1 = zero, gb2 = zero, gk = zero, gD = zero, gback = zero, gmix = zero;
  do {
    let ra = position + ia - 1, rb = position + ib - 1, rc = position + ic - 1, rd = position + id - 1;
    if (ra >= length) ra -= length; if (rb >= length) rb -= length; if (rc >= length) rc -= length; if (rd >= length) rd -= length;
    const m = min(min(left, length - position), length - max(max(ra, rb), max(rc, rd)));
    let A = ring + (<usize>ra << 4), B = ring + (<usize>rb << 4), C4 = ring + (<usize>rc << 4), D = ring + (<usize>rd << 4), w = ring + (<usize>position << 4);
    const end = w + (<usize>m << 4);
    do {
      x -= 16; gx -= 16; gy -= 16; t -= 48;
      const u = v128.load(gy), s1 = v128.load(t), v3 = v128.load(t, 16);
      let Q = v128.load(w);
      v128.store(w, zero);
      if (w < guard) { Q = add<T>(Q, v128.load(w + round)); v128.store(w + round, zero); }
      const v1 = ma<T>(half, sub<T>(mul<T>(b1, v3), mul<T>(c1, s1)), s1), e = mul<T>(k, v1);
      gmix = ma<T>(u, sub<T>(mul<T>(dry, e), mul<T>(wet, v128.load(x))), gmix);
      gback = ma<T>(Q, isFloat<C>() ? swap<T>(e) : e, gback);
      const from = mul<T>(back, Q), ge = ma<T>(wet, u, isFloat<C>() ? swap<T>(from) : from), onlyLeft = v128.and(Q, leftLanes<T>());
      v128.store(gx, ma<T>(dry, u, isFloat<C>() ? mul<T>(add<T>(onlyLeft, swap<T>(onlyLeft)), half) : Q));
      const hk = mul<T>(k, ge), f1 = ma<T>(hk, half, l1), f3 = ma<T>(b2, l2, mul<T>(b1, f1));
      gb1 = add<T>(gb1, ma<T>(l2, s1, mul<T>(f1, v3))); gc1 = sub<T>(gc1, mul<T>(f1, s1)); gb2 = add<T>(gb2, mul<T>(l2, v3));
      gk = ma<T>(ge, v1, gk);
      l1 = sub<T>(ma<T>(b1, l2, add<T>(l1, hk)), mul<T>(c1, f1)); l2 = sub<T>(l2, f3);
      gD = ma<T>(f3, v128.load(t, 32), gD);
      const gd = sub<T>(add<T>(f3, tiny), tiny);
      apart<T, C>(A, B, C4, D, mul<T>(w0, gd)); apart<T, C>(A + 16, B + 16, C4 + 16, D + 16, mul<T>(w1, gd));
      apart<T, C>(A + 32, B + 32, C4 + 32, D + 32, mul<T>(w2, gd)); apart<T, C>(A + 48, B + 48, C4 + 48, D + 48, mul<T>(w3, gd));
      A += 16; B += 16; C4 += 16; D += 16; w += 16;
    } while (w < end);
    position += m; left -= m;
    if (position == length) position = 0;
  } while (left > 0);
  store<i32>(s, position); v128.store(s, flush<T>(l1), 16); v128.store(s, flush<T>(l2), 32);
  const delays = mul<T>(gD, lanesOf<T>(da, db, dc, dd));                    // D ∝ delay; D ∝ 2^offset on the left, 2^-offset on the right
  gather<T>(gp, div<T>(delays, v128.load(p)));
  gather<T>(gp + 32, isFloat<C>() ? v128.and(gback, leftLanes<T>()) : gback);
  gather<T>(gp + 64, quarterTurns<T>(gmix));
  const sk = add<T>(gk, toK<T>(gb1, gc1, gb2, g, k, a1, b1)), sg = toG<T>(gb1, gc1, gb2, g, k, a1, b1);
  gather<T>(gp + 96, v128.and(mul<T>(mul<T>(sg, ma<T>(g, g, one)), K<T>(Math.PI / rate)), v128.lt<T>(angular, K<T>(TOP))));
  gather<T>(gp + 128, v128.neg<T>(div<T>(mul<T>(sk, k), q)));
  if (isFloat<C>()) gather<T>(gp + 160, mul<T>(mul<T>(delays, sides<T>()), K<T>(-LN2)));
}
export function delay_run_f32(c: usize, at: usize, n: i32, keep: i32): void { if (keep) run<f32, No, Yes, No>(c, at, n); else if (alike(c)) run<f32, No, No, Yes>(c, at, n); else run<f32, No, No, No>(c, at, n); }
export function delay_run_f64(c: usize, at: usize, n: i32, keep: i32): void { if (keep) run<f64, No, Yes, No>(c, at, n); else run<f64, No, No, No>(c, at, n); }
export function delay_adj_f32(c: usize, at: usize, gat: usize, n: i32): void { adjoint<f32, No>(c, at, gat, n); }
export function delay_adj_f64(c: usize, at: usize, gat: usize, n: i32): void { adjoint<f64, No>(c, at, gat, n); }
export function pingpong_run_f32(c: usize, at: usize, n: i32, keep: i32): void { if (keep) run<f32, Yes, Yes, No>(c, at, n); else run<f32, Yes, No, No>(c, at, n); }
export function pingpong_run_f64(c: usize, at: usize, n: i32, keep: i32): void { if (keep) run<f64, Yes, Yes, No>(c, at, n); else run<f64, Yes, No, No>(c, at, n); }
export function pingpong_adj_f32(c: usize, at: usize, gat: usize, n: i32): void { adjoint<f32, Yes>(c, at, gat, n); }
export function pingpong_adj_f64(c: usize, at: usize, gat: usize, n: i32): void { adjoint<f64, Yes>(c, at, gat, n); }
