import { K, Yes, No, add, sub, mul, ma, sin, cosine, quarterTurns, gather, P, S, TAPE, GP, GS, RATE, X, Y, GX, GY } from "./lanes";
// chorus, flanger, vibrato: params delay (ms), feedback, mix. inlets main, modulation m.
// D = delay (1 + m), m held within -1 … 1; d = w[i − D], interpolated by the quintic through six samples (Lagrange); w = x + feedback d;
// y = cos(90° mix) x + sin(90° mix) d.
// state: [i32 position][i32 length][8 bytes], ring of `length` samples and a guard of five that repeat its first, so that six samples are read
// without a wrap. The adjoint adds into such a ring, in reversed time. tape: d, dd/dD (0 where D is held). D is f64, lane by lane: its whole
// samples are integers, only the fraction is T.
const RING: usize = 16, GUARD: usize = 80;
/** Least delay in samples: of the six, the newest must have been written before. */
const LEAST: f64 = 3;
/** Memories below about 1e-31 are lost when this is added and taken away again: no denormals. */
const TINY: f64 = 1e-24;

/** (c0 + c1 f + … + c5 f⁵) / 120, D = Yes: its slope. */
@inline function quintic<T, D>(f: v128, c0: f64, c1: f64, c2: f64, c3: f64, c4: f64, c5: f64): v128 {
  if (isFloat<D>()) return ma<T>(f, ma<T>(f, ma<T>(f, ma<T>(f, K<T>(5 * c5 / 120), K<T>(4 * c4 / 120)), K<T>(3 * c3 / 120)), K<T>(2 * c2 / 120)), K<T>(c1 / 120));
  return ma<T>(f, ma<T>(f, ma<T>(f, ma<T>(f, ma<T>(f, K<T>(c5 / 120), K<T>(c4 / 120)), K<T>(c3 / 120)), K<T>(c2 / 120)), K<T>(c1 / 120)), K<T>(c0 / 120));
}
// Lagrange's weights, the products of (f − k)/(j − k) over k ≠ j, of the samples delayed by j = −2 … 3 more than the whole samples of D.
@inline function w0<T, D>(f: v128): v128 { return quintic<T, D>(f, 0, 6, -5, -5, 5, -1); }
@inline function w1<T, D>(f: v128): v128 { return quintic<T, D>(f, 0, -60, 80, -5, -20, 5); }
@inline function w2<T, D>(f: v128): v128 { return quintic<T, D>(f, 120, -40, -150, 50, 30, -10); }
@inline function w3<T, D>(f: v128): v128 { return quintic<T, D>(f, 0, 120, 80, -70, -20, 10); }
@inline function w4<T, D>(f: v128): v128 { return quintic<T, D>(f, 0, -30, -5, 35, 5, -5); }
@inline function w5<T, D>(f: v128): v128 { return quintic<T, D>(f, 0, 4, 0, -5, 0, 1); }

