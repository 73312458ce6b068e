import { K, Yes, No, add, sub, mul, div, ma, swap, exp2, sin, cosine, quarterTurns, gather, P, S, TAPE, GP, GS, RATE, X, Y, GX, GY } from "./lanes";
// stereo-reverb (C = Yes): params size, damping, width, mix. reverb (C = No): without width; each channel by itself, with the same delays. Six all-passes in series diffuse the input; a feedback delay network of eight lines per
// channel makes the decay (Jot and Chaigne, AES 90, 1991): line → absorption (gain and one-pole low-pass, both from the decay time) →
// Hadamard matrix → line. Odd lines come back in the other channel. One ring holds the left and the right line, read at two places.
// state: header of 14 rings (lines 0…7, all-passes 8…13), each [position][left delay][right delay][byte offset of the ring]; the eight
// low-passes; the rings. "Left" is the delay of what arrives in the left lanes. The adjoint's state has the same layout.
// tape: for every line the input of its low-pass less its state (8 words), the state after (8), the diffused input (1).
const LINES: i32 = 8, RINGS: i32 = 14, LOWPASSES: usize = 224;
/** Longest decay ÷ shortest, the shortest (s), and ln 1000 (an amplitude 60 dB down); lowest ratio of the decay times at 8 kHz and below. */
const LOG2_SPAN: f64 = 6.906890595608519, LN_SPAN: f64 = 4.787491742782046, SHORTEST: f64 = 0.1, LN_1000: f64 = 6.907755278982137;
const LOG2_DARKEST: f64 = 3.321928094887362, LN_DARKEST: f64 = 2.302585092994046;
const LOG2_E: f64 = 1.4426950408889634, LN_FLOOR: f64 = -9.210340371976182;    // a pass costs at most 40 dB more at 8 kHz
const DIFFUSION: f64 = 0.6, ROOT8: f64 = 2.8284271247461903, QUARTER_PI: f64 = 0.7853981633974483;
/** Memories below about 1e-31 are lost when this is added and taken away again: no denormals, whatever the block. */
const TINY: f64 = 1e-24;

// Of the present call: where each ring is read (left, right) and written, 12 bytes each; a and g of each line; sums of their gradients.
const PLACES = memory.data(168, 16), COEFFICIENTS = memory.data(256, 16), SUMS = memory.data(256, 16);

/** Finds the places of the first rings, and for how many of `left` samples none of them comes to its end. */
function aim(state: usize, left: i32, rings: i32): i32 {
  let k = 0, most = left, to = PLACES;
  do {
    const h = state + (<usize>k << 4), at = load<i32>(h), l = load<i32>(h, 4), r = load<i32>(h, 8), length = max(l, r), ring = state + <usize>load<i32>(h, 12);
    let a = at + length - l, b = at + length - r;
    if (a >= length) a -= length;
    if (b >= length) b -= length;
    most = min(most, length - max(at, max(a, b)));
    store<usize>(to, ring + (<usize>a << 4)); store<usize>(to, ring + (<usize>b << 4), 4); store<usize>(to, ring + (<usize>at << 4), 8);
    to += 12;
  } while (++k < rings);
  return most;
}
function advance(state: usize, by: i32, rings: i32): void {
  let k = 0;
  do {
    const h = state + (<usize>k << 4), at = load<i32>(h) + by;
    store<i32>(h, at == max(load<i32>(h, 4), load<i32>(h, 8)) ? 0 : at);
  } while (++k < rings);
}
@inline function leftPlace(k: i32, o: usize): v128 { return v128.load(load<usize>(PLACES + 12 * k) + o); }
@inline function rightPlace(k: i32, o: usize): v128 { return v128.load(load<usize>(PLACES + 12 * k + 4) + o); }
@inline function write(k: i32, o: usize, v: v128): void { v128.store(load<usize>(PLACES + 12 * k + 8) + o, v); }
/** Left lanes of a, right lanes of b. */
@inline function straight<T>(a: v128, b: v128): v128 { if (sizeof<T>() == 4) return v128.shuffle<f32>(a, b, 0, 5, 2, 7); return v128.shuffle<f64>(a, b, 0, 3); }
/** Right lanes of a to the left, left lanes of b to the right. */
@inline function crossed<T>(a: v128, b: v128): v128 { if (sizeof<T>() == 4) return v128.shuffle<f32>(a, b, 1, 4, 3, 6); return v128.shuffle<f64>(a, b, 1, 2); }
@inline function read<T, C>(k: i32, o: usize): v128 {
  if (!isFloat<C>()) return leftPlace(k, o);
  return k & 1 ? crossed<T>(leftPlace(k, o), rightPlace(k, o)) : straight<T>(leftPlace(k, o), rightPlace(k, o));
}
/** The transpose of `read`, in reversed time. */
@inline function readBack<T, C>(k: i32, o: usize): v128 { return isFloat<C>() && (k & 1) ? crossed<T>(rightPlace(k, o), leftPlace(k, o)) : straight<T>(leftPlace(k, o), rightPlace(k, o)); }
@inline function tidy<T>(v: v128): v128 { return sub<T>(add<T>(v, K<T>(TINY)), K<T>(TINY)); }

