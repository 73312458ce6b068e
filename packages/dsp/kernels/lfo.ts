import { Yes, No, pick, P, S, TAPE, GP, GS, RATE, Y, GY } from "./lanes";
// lfo, stereo_lfo: params frequency, phase (degrees), shape (0 sine, 1 triangle, 2 saw, 3 square), and for stereo_lfo stereo_offset. No inlets.
// t = phase/360 + frequency time, in cycles. Its fraction adds up in 64-bit integers, whose overflow is the wrapping: no rounding piles up, and the
// next sample waits for one addition only. All that follows is f64 whatever T is, two lanes (a stereo pair) at a time: s = t within -1/2 … 1/2, w = distance from the jump at 1/2, u = distance from a jump in samples, held within -1 … 1.
// Jumps by 2 are spread over two samples by polyBLEP (Välimäki, Huovilainen 2007): the integral of a triangle less the jump, -(1 - u)² after and
// (1 + u)² before it, which meets the wave without a corner, so that slopes exist everywhere.
// state: cycles so far, without the phase (2^-64 of one, a lane); of the adjoint d loss / d phase of the next sample. tape: d wave / dt, d wave / d step.
// C = Yes: stereo_lfo.
const HALF_PI: f64 = 1.5707963267948966;

@inline function add(a: v128, b: v128): v128 { return f64x2.add(a, b); }
@inline function sub(a: v128, b: v128): v128 { return f64x2.sub(a, b); }
@inline function mul(a: v128, b: v128): v128 { return f64x2.mul(a, b); }
@inline function k(x: f64): v128 { return f64x2.splat(x); }
/** Both channels of an lfo are alike: in f32 one wave is computed for each pair, two pairs together. */
@inline function together<T, C>(): bool { return sizeof<T>() == 4 && !isFloat<C>(); }
/** Pair h of the lanes at `at`; in f64 there is but one. */
@inline function pairAt<T>(at: usize, h: usize): v128 { if (sizeof<T>() == 4) return f64x2.promote_low_f32x4(v128.load64_zero(at + (h << 3))); return v128.load(at); }
/** A parameter of pair h, or of a lane of each. */
@inline function setting<T, C>(at: usize, h: usize): v128 {
  if (!together<T, C>()) return pairAt<T>(at, h);
  const v = v128.load(at);
  return f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 0, 2, 0, 2));
}
@inline function put<T, C>(at: usize, h: usize, v: v128): void {
  if (together<T, C>()) {
    const w = f32x4.demote_f64x2_zero(v);
    v128.store(at, v128.shuffle<f32>(w, w, 0, 0, 1, 1));
  } else if (sizeof<T>() == 4) v128.store64_lane(at + (h << 3), f32x4.demote_f64x2_zero(v), 0);
  else v128.store(at, v);
}

/** Cycles as integers: 2^64 are one. */
@inline function whole(t: f64): u64 { return <u64>((t - Math.floor(t)) * 18446744073709551616.0); }
@inline function integers(t: v128): v128 { return i64x2(whole(f64x2.extract_lane(t, 0)), whole(f64x2.extract_lane(t, 1))); }
/** And back, 0 ≤ t < 1: their first 52 bits as the mantissa of a number from 1 on. */
@inline function fraction(cycles: v128): v128 { return sub(v128.or(i64x2.shr_u(cycles, 12), k(1)), k(1)); }
/** sin(90° q), -1 ≤ q ≤ 1. For f32 Taylor to x¹¹, error below 6e-8. */
@inline function sine<T>(q: v128): v128 {
  const x = mul(q, k(HALF_PI));
  if (sizeof<T>() == 8) return f64x2(Math.sin(f64x2.extract_lane(x, 0)), Math.sin(f64x2.extract_lane(x, 1)));
  // Estrin's scheme: half the depth of Horner's, so that neighbouring samples overlap.
  const z = mul(x, x), z2 = mul(z, z), low = add(mul(z, k(-1.0 / 6)), k(1)), mid = add(mul(z, k(-1.0 / 5040)), k(1.0 / 120));
  return mul(x, add(mul(z2, add(mul(z2, add(mul(z, k(-1.0 / 39916800)), k(1.0 / 362880))), mid)), low));
}
@inline function triangle(s: v128): v128 { return v128.or(sub(k(1), f64x2.abs(sub(mul(f64x2.abs(s), k(4)), k(1)))), v128.and(s, k(-0.0))); }
@inline function samplesFrom(distance: v128, perStep: v128): v128 { return f64x2.pmax(f64x2.pmin(mul(distance, perStep), k(1)), k(-1)); }
@inline function residual(u: v128): v128 { const a = sub(k(1), f64x2.abs(u)), r = mul(a, a); return pick(f64x2.ge(u, k(0)), f64x2.neg(r), r); }
/** d residual / du */
@inline function steepness(u: v128): v128 { return mul(sub(k(1), f64x2.abs(u)), k(2)); }
@inline function chosen(shape: v128, sine: v128, triangle: v128, saw: v128, square: v128): v128 {
  return pick(f64x2.eq(shape, k(0)), sine, pick(f64x2.eq(shape, k(1)), triangle, pick(f64x2.eq(shape, k(2)), saw, square)));
}