/** Numbers of the first two lanes in f64; f64 has no others. */
@inline function first<T>(v: v128): v128 { if (sizeof<T>() == 4) return f64x2.promote_low_f32x4(v); return v; }
@inline function last<T>(v: v128): v128 { if (sizeof<T>() == 4) return f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 0, 1)); return v; }
@inline function lanesOf<T>(a: v128, b: v128): v128 { if (sizeof<T>() == 4) return v128.shuffle<f32>(f32x4.demote_f64x2_zero(a), f32x4.demote_f64x2_zero(b), 0, 1, 4, 5); return a; }
/** D in samples of two lanes: `centre` is that of the delay. */
@inline function held(centre: v128, m: v128, most: v128): v128 {
  const one = f64x2.splat(1), swing = f64x2.pmax(f64x2.pmin(m, one), f64x2.splat(-1));
  return f64x2.pmax(f64x2.pmin(f64x2.mul(centre, f64x2.add(one, swing)), most), f64x2.splat(LEAST));
}
/** 1 where D is not held. */
@inline function free(D: v128, most: v128): v128 { return v128.and(v128.and(f64x2.gt(D, f64x2.splat(LEAST)), f64x2.lt(D, most)), f64x2.splat(1)); }
@inline function whole(D: v128): v128 { return i32x4.trunc_sat_f64x2_s_zero(D); }
/** Address of the sample `by` places after the position, or before it. */
@inline function around(ring: usize, position: i32, by: i32, length: i32): usize {
  let at = position + by;
  if (at < 0) at += length;
  if (at >= length) at -= length;
  return ring + (<usize>at << 4);
}
/** One sample, every pair from its own place. */
@inline function readPairs<T>(a: usize, c: usize): v128 { return sizeof<T>() == 4 ? v128.shuffle<f32>(v128.load(a), v128.load(c), 0, 1, 6, 7) : v128.load(a); }
/** Every lane from its own place. */
@inline function read<T>(a: usize, b: usize, c: usize, d: usize): v128 {
  if (sizeof<T>() == 4) return f32x4(load<f32>(a), load<f32>(b, 4), load<f32>(c, 8), load<f32>(d, 12));
  return f64x2(load<f64>(a), load<f64>(b, 8));
}
@inline function addTo<T>(at: usize, v: T): void { store<T>(at, load<T>(at) + v); }
/** The transpose of `read`. */
@inline function spread<T>(a: usize, b: usize, c: usize, d: usize, v: v128): void {
  if (sizeof<T>() == 4) {
    addTo<f32>(a, f32x4.extract_lane(v, 0)); addTo<f32>(b + 4, f32x4.extract_lane(v, 1));
    addTo<f32>(c + 8, f32x4.extract_lane(v, 2)); addTo<f32>(d + 12, f32x4.extract_lane(v, 3));
  } else { addTo<f64>(a, f64x2.extract_lane(v, 0)); addTo<f64>(b + 8, f64x2.extract_lane(v, 1)); }
}
@inline function tidy<T>(v: v128): v128 { return sub<T>(add<T>(v, K<T>(TINY)), K<T>(TINY)); }