/**
 * Schroeder's all-pass (z^-d − h)/(1 − h z^-d) of ring k, n samples from `from` to `to`: each in a loop of its own, as six in a row would be a long way
 * for every sample (docs/decisions/0002-kernels.md, 14), and their short rings would end the lines' loop every few samples.
 */
function allpass<T, C>(state: usize, k: i32, from: usize, to: usize, n: i32): void {
  const head = state + (<usize>k << 4), l = load<i32>(head, 4), r = load<i32>(head, 8), length = max(l, r), ring = state + <usize>load<i32>(head, 12), h = K<T>(DIFFUSION);
  let at = load<i32>(head);
  do {
    let a = at + length - l, b = at + length - r;
    if (a >= length) a -= length;
    if (b >= length) b -= length;
    const m = min(n, length - max(at, max(a, b))), end = from + (<usize>m << 4);
    let left = ring + (<usize>a << 4), right = ring + (<usize>b << 4), here = ring + (<usize>at << 4);
    do {
      const z = isFloat<C>() ? straight<T>(v128.load(left), v128.load(right)) : v128.load(left), w = tidy<T>(ma<T>(h, z, v128.load(from)));
      v128.store(here, w);
      v128.store(to, sub<T>(z, mul<T>(h, w)));
      left += 16; right += 16; here += 16; from += 16; to += 16;
    } while (from < end);
    at += m; n -= m;
    if (at == length) at = 0;
  } while (n > 0);
  store<i32>(head, at);
}
@inline function allpassBack<T>(k: i32, o: usize, u: v128): v128 {
  const h = K<T>(DIFFUSION), w = tidy<T>(sub<T>(straight<T>(leftPlace(k, o), rightPlace(k, o)), mul<T>(h, u)));
  write(k, o, ma<T>(h, w, u));
  return w;
}

