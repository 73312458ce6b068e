import { K, add, sub, mul, div, ma, pick, swap, decay, flush, RATE } from "./lanes";
import { sided, lefts, rights, linked, toChannels, slidingMax, slidingMaxNoted, slidingMaxReady, slidingMaxAdjoint } from "./detector";
import { SHORT_SPAN, giveQuarters, nearOf, quarter, quarters } from "./between";
// What the limiter does first: what lasts is turned down slowly, and of what is left the tips are clipped.
//   a = max(0, 1 - ceiling / |x|) of the louder channel → l, largest of the last `long`, half a period of the lowest tones → s, slow follower of
//   l + BEYOND l (1 - l); z = (1 - s) x
//   y = z - e, e: what of z and of three points between its samples lies beyond ± ceiling, brought back to the rate by a triangle (J. O. Smith,
//   Digital Audio Resampling Home Page: linear interpolation, sinc² as response).
// A gain that moves as fast as peaks come and go bends every tone that sounds beside them, over their whole length; a clip only tips, and spreads
// what it does over the spectrum. It is exactly nothing below the ceiling. Where it does not do, the limiter behind it has to.
// state, in that of the limiter: [i32 at 28 whether anything is turned down or clipped, at 36 how many samples are still to be looked between], 80 s, 96
// what the points behind a sample leave for the next one (backwards: its gradient), 112 ring of z (16 samples, and its first 11 once more), then four
// of e; at the offset in word 5 the ring of l.
// tape, TIP_TAPES bytes of a sample: x, (s, l), winners of l | who is clipped.
export const TIP_TAPES: usize = 3 * 16, ZS: usize = 112, LOST: usize = ZS + (16 + 11) * 16, TIP_STATE: usize = LOST + 4 * 16;
export const CLIP_LATENCY: i32 = SHORT_SPAN / 2 + 2;
/** A sample is looked beside for as long as the short interpolator reads it, and what was clipped there is in the filter behind for another four. */
export const HOT: i32 = SHORT_SPAN + 5;
const Z_LOOK: i32 = SHORT_SPAN - 1, OVER: i32 = 1 << 21, UNDER: i32 = 1 << 25;
/**
 * Time constant of the slow follower, ms, and by how much it aims beyond, so that it arrives: at a reduction of 0.5 after 1.2 s. Chosen by
 * experiments/limiter on the songs of `tuning`: 50 ms leaves songs out of reach of -9 LUFS, 100 ms is heard more (zimtohrli), 600 ms does as 300.
 */
const SLOW: f64 = 300, BEYOND: f64 = 0.04;
/** Its coefficient. */
@inline export function followOf<T>(c: usize): v128 { return decay<T>(K<T>(1000 / (RATE(c) * SLOW))); }

@inline function bits(mask: v128, bit: i32): v128 { return v128.and(mask, i32x4.splat(bit)); }
/** What of q lies beyond ± ceiling. */
@inline function beyond<T>(q: v128, ceiling: v128): v128 { return sub<T>(q, v128.pmin<T>(v128.pmax<T>(q, v128.neg<T>(ceiling)), ceiling)); }
/** Which points lie beyond: bits of point k. */
@inline function sidesOf<T>(q: v128, ceiling: v128, k: i32): v128 {
  return v128.or(bits(v128.gt<T>(q, ceiling), OVER << k), bits(v128.lt<T>(q, v128.neg<T>(ceiling)), UNDER << k));
}
/**
 * Symmetric, so that it is its own transpose: 1 - sin⁴(π f / rate), closed at half the rate, where the detector behind does not see enough, by
 * a zero that leaves what is below a quarter of it. Late by 2.
 */
