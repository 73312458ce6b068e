import { K, Yes, No, only, add, sub, mul, ma, swap, sin, cosine, quarterTurns, gather, P, S, TAPE, GP, GS, RATE, X, Y, GX, GY } from "./lanes";
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

// Lagrange's weights, the products of (f − k)/(j − k) over k ≠ j, of the samples t0 … t5 delayed by j = −2 … 3 more than the whole samples of D.
// With a … g = f + 2 … f − 3 (c is f itself) and INNER = ab eg/12, EARLY = cd eg/120, LATE = ab cd/120:
// d = INNER (c t3 − d t2) + EARLY (5a t1 − b t0) + LATE (e t5 − 5g t4), which at f = 0 is exactly t2.
@inline function plus<T>(f: v128, by: f64): v128 { return add<T>(f, K<T>(by)); }
@inline function times<T>(by: f64, v: v128): v128 { return mul<T>(K<T>(by), v); }
@inline function ab<T>(f: v128): v128 { return mul<T>(plus<T>(f, 2), plus<T>(f, 1)); }
@inline function cd<T>(f: v128): v128 { return mul<T>(f, plus<T>(f, -1)); }
@inline function eg<T>(f: v128): v128 { return mul<T>(plus<T>(f, -2), plus<T>(f, -3)); }
@inline function inner<T>(f: v128): v128 { return times<T>(1.0 / 12, mul<T>(ab<T>(f), eg<T>(f))); }
@inline function early<T>(f: v128): v128 { return times<T>(1.0 / 120, mul<T>(cd<T>(f), eg<T>(f))); }
@inline function late<T>(f: v128): v128 { return times<T>(1.0 / 120, mul<T>(ab<T>(f), cd<T>(f))); }
@inline function interpolated<T>(f: v128, t0: v128, t1: v128, t2: v128, t3: v128, t4: v128, t5: v128): v128 {
  const middle = mul<T>(inner<T>(f), sub<T>(mul<T>(f, t3), mul<T>(plus<T>(f, -1), t2)));
  const before = mul<T>(early<T>(f), sub<T>(mul<T>(times<T>(5, plus<T>(f, 2)), t1), mul<T>(plus<T>(f, 1), t0)));
  return add<T>(middle, ma<T>(late<T>(f), sub<T>(mul<T>(plus<T>(f, -2), t5), mul<T>(times<T>(5, plus<T>(f, -3)), t4)), before));
}
/** (c1 + 2 c2 f + … + 5 c5 f⁴) / 120: the slope of a weight (c0 + c1 f + … + c5 f⁵) / 120. */
@inline function slope<T>(f: v128, c1: f64, c2: f64, c3: f64, c4: f64, c5: f64): v128 {
  return ma<T>(f, ma<T>(f, ma<T>(f, ma<T>(f, K<T>(5 * c5 / 120), K<T>(4 * c4 / 120)), K<T>(3 * c3 / 120)), K<T>(2 * c2 / 120)), K<T>(c1 / 120));
}
/** d interpolated / df */
@inline function slopeOf<T>(f: v128, t0: v128, t1: v128, t2: v128, t3: v128, t4: v128, t5: v128): v128 {
  const d0 = slope<T>(f, 6, -5, -5, 5, -1), d1 = slope<T>(f, -60, 80, -5, -20, 5), d2 = slope<T>(f, -40, -150, 50, 30, -10);
  const d3 = slope<T>(f, 120, 80, -70, -20, 10), d4 = slope<T>(f, -30, -5, 35, 5, -5), d5 = slope<T>(f, 4, 0, -5, 0, 1);
  return add<T>(add<T>(ma<T>(d0, t0, mul<T>(d1, t1)), ma<T>(d2, t2, mul<T>(d3, t3))), ma<T>(d4, t4, mul<T>(d5, t5)));
}

/** Numbers of the first two lanes in f64; f64 has no others. */
@inline function first<T>(v: v128): v128 { if (sizeof<T>() == 4) return f64x2.promote_low_f32x4(v); return v; }
@inline function last<T>(v: v128): v128 { if (sizeof<T>() == 4) return f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 0, 1)); return v; }
@inline function lanesOf<T>(a: v128, b: v128): v128 { if (sizeof<T>() == 4) return v128.shuffle<f32>(f32x4.demote_f64x2_zero(a), f32x4.demote_f64x2_zero(b), 0, 1, 4, 5); return a; }
/** One number of each pair, both in one register: of f32 lanes, and back to them. */
@inline function lefts(v: v128): v128 { return v128.shuffle<f32>(v, v, 0, 2, 0, 2); }
@inline function bothSides(v: v128): v128 { const w = f32x4.demote_f64x2_zero(v); return v128.shuffle<f32>(w, w, 0, 0, 1, 1); }
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