// What the parameters mean.
@inline function decayTime<T>(p: usize): v128 { return mul<T>(K<T>(SHORTEST), exp2<T>(mul<T>(v128.load(p), K<T>(LOG2_SPAN)))); }
/** Decay time below ÷ decay time at 8 kHz. */
@inline function darkness<T>(p: usize): v128 { return exp2<T>(mul<T>(v128.load(p, 16), K<T>(LOG2_DARKEST))); }
/** −ln of what a pass through line k leaves of an amplitude, at low frequencies: its delay (s) ln 1000 / decay time. */
@inline function loss<T>(state: usize, k: i32, perSample: v128): v128 {
  const l = <f64>load<i32>(state + (<usize>k << 4), 4), r = <f64>load<i32>(state + (<usize>k << 4), 8);
  return mul<T>(perSample, sizeof<T>() == 4 ? f32x4(<f32>l, <f32>r, <f32>l, <f32>r) : f64x2(l, r));
}
@inline function perSampleOf<T>(c: usize): v128 { return div<T>(K<T>(LN_1000 / RATE(c)), decayTime<T>(P(c))); }
@inline function exp<T>(x: v128): v128 { return exp2<T>(mul<T>(x, K<T>(LOG2_E))); }
/** ln of the power that the low-pass leaves at 8 kHz, before its floor. */
@inline function lnPower<T>(e: v128, dark: v128): v128 { return mul<T>(mul<T>(e, K<T>(-2)), sub<T>(dark, K<T>(1))); }
/** cos of 8 kHz, or of 0.45 of the sample rate where that is less. */
@inline function cosOf(c: usize): f64 { return Math.cos(2 * Math.PI * Math.min(8000 / RATE(c), 0.45)); }
// Low-pass s += a (r − s): with p = 1 − a, |H(ω)|² = (1 − p)²/(1 − 2 p cos ω + p²) is ρ at 8 kHz where (1 − ρ) p² − 2 (1 − ρ cos ω) p + (1 − ρ) = 0;
// root = √((1 − ρ cos ω)² − (1 − ρ)²).
@inline function rootOf<T>(rho: v128, cos: f64): v128 { return v128.sqrt<T>(mul<T>(mul<T>(rho, K<T>(1 - cos)), sub<T>(K<T>(2), mul<T>(rho, K<T>(1 + cos))))); }
@inline function aOf<T>(rho: v128, root: v128, cos: f64): v128 {
  return div<T>(ma<T>(rho, K<T>(1 - cos), root), add<T>(sub<T>(K<T>(1), mul<T>(rho, K<T>(cos))), root));
}
/** Mean of left and right. */
@inline function both<T>(v: v128): v128 { return mul<T>(add<T>(v, swap<T>(v)), K<T>(0.5)); }
/** Fills COEFFICIENTS. Returns the sum of the powers that the lines leave, E. Power in must equal power out: β² E = 1 − E/8. */
@inline function prepare<T, C>(c: usize, state: usize): v128 {
  const perSample = perSampleOf<T>(c), dark = darkness<T>(P(c)), cos = cosOf(c);
  let k = 0, E = K<T>(0), to = COEFFICIENTS;
  do {
    const e = loss<T>(state, k, perSample), gamma = exp<T>(v128.neg<T>(e)), rho = exp<T>(v128.max<T>(lnPower<T>(e, dark), K<T>(LN_FLOOR)));
    v128.store(to, aOf<T>(rho, rootOf<T>(rho, cos), cos)); v128.store(to, mul<T>(gamma, K<T>(1 / ROOT8)), 128);
    E = ma<T>(gamma, gamma, E); to += 16;
  } while (++k < LINES);
  return isFloat<C>() ? both<T>(E) : E;
}
@inline function betaOf<T>(E: v128): v128 { return v128.sqrt<T>(sub<T>(div<T>(K<T>(1), E), K<T>(0.125))); }
/** 0 where left and right are apart for good. */
@inline function widthAngle<T, C>(p: usize): v128 { return isFloat<C>() ? mul<T>(sub<T>(K<T>(1), v128.load(p, 32)), K<T>(QUARTER_PI)) : K<T>(0); }
@inline function mixAngle<T, C>(p: usize): v128 { return quarterTurns<T>(isFloat<C>() ? v128.load(p, 48) : v128.load(p, 32)); }