@inline function narrow<T>(ring: usize, count: i32, e: v128): v128 {
  const slot = ring + (<usize>(count & 3) << 4), e4 = v128.load(slot), e1 = v128.load(ring + (<usize>((count - 1) & 3) << 4)),
    e2 = v128.load(ring + (<usize>((count - 2) & 3) << 4)), e3 = v128.load(ring + (<usize>((count - 3) & 3) << 4));
  v128.store(slot, e);
  return ma<T>(K<T>(0.625), e2, sub<T>(mul<T>(K<T>(0.25), add<T>(e1, e3)), mul<T>(K<T>(0.0625), add<T>(e, e4))));
}
/** Reductions that 1 - s does not show: they are none, as of the next of every so many samples, so that there is an end of them. */
export const SETTLING: i32 = 64;
@inline export function settled<T>(v: v128): v128 { return v128.and(v, v128.gt<T>(v128.abs<T>(v), K<T>(sizeof<T>() == 4 ? 1.5e-8 : 1e-17))); }
/** Puts z into its ring. */
@inline export function keepZ(ring: usize, count: i32, z: v128): void {
  const slot = count & 15;
  v128.store(ring + (<usize>slot << 4), z);
  if (slot < Z_LOOK) v128.store(ring + (<usize>(slot + 16) << 4), z);
}
/** n samples at x to y, which may be the same. s: the limiter's state. */
@inline export function cut<T, H>(s: usize, ceiling: v128, follow: v128, x: usize, y: usize, t: usize, step: usize, n: i32): void {
  const long = load<i32>(s, 24), lasts = s + load<i32>(s, 20), ring = s + ZS, end = x + (<usize>n << 4);
  const one = K<T>(1), zero = K<T>(0), near = mul<T>(ceiling, nearOf<T>());
  let count = load<i32>(s), hot = load<i32>(s, 36), slow = v128.load(s, 80), left = v128.load(s, 96), most = zero;
  if (isFloat<H>()) slidingMaxReady<T>(lasts, count, long);
  do {
    if (!(count & (SETTLING - 1))) slow = settled<T>(slow);
    const v = v128.load(x), a = sub<T>(one, div<T>(ceiling, v128.pmax<T>(linked<T>(v), ceiling))),
      l = isFloat<H>() ? slidingMaxNoted<T>(lasts, count, long, a, i32x4.splat(0), t + 32) : slidingMax<T>(lasts, count, long, a),
      aim = ma<T>(mul<T>(l, K<T>(BEYOND)), sub<T>(one, l), l);
    slow = ma<T>(follow, sub<T>(aim, slow), slow); most = l;
    const z = mul<T>(v, sub<T>(one, slow));
    keepZ(ring, count, z);
    const begin = ring + (<usize>((count - Z_LOOK) & 15) << 4), here = v128.load(begin, (SHORT_SPAN / 2 - 1) * 16);
    let lost = left, clipped = i32x4.splat(0);
    left = zero;
    if (v128.any_true(v128.gt<T>(v128.abs<T>(z), near))) hot = HOT;
    if (hot > 0) {
      hot--;
      quarters<T>(begin);
      const e0 = beyond<T>(here, ceiling), e1 = beyond<T>(quarter(1), ceiling), e2 = beyond<T>(quarter(2), ceiling), e3 = beyond<T>(quarter(3), ceiling);
      // Weights of the triangle, in sixteenths: 4 here, 3 2 1 behind it, 1 2 3 before the next sample.
      const even = mul<T>(K<T>(0.125), add<T>(e2, add<T>(e1, e3))), odd = mul<T>(K<T>(0.0625), sub<T>(e1, e3));
      lost = add<T>(lost, ma<T>(K<T>(0.25), e0, add<T>(even, odd)));
      left = sub<T>(even, odd);
      if (isFloat<H>()) clipped = v128.or(v128.or(sidesOf<T>(here, ceiling, 0), sidesOf<T>(quarter(1), ceiling, 1)), v128.or(sidesOf<T>(quarter(2), ceiling, 2), sidesOf<T>(quarter(3), ceiling, 3)));
    }
    v128.store(y, sub<T>(v128.load(ring + (<usize>((count - CLIP_LATENCY) & 15) << 4)), narrow<T>(s + LOST, count, lost)));
    if (isFloat<H>()) {
      v128.store(t, v); v128.store(t, sided<T>(slow, l), 16); v128.store(t, v128.or(v128.load(t, 32), clipped), 32);
      t += step;
    }
    x += 16; y += 16; count++;
  } while (x < end);
  slow = flush<T>(slow);
  v128.store(s, slow, 80); v128.store(s, left, 96); store<i32>(s, hot, 36);
  store<i32>(s, hot > 0 || v128.any_true(v128.ne<T>(v128.or(slow, most), zero)), 28);
}
/** The gradient g of what point k loses, where it is clipped. */
@inline function clippedGradient<T>(g: v128, word: v128, k: i32): v128 { return v128.and(g, i32x4.ne(bits(word, (OVER | UNDER) << k), i32x4.splat(0))); }
/** The same of the ceiling: what is above it loses less as it rises, what is below its negative loses more, being negative. */
@inline function ofCeiling<T>(g: v128, word: v128, k: i32): v128 { return pick(i32x4.ne(bits(word, OVER << k), i32x4.splat(0)), v128.neg<T>(g), g); }
/** Gradients at gx of what `cut` gave → of what it was given, in place; `t` and `count` are behind the last sample. Returns that of the ceiling, of each lane. */
@inline export function cutAdjoint<T>(c: usize, s: usize, ceiling: v128, gx: usize, t: usize, step: usize, count: i32, n: i32): v128 {
  const long = load<i32>(s, 24), lasts = s + load<i32>(s, 20), ring = s + ZS, start = gx;
  const one = K<T>(1), zero = K<T>(0), half = K<T>(0.5), follow = followOf<T>(c);
  let ls = v128.load(s, 80), next = v128.load(s, 96), gc = zero;
  gx += <usize>n << 4;
  do {
    gx -= 16; t -= step; count--;
    const g = v128.load(gx), u = narrow<T>(s + LOST, count, g), word = v128.load(t, 32), v = v128.load(t), pair = v128.load(t, 16), l = rights<T>(pair),
      even = mul<T>(K<T>(-0.125), add<T>(u, next)), odd = mul<T>(K<T>(0.0625), sub<T>(next, u));
    const late = ring + (<usize>((count - CLIP_LATENCY) & 15) << 4);
    v128.store(late, add<T>(v128.load(late), g));
    next = u;
    const g0 = clippedGradient<T>(mul<T>(K<T>(-0.25), u), word, 0), g1 = clippedGradient<T>(add<T>(even, odd), word, 1), g2 = clippedGradient<T>(even, word, 2),
      g3 = clippedGradient<T>(sub<T>(even, odd), word, 3), slot = ring + (<usize>((count - SHORT_SPAN / 2) & 15) << 4);
    v128.store(slot, add<T>(v128.load(slot), g0));
    if (v128.any_true(bits(word, 255 * OVER))) {
      giveQuarters<T>(g1, g2, g3, ring, count - Z_LOOK, 15);
      gc = add<T>(gc, add<T>(add<T>(ofCeiling<T>(g0, word, 0), ofCeiling<T>(g1, word, 1)), add<T>(ofCeiling<T>(g2, word, 2), ofCeiling<T>(g3, word, 3))));
    }
    const here = ring + (<usize>(count & 15) << 4), gz = v128.load(here), gv = mul<T>(gz, v), gSlow = sub<T>(ls, add<T>(gv, swap<T>(gv))),
      part = mul<T>(follow, gSlow), level = linked<T>(v);
    v128.store(here, zero);
    ls = sub<T>(gSlow, part);
    const gl = mul<T>(part, ma<T>(K<T>(BEYOND), sub<T>(one, add<T>(l, l)), one)), per = v128.and(div<T>(one, level), v128.gt<T>(level, ceiling)),
      ga = mul<T>(slidingMaxAdjoint<T>(lasts, count, long, word, gl), per);
    // Both lanes hold the gradient of their pair: half of it each.
    gc = sub<T>(gc, mul<T>(half, ga));
    v128.store(gx, ma<T>(gz, sub<T>(one, lefts<T>(pair)), toChannels<T>(mul<T>(mul<T>(ga, per), ceiling), v)));
  } while (gx > start);
  v128.store(s, flush<T>(ls), 80); v128.store(s, next, 96);
  return gc;
}