// Mostly the channels of a pair swing together (A = Yes): then both pairs are computed at once. Each case has loops of its own, one that looks
// places up and one that reads there, as what they share would not fit the registers (docs/decisions/0002-kernels.md, 13 and 14).
/** Of each of so many samples: an address a lane (A = Yes: of the first of a pair), the fractions, `free`. */
const LOOKED: i32 = 64, PLACE: usize = 48, PLACES = memory.data(64 * 48, 16);
@inline function alike<T>(m: usize, n: i32): bool {
  if (sizeof<T>() == 8) return false;
  const end = m + (<usize>n << 4);
  let differ = i32x4.splat(0);
  do { const v = v128.load(m); differ = v128.or(differ, f32x4.ne(v, swap<f32>(v))); m += 16; } while (m < end);
  return !v128.any_true(differ);
}
function lookUp<T, H, A>(c: usize, m: usize, ring: usize, position: i32, length: i32, n: i32): void {
  const perMs = f64x2.splat(RATE(c) / 1000), most = f64x2.splat(<f64>(length - 5)), delays = v128.load(P(c)), ca = f64x2.mul(first<T>(delays), perMs), cb = f64x2.mul(last<T>(delays), perMs);
  const both = v128.shuffle<f64>(ca, cb, 0, 2), end = PLACES + PLACE * n;
  let to = PLACES;
  do {
    const swings = v128.load(m);
    if (isFloat<A>()) {
      const D = held(both, f64x2.promote_low_f32x4(lefts(swings)), most), i = whole(D);
      store<usize>(to, around(ring, position, -i32x4.extract_lane(i, 0) - 3, length)); store<usize>(to, around(ring, position, -i32x4.extract_lane(i, 1) - 3, length), 8);
      v128.store(to, bothSides(f64x2.sub(D, f64x2.floor(D))), 16);
      if (isFloat<H>()) v128.store(to, bothSides(free(D, most)), 32);
    } else {
      const da = held(ca, first<T>(swings), most), db = held(cb, last<T>(swings), most), ia = whole(da), ib = whole(db);
      store<usize>(to, around(ring, position, -i32x4.extract_lane(ia, 0) - 3, length)); store<usize>(to, around(ring, position, -i32x4.extract_lane(ia, 1) - 3, length), 4);
      store<usize>(to, around(ring, position, -i32x4.extract_lane(ib, 0) - 3, length), 8); store<usize>(to, around(ring, position, -i32x4.extract_lane(ib, 1) - 3, length), 12);
      v128.store(to, lanesOf<T>(f64x2.sub(da, f64x2.floor(da)), f64x2.sub(db, f64x2.floor(db))), 16);
      if (isFloat<H>()) v128.store(to, lanesOf<T>(free(da, most), free(db, most)), 32);
    }
    if (++position == length) position = 0;
    m += 16; to += PLACE;
  } while (to < end);
}
/** The sample `by` bytes after the places of the lanes. */
@inline function readAt<T, A>(place: usize, by: usize): v128 {
  const a = load<usize>(place) + by, c = load<usize>(place, 8) + by;
  return isFloat<A>() ? readPairs<T>(a, c) : read<T>(a, load<usize>(place, 4) + by, c, load<usize>(place, 12) + by);
}
function pass<T, H, A>(c: usize, x: usize, y: usize, t: usize, ring: usize, position: i32, length: i32, n: i32): void {
  const p = P(c), angle = quarterTurns<T>(v128.load(p, 32)), dry = cosine<T>(angle), wet = sin<T>(angle), feedback = v128.load(p, 16), end = PLACES + PLACE * n;
  let place = PLACES;
  do {
    const f = v128.load(place, 16), v = v128.load(x), t5 = readAt<T, A>(place, 0), t4 = readAt<T, A>(place, 16), t3 = readAt<T, A>(place, 32),
      t2 = readAt<T, A>(place, 48), t1 = readAt<T, A>(place, 64), t0 = readAt<T, A>(place, 80), d = interpolated<T>(f, t0, t1, t2, t3, t4, t5);
    if (isFloat<H>()) { v128.store(t, d); v128.store(t, mul<T>(slopeOf<T>(f, t0, t1, t2, t3, t4, t5), v128.load(place, 32)), 16); t += 32; }
    const q = tidy<T>(ma<T>(feedback, d, v)), w = ring + (<usize>position << 4);
    v128.store(w, q);
    if (w < ring + GUARD) v128.store(w + (<usize>length << 4), q);
    v128.store(y, ma<T>(dry, v, mul<T>(wet, d)));
    if (++position == length) position = 0;
    x += 16; y += 16; place += PLACE;
  } while (place < end);
}
// An only pair leaves lanes to the sample after: two are read and computed at once where the delay is long enough for that (f32, no tape). What is set of
// the other pair is what nobody has turned since the start.
/** Looks up the places of so many samples, two in what is one of `lookUp`'s. Returns whether each can be read before the one before it is written. */
function lookUpTwo(c: usize, m: usize, ring: usize, position: i32, length: i32, n: i32): bool {
  const centre = f64x2.splat(<f64>load<f32>(P(c)) * (RATE(c) / 1000)), most = f64x2.splat(<f64>(length - 5)), end = m + (<usize>n << 4);
  let to = PLACES, least = most;
  do {
    const D = held(centre, f64x2.promote_low_f32x4(v128.load32_lane(m + 16, v128.load32_zero(m), 1)), most), i = whole(D);
    store<usize>(to, around(ring, position, -i32x4.extract_lane(i, 0) - 3, length)); store<usize>(to, around(ring, position, -i32x4.extract_lane(i, 1) - 2, length), 8);
    v128.store(to, bothSides(f64x2.sub(D, f64x2.floor(D))), 16);
    least = f64x2.pmin(least, D); position += 2;
    if (position >= length) position -= length;
    m += 32; to += PLACE;
  } while (m < end);
  return !v128.any_true(f64x2.lt(least, f64x2.splat(LEAST + 1)));
}
/** The first pairs of two samples. */
@inline function two(a: usize, b: usize): v128 { return v128.load64_lane(b, v128.load64_zero(a), 1); }
/** One of two, in both pairs. */
@inline function earlier(v: v128): v128 { return v128.shuffle<f64>(v, v, 0, 0); }
@inline function later(v: v128): v128 { return v128.shuffle<f64>(v, v, 1, 1); }
@inline function write(ring: usize, position: i32, length: i32, q: v128): void {
  const w = ring + (<usize>position << 4);
  v128.store(w, q);
  if (w < ring + GUARD) v128.store(w + (<usize>length << 4), q);
}
function passTwo(c: usize, x: usize, y: usize, ring: usize, position: i32, length: i32, n: i32): void {
  const p = P(c), angle = quarterTurns<f32>(earlier(v128.load(p, 32))), dry = cosine<f32>(angle), wet = sin<f32>(angle), feedback = earlier(v128.load(p, 16)), end = x + (<usize>n << 4);
  let place = PLACES;
  do {
    const a = load<usize>(place), b = load<usize>(place, 8), f = v128.load(place, 16), v = two(x, x + 16);
    const d = interpolated<f32>(f, two(a + 80, b + 80), two(a + 64, b + 64), two(a + 48, b + 48), two(a + 32, b + 32), two(a + 16, b + 16), two(a, b));
    const q = tidy<f32>(ma<f32>(feedback, d, v)), out = ma<f32>(dry, v, mul<f32>(wet, d));
    write(ring, position, length, earlier(q));
    if (++position == length) position = 0;
    write(ring, position, length, later(q));
    if (++position == length) position = 0;
    v128.store(y, earlier(out)); v128.store(y, later(out), 16);
    x += 32; y += 32; place += PLACE;
  } while (x < end);
}
function run<T, H>(c: usize, at: usize, n: i32): void {
  const s = S(c), ring = s + RING, length = load<i32>(s, 4);
  let x = X(c, 0) + at, m = X(c, 1) + at, y = Y(c, 0) + at, t = TAPE(c) + (at << 1), position = load<i32>(s);
  do {
    let k = min(n, LOOKED);
    const same = alike<T>(m, k), evens = k & ~1;
    if (!isFloat<H>() && same && evens > 0 && only(c) && lookUpTwo(c, m, ring, position, length, evens)) { k = evens; passTwo(c, x, y, ring, position, length, k); }
    else if (same) { lookUp<T, H, Yes>(c, m, ring, position, length, k); pass<T, H, Yes>(c, x, y, t, ring, position, length, k); }
    else { lookUp<T, H, No>(c, m, ring, position, length, k); pass<T, H, No>(c, x, y, t, ring, position, length, k); }
    const bytes = <usize>k << 4;
    position += k;
    if (position >= length) position -= length;
    x += bytes; m += bytes; y += bytes; t += bytes << 1; n -= k;
  } while (n > 0);
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
    const gi = mul<T>(inner<T>(f), gd), ge = mul<T>(early<T>(f), gd), gl = mul<T>(late<T>(f), gd);
    spread<T>(A, B, C, D, mul<T>(plus<T>(v128.neg<T>(f), -1), ge)); spread<T>(A + 16, B + 16, C + 16, D + 16, mul<T>(times<T>(5, plus<T>(f, 2)), ge));
    spread<T>(A + 32, B + 32, C + 32, D + 32, mul<T>(sub<T>(one, f), gi)); spread<T>(A + 48, B + 48, C + 48, D + 48, mul<T>(f, gi));
    spread<T>(A + 64, B + 64, C + 64, D + 64, mul<T>(times<T>(-5, plus<T>(f, -3)), gl)); spread<T>(A + 80, B + 80, C + 80, D + 80, mul<T>(plus<T>(f, -2), gl));
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