@inline function absorb<T, C, H>(k: i32, o: usize, lowpasses: usize, t: usize): v128 {
  const at = lowpasses + 16 * k, s = v128.load(at), e = sub<T>(read<T, C>(k, o), s), s1 = tidy<T>(ma<T>(v128.load(COEFFICIENTS + 16 * k), e, s));
  v128.store(at, s1);
  if (isFloat<H>()) { v128.store(t, e); v128.store(t, s1, 128); }
  return mul<T>(v128.load(COEFFICIENTS + 128 + 16 * k), s1);
}
/** Samples that are diffused at once, and what comes of them. */
const DIFFUSED: i32 = 128, DIFFUSE = memory.data(128 * 16, 16);
@inline function run<T, C, H>(c: usize, at: usize, n: i32): void {
  let x = X(c, 0) + at, y = Y(c, 0) + at, t = TAPE(c) + at * 17, left = n;
  const state = S(c), beta = betaOf<T>(prepare<T, C>(c, state));
  do {
    const m = min(left, DIFFUSED), bytes = <usize>m << 4;
    allpass<T, C>(state, 8, x, DIFFUSE, m);
    let k = 9;
    do { allpass<T, C>(state, k, DIFFUSE, DIFFUSE, m); } while (++k < RINGS);
    lines<T, C, H>(c, beta, x, y, t, m);
    x += bytes; y += bytes; t += bytes * 17; left -= m;
  } while (left > 0);
}
/** The feedback delay network: x and what is diffused of it to y. */
function lines<T, C, H>(c: usize, beta: v128, x: usize, y: usize, t: usize, left: i32): void {
  const p = P(c), state = S(c), lowpasses = state + LOWPASSES, wa = widthAngle<T, C>(p), ma0 = mixAngle<T, C>(p);
  const dry = cosine<T>(ma0), wet = mul<T>(sin<T>(ma0), K<T>(ROOT8)), same = mul<T>(wet, cosine<T>(wa)), other = mul<T>(wet, sin<T>(wa));
  let diffuse = DIFFUSE;
  do {
    const m = aim(state, left, LINES), end = <usize>m << 4;
    let o: usize = 0;
    do {
      const v = v128.load(x), u = v128.load(diffuse), i = mul<T>(beta, u);
      const v0 = absorb<T, C, H>(0, o, lowpasses, t), v1 = absorb<T, C, H>(1, o, lowpasses, t + 16), v2 = absorb<T, C, H>(2, o, lowpasses, t + 32), v3 = absorb<T, C, H>(3, o, lowpasses, t + 48);
      const v4 = absorb<T, C, H>(4, o, lowpasses, t + 64), v5 = absorb<T, C, H>(5, o, lowpasses, t + 80), v6 = absorb<T, C, H>(6, o, lowpasses, t + 96), v7 = absorb<T, C, H>(7, o, lowpasses, t + 112);
      if (isFloat<H>()) { v128.store(t, u, 256); t += 272; }
      const a0 = add<T>(v0, v1), a1 = sub<T>(v0, v1), a2 = add<T>(v2, v3), a3 = sub<T>(v2, v3), a4 = add<T>(v4, v5), a5 = sub<T>(v4, v5), a6 = add<T>(v6, v7), a7 = sub<T>(v6, v7);
      // Out: + + + − + − + +
      const w = add<T>(add<T>(a0, a3), add<T>(a5, a6));
      v128.store(y, ma<T>(dry, v, isFloat<C>() ? ma<T>(same, w, mul<T>(other, swap<T>(w))) : mul<T>(wet, w)));
      const b0 = add<T>(a0, a2), b1 = add<T>(a1, a3), b2 = sub<T>(a0, a2), b3 = sub<T>(a1, a3), b4 = add<T>(a4, a6), b5 = add<T>(a5, a7), b6 = sub<T>(a4, a6), b7 = sub<T>(a5, a7);
      // In: + + − + + − − −
      write(0, o, add<T>(add<T>(b0, b4), i)); write(1, o, add<T>(add<T>(b1, b5), i)); write(2, o, sub<T>(add<T>(b2, b6), i)); write(3, o, add<T>(add<T>(b3, b7), i));
      write(4, o, add<T>(sub<T>(b0, b4), i)); write(5, o, sub<T>(sub<T>(b1, b5), i)); write(6, o, sub<T>(sub<T>(b2, b6), i)); write(7, o, sub<T>(sub<T>(b3, b7), i));
      x += 16; y += 16; o += 16; diffuse += 16;
    } while (o < end);
    advance(state, m, LINES);
    left -= m;
  } while (left > 0);
}