@inline function run<T, H>(c: usize, at: usize, n: i32): void {
  const p = P(c), s = S(c), ring = s + RING, length = load<i32>(s, 4), round = <usize>length << 4, rate = RATE(c);
  const angle = quarterTurns<T>(v128.load(p, 32)), dry = cosine<T>(angle), wet = sin<T>(angle), feedback = v128.load(p, 16);
  const perMs = rate / 1000, most = f64x2.splat(<f64>(length - 5)), delays = v128.load(p), ca = f64x2.mul(first<T>(delays), f64x2.splat(perMs)), cb = f64x2.mul(last<T>(delays), f64x2.splat(perMs));
  let x = X(c, 0) + at, m = X(c, 1) + at, y = Y(c, 0) + at, t = TAPE(c) + (at << 1), position = load<i32>(s);
  const end = x + (<usize>n << 4);
  do {
    const swings = v128.load(m), da = held(ca, first<T>(swings), most), db = held(cb, last<T>(swings), most);
    const wa = whole(da), wb = whole(db), ia = i32x4.extract_lane(wa, 0), ib = i32x4.extract_lane(wa, 1), ic = i32x4.extract_lane(wb, 0), id = i32x4.extract_lane(wb, 1);
    const f = lanesOf<T>(f64x2.sub(da, f64x2.floor(da)), f64x2.sub(db, f64x2.floor(db)));
    const A = around(ring, position, -ia - 3, length), C = sizeof<T>() == 4 ? around(ring, position, -ic - 3, length) : A, v = v128.load(x);
    let t0: v128, t1: v128, t2: v128, t3: v128, t4: v128, t5: v128;
    // Mostly the channels of a pair swing together.
    if (ia == ib && (sizeof<T>() == 8 || ic == id)) {
      t5 = readPairs<T>(A, C); t4 = readPairs<T>(A + 16, C + 16); t3 = readPairs<T>(A + 32, C + 32); t2 = readPairs<T>(A + 48, C + 48); t1 = readPairs<T>(A + 64, C + 64); t0 = readPairs<T>(A + 80, C + 80);
    } else {
      const B = around(ring, position, -ib - 3, length), D = sizeof<T>() == 4 ? around(ring, position, -id - 3, length) : B;
      t5 = read<T>(A, B, C, D); t4 = read<T>(A + 16, B + 16, C + 16, D + 16); t3 = read<T>(A + 32, B + 32, C + 32, D + 32); t2 = read<T>(A + 48, B + 48, C + 48, D + 48);
      t1 = read<T>(A + 64, B + 64, C + 64, D + 64); t0 = read<T>(A + 80, B + 80, C + 80, D + 80);
    }
    const d = add<T>(add<T>(ma<T>(w0<T, No>(f), t0, mul<T>(w1<T, No>(f), t1)), ma<T>(w2<T, No>(f), t2, mul<T>(w3<T, No>(f), t3))), ma<T>(w4<T, No>(f), t4, mul<T>(w5<T, No>(f), t5)));
    if (isFloat<H>()) {
      const slope = add<T>(add<T>(ma<T>(w0<T, Yes>(f), t0, mul<T>(w1<T, Yes>(f), t1)), ma<T>(w2<T, Yes>(f), t2, mul<T>(w3<T, Yes>(f), t3))), ma<T>(w4<T, Yes>(f), t4, mul<T>(w5<T, Yes>(f), t5)));
      v128.store(t, d); v128.store(t, mul<T>(slope, lanesOf<T>(free(da, most), free(db, most))), 16); t += 32;
    }
    const q = tidy<T>(ma<T>(feedback, d, v)), w = ring + (<usize>position << 4);
    v128.store(w, q);
    if (w < ring + GUARD) v128.store(w + round, q);
    v128.store(y, ma<T>(dry, v, mul<T>(wet, d)));
    if (++position == length) position = 0;
    x += 16; m += 16; y += 16;
  } while (x < end);
  store<i32>(s, position);
}
@inline function adjoint<T>(c: usize, at: usize, gat: usize, n: i32): void {
  const p = P(c), s = GS(c), gp = GP(c), ring = s + RING, length = load<i32>(s, 4), round = <usize>length << 4, rate = RATE(c), len = <usize>n << 4;
  const angle = quarterTurns<T>(v128.load(p, 32)), dry = cosine<T>(angle), wet = sin<T>(angle), feedback = v128.load(p, 16), zero = K<T>(0), one = K<T>(1);
  const perMs = rate / 1000, most = f64x2.splat(<f64>(length - 5)), delays = v128.load(p), ca = f64x2.mul(first<T>(delays), f64x2.splat(perMs)), cb = f64x2.mul(last<T>(delays), f64x2.splat(perMs));
  let x = X(c, 0) + at + len, m = X(c, 1) + at + len, gx = GX(c, 0) + gat + len, gm = GX(c, 1) + gat + len, gy = GY(c, 0) + gat + len, t = TAPE(c) + (at + len << 1), position = load<i32>(s);
  let gdelay = zero, gback = zero, gmix = zero;
  const start = x - len;
  do {
    x -= 16; m -= 16; gx -= 16; gm -= 16; gy -= 16; t -= 32;
    const swings = v128.load(m), da = held(ca, first<T>(swings), most), db = held(cb, last<T>(swings), most);
    const wa = whole(da), wb = whole(db), ia = i32x4.extract_lane(wa, 0), ib = i32x4.extract_lane(wa, 1), ic = i32x4.extract_lane(wb, 0), id = i32x4.extract_lane(wb, 1);
    const f = lanesOf<T>(f64x2.sub(da, f64x2.floor(da)), f64x2.sub(db, f64x2.floor(db)));
    const A = around(ring, position, ia - 2, length), B = around(ring, position, ib - 2, length), C = around(ring, position, ic - 2, length), D = around(ring, position, id - 2, length);
    const u = v128.load(gy), d = v128.load(t), v = v128.load(x), w = ring + (<usize>position << 4);
    let q = v128.load(w);
    v128.store(w, zero);
    if (w < ring + GUARD) { q = add<T>(q, v128.load(w + round)); v128.store(w + round, zero); }
    gmix = ma<T>(u, sub<T>(mul<T>(dry, d), mul<T>(wet, v)), gmix); gback = ma<T>(q, d, gback);
    v128.store(gx, ma<T>(dry, u, q));
    const gd = tidy<T>(ma<T>(wet, u, mul<T>(feedback, q))), gD = mul<T>(mul<T>(gd, v128.load(t, 16)), K<T>(perMs));
    spread<T>(A, B, C, D, mul<T>(w0<T, No>(f), gd)); spread<T>(A + 16, B + 16, C + 16, D + 16, mul<T>(w1<T, No>(f), gd));
    spread<T>(A + 32, B + 32, C + 32, D + 32, mul<T>(w2<T, No>(f), gd)); spread<T>(A + 48, B + 48, C + 48, D + 48, mul<T>(w3<T, No>(f), gd));
    spread<T>(A + 64, B + 64, C + 64, D + 64, mul<T>(w4<T, No>(f), gd)); spread<T>(A + 80, B + 80, C + 80, D + 80, mul<T>(w5<T, No>(f), gd));
    const within = v128.max<T>(v128.min<T>(swings, one), v128.neg<T>(one));
    gdelay = ma<T>(gD, add<T>(one, within), gdelay);
    v128.store(gm, v128.and(mul<T>(gD, delays), v128.eq<T>(within, swings)));
    if (++position == length) position = 0;
  } while (x > start);
  store<i32>(s, position);
  gather<T>(gp, gdelay); gather<T>(gp + 32, gback); gather<T>(gp + 64, quarterTurns<T>(gmix));
}
export function chorus_run_f32(c: usize, at: usize, n: i32, keep: i32): void { if (keep) run<f32, Yes>(c, at, n); else run<f32, No>(c, at, n); }
export function chorus_adj_f32(c: usize, at: usize, gat: usize, n: i32): void { adjoint<f32>(c, at, gat, n); }
export function chorus_run_f64(c: usize, at: usize, n: i32, keep: i32): void { if (keep) run<f64, Yes>(c, at, n); else run<f64, No>(c, at, n); }
export function chorus_adj_f64(c: usize, at: usize, gat: usize, n: i32): void { adjoint<f64>(c, at, gat, n); }
export function flanger_run_f32(c: usize, at: usize, n: i32, keep: i32): void { if (keep) run<f32, Yes>(c, at, n); else run<f32, No>(c, at, n); }
export function flanger_adj_f32(c: usize, at: usize, gat: usize, n: i32): void { adjoint<f32>(c, at, gat, n); }
export function flanger_run_f64(c: usize, at: usize, n: i32, keep: i32): void { if (keep) run<f64, Yes>(c, at, n); else run<f64, No>(c, at, n); }
export function flanger_adj_f64(c: usize, at: usize, gat: usize, n: i32): void { adjoint<f64>(c, at, gat, n); }
export function vibrato_run_f32(c: usize, at: usize, n: i32, keep: i32): void { if (keep) run<f32, Yes>(c, at, n); else run<f32, No>(c, at, n); }
export function vibrato_adj_f32(c: usize, at: usize, gat: usize, n: i32): void { adjoint<f32>(c, at, gat, n); }
export function vibrato_run_f64(c: usize, at: usize, n: i32, keep: i32): void { if (keep) run<f64, Yes>(c, at, n); else run<f64, No>(c, at, n); }
export function vibrato_adj_f64(c: usize, at: usize, gat: usize, n: i32): void { adjoint<f64>(c, at, gat, n); }