/** Is a lane within a sample of a jump? Almost never, and otherwise there is nothing to spread. */
@inline function near(u0: v128, u1: v128): bool { return v128.any_true(f64x2.lt(f64x2.pmin(f64x2.abs(u0), f64x2.abs(u1)), k(1))); }
/** Of both pairs: cycles a sample, samples a cycle, shape; the first again and the phase, as integers. In memory, as otherwise V8 computes them again at every sample. */
const OWN: usize = 80, SETTINGS = memory.data(160, 16);
@inline function prepare<T, C>(c: usize, h: usize): void {
  const p = P(c), to = SETTINGS + OWN * h, dt = mul(setting<T, C>(p, h), k(1 / RATE(c))), phase = setting<T, C>(p + 16, h);
  v128.store(to, dt); v128.store(to, f64x2.div(k(1), dt), 16); v128.store(to, setting<T, C>(p + 32, h), 32); v128.store(to, integers(dt), 48);
  v128.store(to, integers(f64x2.div(isFloat<C>() ? add(phase, mul(setting<T, C>(p + 48, h), f64x2(0, 1))) : phase, k(360))), 64);
}
/** s of where t is, and whether that is late in the cycle. */
@inline function centred(t: v128, late: v128): v128 { return sub(t, v128.and(late, k(1))); }
/** One sample of pair h; the cycles so far go on. */
@inline function wave<T, C, H>(cycles: v128, y: usize, tape: usize, h: usize): v128 {
  const own = SETTINGS + OWN * h, perStep = v128.load(own, 16), shape = v128.load(own, 32), t = fraction(i64x2.add(cycles, v128.load(own, 64)));
  const one = k(1), w = sub(t, k(0.5)), late = f64x2.ge(w, k(0)), s = centred(t, late), q = triangle(s), u0 = samplesFrom(s, perStep), u1 = samplesFrom(w, perStep);
  let saw = add(s, s), square = pick(late, k(-1), one);
  if (near(u0, u1)) { const r = residual(u1); saw = sub(saw, r); square = sub(add(square, residual(u0)), r); }
  put<T, C>(y, h, chosen(shape, sine<T>(q), q, saw, square));
  if (isFloat<H>()) {
    const e0 = mul(steepness(u0), perStep), e1 = mul(steepness(u1), perStep), second = mul(e1, u1), quarters = sub(one, mul(f64x2.abs(s), k(4)));
    put<T, C>(tape, h, chosen(shape, mul(sine<T>(quarters), k(4 * HALF_PI)), v128.or(k(4), v128.and(quarters, k(-0.0))), sub(k(2), e1), sub(e0, e1)));
    put<T, C>(tape + 16, h, chosen(shape, k(0), k(0), second, sub(second, mul(e0, u0))));
  }
  return i64x2.add(cycles, v128.load(own, 48));
}
@inline function alike(v: v128): bool { return i64x2.extract_lane(v, 0) == i64x2.extract_lane(v, 1); }
@inline function sineAt(cycles: v128): v128 { const t = fraction(cycles); return f32x4.demote_f64x2_zero(sine<f32>(triangle(centred(t, f64x2.ge(t, k(0.5)))))); }
/** n samples of f32 sines without a tape, the same numbers: nothing else is computed, and where both pairs are alike, two samples at a time. */
function sines(cycles: v128, y: usize, n: i32): v128 {
  const dt = v128.load(SETTINGS, 48), phase = v128.load(SETTINGS, 64);
  if (n > 1 && alike(dt) && alike(phase) && alike(cycles)) {
    const twice = i64x2.add(dt, dt), end = y + (<usize>(n & ~1) << 4);
    let both = i64x2.add(cycles, v128.and(dt, i64x2(0, -1)));
    do {
      const w = sineAt(i64x2.add(both, phase));
      v128.store(y, v128.shuffle<f32>(w, w, 0, 0, 0, 0)); v128.store(y, v128.shuffle<f32>(w, w, 1, 1, 1, 1), 16);
      both = i64x2.add(both, twice); y += 32;
    } while (y < end);
    cycles = v128.shuffle<f64>(both, both, 0, 0); n &= 1;
  }
  const end = y + (<usize>n << 4);
  if (n) do {
    const w = sineAt(i64x2.add(cycles, phase));
    v128.store(y, v128.shuffle<f32>(w, w, 0, 0, 1, 1));
    cycles = i64x2.add(cycles, dt); y += 16;
  } while (y < end);
  return cycles;
}
@inline function run<T, C, H>(c: usize, at: usize, n: i32): void {
  const state = S(c), one = together<T, C>() || sizeof<T>() == 8;
  prepare<T, C>(c, 0);
  if (!one) prepare<T, C>(c, 1);
  let y = Y(c, 0) + at, tape = TAPE(c) + (at << 1), first = v128.load(state), second = v128.load(state, 16);
  if (together<T, C>()) first = v128.shuffle<f64>(first, second, 0, 2);
  const end = y + (<usize>n << 4);
  if (together<T, C>() && !isFloat<H>() && !v128.any_true(f64x2.ne(v128.load(SETTINGS, 32), k(0)))) first = sines(first, y, n);
  else do {
    first = wave<T, C, H>(first, y, tape, 0);
    if (!one) second = wave<T, C, H>(second, y, tape, 1);
    y += 16; tape += 32;
  } while (y < end);
  if (together<T, C>()) { second = v128.shuffle<f64>(first, first, 1, 1); first = v128.shuffle<f64>(first, first, 0, 0); }
  v128.store(state, first); v128.store(state, second, 16);
}
@inline function addTo(at: usize, v: v128): void { v128.store(at, add(v128.load(at), v)); }
@inline function adjoint<T, C>(c: usize, at: usize, gat: usize, n: i32, h: usize): void {
  const state = GS(c) + (h << 4), gp = GP(c) + (h << 4), len = <usize>n << 4;
  let gy = GY(c, 0) + gat + len, tape = TAPE(c) + (at + len << 1), later = v128.load(state), gf = k(0), gphase = k(0);
  const start = gy - len;
  do {
    gy -= 16; tape -= 32;
    const u = pairAt<T>(gy, h), g = mul(u, pairAt<T>(tape, h));
    gf = add(gf, add(later, mul(u, pairAt<T>(tape + 16, h)))); gphase = add(gphase, g); later = add(later, g);
  } while (gy > start);
  v128.store(state, later);
  gphase = mul(gphase, k(1.0 / 360));
  addTo(gp, mul(gf, k(1 / RATE(c)))); addTo(gp + 32, gphase);
  if (isFloat<C>()) addTo(gp + 96, mul(gphase, f64x2(0, 1)));
}
@inline function adjointAll<T, C>(c: usize, at: usize, gat: usize, n: i32): void {
  let h: usize = 0;
  do { adjoint<T, C>(c, at, gat, n, h); } while (++h < (sizeof<T>() == 4 ? 2 : 1));
}
export function lfo_run_f32(c: usize, at: usize, n: i32, keep: i32): void { if (keep) run<f32, No, Yes>(c, at, n); else run<f32, No, No>(c, at, n); }
export function lfo_run_f64(c: usize, at: usize, n: i32, keep: i32): void { if (keep) run<f64, No, Yes>(c, at, n); else run<f64, No, No>(c, at, n); }
export function lfo_adj_f32(c: usize, at: usize, gat: usize, n: i32): void { adjointAll<f32, No>(c, at, gat, n); }
export function lfo_adj_f64(c: usize, at: usize, gat: usize, n: i32): void { adjointAll<f64, No>(c, at, gat, n); }
export function stereo_lfo_run_f32(c: usize, at: usize, n: i32, keep: i32): void { if (keep) run<f32, Yes, Yes>(c, at, n); else run<f32, Yes, No>(c, at, n); }
export function stereo_lfo_run_f64(c: usize, at: usize, n: i32, keep: i32): void { if (keep) run<f64, Yes, Yes>(c, at, n); else run<f64, Yes, No>(c, at, n); }
export function stereo_lfo_adj_f32(c: usize, at: usize, gat: usize, n: i32): void { adjointAll<f32, Yes>(c, at, gat, n); }
export function stereo_lfo_adj_f64(c: usize, at: usize, gat: usize, n: i32): void { adjointAll<f64, Yes>(c, at, gat, n); }