/** Line k backwards: v is the gradient after its gain. Adds to SUMS, carries the low-pass, writes the gradient of what the line gave. */
@inline function absorbBack<T>(k: i32, o: usize, lowpasses: usize, t: usize, v: v128): void {
  const at = lowpasses + 16 * k, sums = SUMS + 16 * k, a = v128.load(COEFFICIENTS + 16 * k);
  const l = ma<T>(v128.load(COEFFICIENTS + 128 + 16 * k), v, v128.load(at)), r = mul<T>(a, l);
  v128.store(sums, ma<T>(l, v128.load(t + 16 * k), v128.load(sums))); v128.store(sums, ma<T>(v, v128.load(t + 16 * k, 128), v128.load(sums, 128)), 128);
  v128.store(at, tidy<T>(sub<T>(l, r)));
  write(k, o, r);
}
/** What line k gave to the output matrix. */
@inline function given<T>(k: i32, t: usize): v128 { return mul<T>(v128.load(COEFFICIENTS + 128 + 16 * k), v128.load(t + 16 * k, 128)); }
@inline function adjoint<T, C>(c: usize, at: usize, gat: usize, n: i32): void {
  const p = P(c), gp = GP(c), state = GS(c), lowpasses = state + LOWPASSES, E = prepare<T, C>(c, state), beta = betaOf<T>(E), wa = widthAngle<T, C>(p), ma0 = mixAngle<T, C>(p), root8 = K<T>(ROOT8);
  const dry = cosine<T>(ma0), wet = sin<T>(ma0), same = cosine<T>(wa), other = sin<T>(wa), len = <usize>n << 4;
  let x = X(c, 0) + at + len, gx = GX(c, 0) + gat + len, gy = GY(c, 0) + gat + len, t = TAPE(c) + (at + len) * 17, left = n;
  let gmix = K<T>(0), gwidth = K<T>(0), gbeta = K<T>(0);
  memory.fill(SUMS, 0, 256);
  do {
    const m = aim(state, left, RINGS), end = <usize>m << 4;
    let o: usize = 0;
    do {
      x -= 16; gx -= 16; gy -= 16; t -= 272;
      const u = v128.load(gy), uw = mul<T>(u, wet), uo = mul<T>(root8, isFloat<C>() ? ma<T>(same, uw, mul<T>(other, swap<T>(uw))) : uw);
      const w = mul<T>(root8, add<T>(add<T>(add<T>(given<T>(0, t), given<T>(1, t)), sub<T>(given<T>(2, t), given<T>(3, t))), add<T>(sub<T>(given<T>(4, t), given<T>(5, t)), add<T>(given<T>(6, t), given<T>(7, t))))), sw = swap<T>(w);
      gmix = ma<T>(u, sub<T>(mul<T>(dry, isFloat<C>() ? ma<T>(same, w, mul<T>(other, sw)) : w), mul<T>(wet, v128.load(x))), gmix);
      if (isFloat<C>()) gwidth = ma<T>(uw, sub<T>(mul<T>(other, w), mul<T>(same, sw)), gwidth);
      const q0 = readBack<T, C>(0, o), q1 = readBack<T, C>(1, o), q2 = readBack<T, C>(2, o), q3 = readBack<T, C>(3, o), q4 = readBack<T, C>(4, o), q5 = readBack<T, C>(5, o), q6 = readBack<T, C>(6, o), q7 = readBack<T, C>(7, o);
      const d = sub<T>(sub<T>(sub<T>(add<T>(add<T>(q0, q1), add<T>(q3, q4)), q2), add<T>(q5, q6)), q7);
      gbeta = ma<T>(d, v128.load(t, 256), gbeta);
      const a0 = add<T>(q0, q1), a1 = sub<T>(q0, q1), a2 = add<T>(q2, q3), a3 = sub<T>(q2, q3), a4 = add<T>(q4, q5), a5 = sub<T>(q4, q5), a6 = add<T>(q6, q7), a7 = sub<T>(q6, q7);
      const b0 = add<T>(a0, a2), b1 = add<T>(a1, a3), b2 = sub<T>(a0, a2), b3 = sub<T>(a1, a3), b4 = add<T>(a4, a6), b5 = add<T>(a5, a7), b6 = sub<T>(a4, a6), b7 = sub<T>(a5, a7);
      absorbBack<T>(0, o, lowpasses, t, add<T>(add<T>(b0, b4), uo)); absorbBack<T>(1, o, lowpasses, t, add<T>(add<T>(b1, b5), uo));
      absorbBack<T>(2, o, lowpasses, t, add<T>(add<T>(b2, b6), uo)); absorbBack<T>(3, o, lowpasses, t, sub<T>(add<T>(b3, b7), uo));
      absorbBack<T>(4, o, lowpasses, t, add<T>(sub<T>(b0, b4), uo)); absorbBack<T>(5, o, lowpasses, t, sub<T>(sub<T>(b1, b5), uo));
      absorbBack<T>(6, o, lowpasses, t, add<T>(sub<T>(b2, b6), uo)); absorbBack<T>(7, o, lowpasses, t, add<T>(sub<T>(b3, b7), uo));
      v128.store(gx, ma<T>(dry, u, allpassBack<T>(8, o, allpassBack<T>(9, o, allpassBack<T>(10, o, allpassBack<T>(11, o, allpassBack<T>(12, o, allpassBack<T>(13, o, mul<T>(beta, d)))))))));
      o += 16;
    } while (o < end);
    advance(state, m, RINGS);
    left -= m;
  } while (left > 0);
  toDecay<T>(c, state, div<T>(gbeta, mul<T>(K<T>(-2), mul<T>(beta, mul<T>(E, E)))));
  if (isFloat<C>()) gather<T>(gp + 64, mul<T>(gwidth, K<T>(QUARTER_PI)));
  gather<T>(isFloat<C>() ? gp + 96 : gp + 64, quarterTurns<T>(gmix));
}
/** From SUMS (gradients of a and g of each line) and the gradient of E to size and damping. d loss/d size = −loss ln 120. */
@inline function toDecay<T>(c: usize, state: usize, gE: v128): void {
  const perSample = perSampleOf<T>(c), dark = darkness<T>(P(c)), cos = cosOf(c), floor = K<T>(LN_FLOOR), two = K<T>(2), one = K<T>(1);
  let k = 0, size = K<T>(0), damping = K<T>(0), from: usize = 0;
  do {
    const e = loss<T>(state, k, perSample), g = v128.load(COEFFICIENTS + from, 128), a = v128.load(COEFFICIENTS + from), ln = lnPower<T>(e, dark);
    const rho = exp<T>(v128.max<T>(ln, floor)), q = sub<T>(one, a);
    // da/dρ = ((p² + 1) − 2 p cos ω)/(2 root), times ρ for d ln ρ
    const slope = div<T>(mul<T>(rho, sub<T>(ma<T>(q, q, one), mul<T>(q, K<T>(2 * cos)))), mul<T>(two, rootOf<T>(rho, cos)));
    const gl = v128.and(mul<T>(v128.load(SUMS + from), slope), v128.gt<T>(ln, floor));
    size = ma<T>(e, ma<T>(g, v128.load(SUMS + from, 128), mul<T>(gl, mul<T>(two, sub<T>(dark, one)))), size);
    // γ² = 8 g²; E is the mean of both channels
    size = ma<T>(gE, both<T>(mul<T>(mul<T>(K<T>(16), mul<T>(g, g)), e)), size);
    damping = sub<T>(damping, mul<T>(gl, mul<T>(two, mul<T>(e, dark))));
    from += 16;
  } while (++k < LINES);
  gather<T>(GP(c), mul<T>(size, K<T>(LN_SPAN))); gather<T>(GP(c) + 32, mul<T>(damping, K<T>(LN_DARKEST)));
}
export function stereo_reverb_run_f32(c: usize, at: usize, n: i32, keep: i32): void { if (keep) run<f32, Yes, Yes>(c, at, n); else run<f32, Yes, No>(c, at, n); }
export function stereo_reverb_adj_f32(c: usize, at: usize, gat: usize, n: i32): void { adjoint<f32, Yes>(c, at, gat, n); }
export function stereo_reverb_run_f64(c: usize, at: usize, n: i32, keep: i32): void { if (keep) run<f64, Yes, Yes>(c, at, n); else run<f64, Yes, No>(c, at, n); }
export function stereo_reverb_adj_f64(c: usize, at: usize, gat: usize, n: i32): void { adjoint<f64, Yes>(c, at, gat, n); }
export function reverb_run_f32(c: usize, at: usize, n: i32, keep: i32): void { if (keep) run<f32, No, Yes>(c, at, n); else run<f32, No, No>(c, at, n); }
export function reverb_adj_f32(c: usize, at: usize, gat: usize, n: i32): void { adjoint<f32, No>(c, at, gat, n); }
export function reverb_run_f64(c: usize, at: usize, n: i32, keep: i32): void { if (keep) run<f64, No, Yes>(c, at, n); else run<f64, No, No>(c, at, n); }
export function reverb_adj_f64(c: usize, at: usize, gat: usize, n: i32): void { adjoint<f64, No>(c, at, gat, n); }
