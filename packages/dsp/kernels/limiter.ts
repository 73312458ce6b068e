import { K, Yes, No, add, sub, mul, div, ma, pick, swap, fromDb, decay, flush, gather, P, S, TAPE, GP, GS, RATE, X, Y, GX, GY } from "./lanes";
import { sided, lefts, rights, linked, slidingMax, slidingMaxNoted, slidingMaxReady, slidingMaxAdjoint, slidingSum, windowBytes, notedBytes } from "./detector";
import { SPAN, derive, give, loudest, reachOf } from "./between";
import { CLIP_LATENCY, HOT, SETTLING, TIP_STATE, TIP_TAPES, ZS, cut, cutAdjoint, followOf, keepZ, settled } from "./tips";
// limiter: params ceiling (dB), release (ms). inlet main. Amplitudes, not dB: a reduction is a = max(0, 1 - ceiling / peak), 0 where nothing
// is to be done, so that the gain 1 - a is then exactly 1. First tips.ts, then, of what it leaves:
//   a → m, largest of the last `hold` → r, at once up to m, by the release down to it → two means of `box` → y = (1 - r) x, x late.
// Every mean of values ≥ a is ≥ a, so with a delay between that of the means and that of the hold the peak cannot pass.
// state, in bytes: 0 [i32 samples so far, box, hold, mask of the ring of x, latency, where the ring of l lies, long, whether anything is turned down or
// in any window, whether second differences are behind, that of tips.ts, whether the next two are true], 48 r, 64 remainder, 80 that of tips.ts, then
// the largest |x| and second difference of the last HISTORY samples, then rings: second differences, hold, box, box, x (with its first 48 samples once
// more behind it, so that every span of 49 lies in one piece), l.
// tape: that of tips.ts, x late, (reduction, 1/peak or 0), (m, r before), three derivatives of the peak, winners.
// The adjoint's state is laid out alike; its ring of x gathers gradients for earlier samples.
const STEP_DB: f64 = 2.302585092994046 / 20, SEEN: usize = TIP_STATE, BENDS: usize = SEEN + 2 * 16, RINGS: usize = BENDS + (33 + 16) * 16, TAPES: usize = TIP_TAPES + 7 * 16, LOOK: i32 = SPAN - 1;
/**
 * dB that are kept free below the ceiling. Found by measuring: on noise, drums, clicks and square waves an interpolator with other taps (64, and
 * the standard's 12), the parabola's error and a gain still in motion add up to 0.035 dB at most.
 */
const MARGIN: f64 = 0.05;

/** Amplitude that the waveform is held to. */
@inline function ceilingOf<T>(c: usize): v128 { return fromDb<T>(sub<T>(v128.load(P(c)), K<T>(MARGIN))); }

/** Notes the second difference d, and returns the largest |d| of the last 47: of all that the span of 49 samples has. */
@inline function sharpest<T>(rings: usize, count: i32, d: v128): v128 {
  const recent = slidingMax<T>(rings, count, 32, v128.abs<T>(d)), ring = rings + windowBytes(32);
  v128.store(ring + (<usize>(count & 15) << 4), recent);
  return v128.pmax<T>(recent, v128.load(ring + (<usize>((count - 15) & 15) << 4)));
}
/** The largest |sample| of both channels among some that lie at most 8 samples from sample 24 of the span. */
@inline function neighbours<T>(span: usize): v128 {
  const m = span + (SPAN >> 1) * 16;
  let before = v128.pmax<T>(v128.abs<T>(v128.load(m - 8 * 16)), v128.abs<T>(v128.load(m - 5 * 16))),
    after = v128.pmax<T>(v128.abs<T>(v128.load(m, 2 * 16)), v128.abs<T>(v128.load(m, 3 * 16)));
  before = v128.pmax<T>(before, v128.pmax<T>(v128.abs<T>(v128.load(m - 3 * 16)), v128.abs<T>(v128.load(m - 2 * 16))));
  after = v128.pmax<T>(after, v128.pmax<T>(v128.abs<T>(v128.load(m, 5 * 16)), v128.abs<T>(v128.load(m, 8 * 16))));
  return linked<T>(v128.pmax<T>(v128.pmax<T>(before, v128.abs<T>(v128.load(m - 16))), after));
}
/** As if all had been looked at: the last 47 second differences are what `sharpest` knows, and `cut` looks where it might have to. */
function catchUp<T>(s: usize, ring: usize, mask: i32, count: i32): void {
  memory.fill(s + BENDS, 0, RINGS - BENDS);
  let i = count - LOOK + 1;
  do {
    const v1 = v128.load(ring + (<usize>((i - 1) & mask) << 4));
    sharpest<T>(s + BENDS, i, add<T>(sub<T>(v128.load(ring + (<usize>(i & mask) << 4)), add<T>(v1, v1)), v128.load(ring + (<usize>((i - 2) & mask) << 4))));
  } while (++i < count);
  store<i32>(s, 0, 32); store<i32>(s, HOT, 36);
}

// Where no window holds a reduction and no peak can be above the ceiling, nothing changes but where the samples lie.
/** Samples before a stretch on which its peaks depend, and by which at most it goes on at once: a stretch lies in one piece of the ring. */
const HISTORY: i32 = LOOK + CLIP_LATENCY, STRETCH: i32 = SETTLING, SHORTEST: i32 = 32;
/** The largest |x| and |second difference| of n samples. */
const LEVEL = memory.data(16, 16), BEND_OF = memory.data(16, 16);
function survey<T>(x: usize, v1: v128, v2: v128, n: i32): void {
  let level = K<T>(0), bend = level;
  const end = x + (<usize>n << 4);
  do {
    const v = v128.load(x);
    level = v128.pmax<T>(level, v128.abs<T>(v)); bend = v128.pmax<T>(bend, v128.abs<T>(add<T>(sub<T>(v, add<T>(v1, v1)), v2)));
    v2 = v1; v1 = v; x += 16;
  } while (x < end);
  v128.store(LEVEL, level); v128.store(BEND_OF, bend);
}
@inline function zAt(s: usize, count: i32): usize { return s + ZS + (<usize>(count & 15) << 4); }
@inline function stays<T>(level: v128, bend: v128, quiet: v128): bool { return !v128.any_true(v128.gt<T>(ma<T>(bend, reachOf<T>(), level), quiet)); }
/** The samples before: those in the ring, and those still in that of z. */
const BEFORE = memory.data(64 * 16, 16);
function surveyBefore<T>(s: usize, ring: usize, mask: i32, count: i32): void {
  let i = 0, to = BEFORE;
  do { v128.store(to, v128.load(i < LOOK + 2 ? ring + (<usize>((count - LOOK - 2 + i) & mask) << 4) : zAt(s, count - CLIP_LATENCY - LOOK - 2 + i))); to += 16; } while (++i < HISTORY + 2);
  survey<T>(BEFORE + 32, v128.load(BEFORE, 16), v128.load(BEFORE), HISTORY);
  v128.store(s + SEEN, v128.load(LEVEL)); v128.store(s + SEEN, v128.load(BEND_OF), 16); store<i32>(s, 1, 40);
}
/** Can no peak be too high that the n samples at x have a part in? */
function quietly<T>(s: usize, ring: usize, mask: i32, count: i32, x: usize, n: i32, quiet: v128): bool {
  survey<T>(x, v128.load(zAt(s, count - 1)), v128.load(zAt(s, count - 2)), n);
  const level = v128.load(LEVEL), bend = v128.load(BEND_OF);
  if (!stays<T>(level, bend, quiet)) return false;
  if (!load<i32>(s, 40)) surveyBefore<T>(s, ring, mask, count);
  const both = v128.pmax<T>(level, v128.load(s + SEEN)), bends = v128.pmax<T>(bend, v128.load(s + SEEN, 16));
  if (!stays<T>(both, bends, quiet)) return false;
  const enough = n >= HISTORY;
  v128.store(s + SEEN, enough ? level : both); v128.store(s + SEEN, enough ? bend : bends, 16);
  return true;
}
@inline function copy(to: usize, from: usize, n: i32): void {
  const end = to + (<usize>n << 4);
  if (n > 0) do { v128.store(to, v128.load(from)); to += 16; from += 16; } while (to < end);
}
function pass(s: usize, ring: usize, mask: i32, count: i32, x: usize, y: usize, n: i32): void {
  const slot = count & mask, here = ring + (<usize>slot << 4), from = (count - load<i32>(s, 16)) & mask, first = min(n, mask + 1 - from);
  let i = 0;
  do { v128.store(here + (<usize>i << 4), v128.load(zAt(s, count - CLIP_LATENCY + i))); } while (++i < CLIP_LATENCY);
  copy(here + (<usize>CLIP_LATENCY << 4), x, n - CLIP_LATENCY);
  copy(here + (<usize>(mask + 1) << 4), here, min(n, LOOK - slot));
  i = n - 16;
  do { keepZ(s + ZS, count + i, v128.load(x + (<usize>i << 4))); } while (++i < n);
  copy(y, ring + (<usize>from << 4), first); copy(y + (<usize>first << 4), ring, n - first);
  store<i32>(s, 1, 32);
}
@inline function limit<T, H>(c: usize, at: usize, n: i32): void {
  const s = S(c), ceiling = ceilingOf<T>(c), quiet = mul<T>(ceiling, K<T>(0.99999)), follow = followOf<T>(c), ar = decay<T>(div<T>(K<T>(1000 / RATE(c)), v128.load(P(c), 16)));
  let x = X(c, 0) + at, y = Y(c, 0) + at;
  if (isFloat<H>()) { turnDown<T, H>(s, ceiling, follow, ar, x, y, TAPE(c) + at * (TAPES >> 4), n); return; }
  const mask = load<i32>(s, 12), ring = ringOf(s);
  do {
    const count = load<i32>(s), m = min(n, STRETCH - (count & (STRETCH - 1))), bytes = <usize>m << 4;
    if (m >= SHORTEST && !load<i32>(s, 28) && quietly<T>(s, ring, mask, count, x, m, quiet)) { pass(s, ring, mask, count, x, y, m); store<i32>(s, count + m); }
    else { turnDown<T, H>(s, ceiling, follow, ar, x, y, 0, m); store<i32>(s, 0, 40); }
    x += bytes; y += bytes; n -= m;
  } while (n > 0);
}
@inline function ringOf(s: usize): usize { return s + RINGS + notedBytes(load<i32>(s, 8)) + (<usize>(load<i32>(s, 4) - 1) << 5); }
function turnDown<T, H>(s: usize, ceiling: v128, follow: v128, ar: v128, x: usize, y: usize, tape: usize, n: i32): void {
  const box = load<i32>(s, 4), hold = load<i32>(s, 8), mask = load<i32>(s, 12), latency = load<i32>(s, 16);
  const held = s + RINGS, first = held + notedBytes(hold), second = first + (<usize>(box - 1) << 4), ring = second + (<usize>(box - 1) << 4);
  const quiet = mul<T>(ceiling, K<T>(0.99999)), reach = reachOf<T>(), one = K<T>(1), zero = K<T>(0), mean = K<T>(1 / (<f64>box * <f64>box));
  let t = tape + TIP_TAPES, count = load<i32>(s), r = v128.load(s, 48), lo = v128.load(s, 64), last = zero;
  if (load<i32>(s, 32)) catchUp<T>(s, ring, mask, count);
  cut<T, H>(s, ceiling, follow, x, y, tape, TAPES, n);
  if (isFloat<H>()) slidingMaxReady<T>(held, count, hold);
  const end = y + (<usize>n << 4);
  do {
    if (!(count & (SETTLING - 1))) { const still = v128.eq<T>(settled<T>(r), zero); r = v128.andnot(r, still); lo = v128.andnot(lo, still); }
    const v = v128.load(y), slot = count & mask, v1 = v128.load(ring + (<usize>((count - 1) & mask) << 4)),
      v2 = v128.load(ring + (<usize>((count - 2) & mask) << 4));
    v128.store(ring + (<usize>slot << 4), v);
    if (slot < LOOK) v128.store(ring + (<usize>(slot + mask + 1) << 4), v);
    const d = sharpest<T>(s + BENDS, count, add<T>(sub<T>(v, add<T>(v1, v1)), v2));
    const begin = ring + (<usize>((count - LOOK) & mask) << 4), here = v128.abs<T>(v128.load(begin, (SPAN >> 1) * 16)),
      next = v128.abs<T>(v128.load(begin, (SPAN >> 1) * 16 + 16));
    // Between the samples is looked only where the waveform may exceed both the ceiling and its neighbours within 8 samples: those are
    // in every window that this one must be in, so that elsewhere the sample itself will do.
    const bound = ma<T>(d, reach, v128.pmax<T>(here, next));
    let best = here, need = v128.gt<T>(bound, quiet), winners = i32x4.splat(0), a = zero, per = zero;
    if (v128.any_true(need)) {
      need = v128.and(need, v128.gt<T>(bound, neighbours<T>(begin)));
      need = v128.or(need, swap<T>(need));
      if (v128.any_true(need)) best = pick(need, loudest<T>(begin), here);
      const peak = linked<T>(best), above = v128.gt<T>(peak, ceiling);
      per = v128.and(div<T>(one, peak), above);
      a = v128.and(sub<T>(one, mul<T>(ceiling, per)), above);
      if (isFloat<H>()) winners = derive<T>(v128.load(begin, (SPAN >> 1) * 16), best, need, t + 48);
    }
    const most = isFloat<H>() ? slidingMaxNoted<T>(held, count, hold, a, winners, t + 96) : slidingMax<T>(held, count, hold, a);
    const up = v128.ge<T>(most, r), step = ma<T>(ar, sub<T>(most, r), lo), down = add<T>(r, step), before = r;
    lo = v128.andnot(sub<T>(step, sub<T>(down, r)), up); r = pick(up, most, down);
    const reduction = mul<T>(slidingSum<T>(second, count, box, slidingSum<T>(first, count, box, r)), mean);
    const late = v128.load(ring + (<usize>((count - latency) & mask) << 4));
    v128.store(y, mul<T>(late, sub<T>(one, reduction)));
    if (isFloat<H>()) { v128.store(t, late); v128.store(t, sided<T>(reduction, per), 16); v128.store(t, sided<T>(most, before), 32); t += TAPES; }
    last = v128.or(reduction, most);
    y += 16; count++;
  } while (y < end);
  r = flush<T>(r); lo = flush<T>(lo);
  store<i32>(s, count); v128.store(s, r, 48); v128.store(s, lo, 64);
  if (v128.any_true(v128.ne<T>(v128.or(v128.or(r, lo), last), zero))) store<i32>(s, 1, 28);
}
@inline function limit_adjoint<T>(c: usize, at: usize, gat: usize, n: i32): void {
  const s = GS(c), box = load<i32>(s, 4), hold = load<i32>(s, 8), mask = load<i32>(s, 12), latency = load<i32>(s, 16), len = <usize>n << 4;
  const held = s + RINGS, first = held + notedBytes(hold), second = first + (<usize>(box - 1) << 4), ring = second + (<usize>(box - 1) << 4);
  const ceiling = ceilingOf<T>(c), tr = v128.load(P(c), 16), zr = div<T>(K<T>(1000 / RATE(c)), tr), ar = decay<T>(zr);
  const one = K<T>(1), zero = K<T>(0), half = K<T>(0.5), mean = K<T>(-1 / (<f64>box * <f64>box)), start = GX(c, 0) + gat, behind = TAPE(c) + (at + len) * (TAPES >> 4);
  let gx = start + len, gy = GY(c, 0) + gat + len, t = behind + TIP_TAPES, count = load<i32>(s), l = v128.load(s, 48), gc = zero, gar = zero;
  do {
    gx -= 16; gy -= 16; t -= TAPES; count--;
    const u = v128.load(gy), word = v128.load(t, 16), reduction = lefts<T>(word), per = rights<T>(word), word2 = v128.load(t, 32),
      most = lefts<T>(word2), before = rights<T>(word2), winners = v128.load(t, 96);
    const late = ring + (<usize>((count - latency) & mask) << 4);
    v128.store(late, ma<T>(u, sub<T>(one, reduction), v128.load(late)));
    const ux = mul<T>(u, v128.load(t)), gs = mul<T>(add<T>(ux, swap<T>(ux)), mean);
    const gr = add<T>(l, slidingSum<T>(first, count, box, slidingSum<T>(second, count, box, gs))), up = v128.ge<T>(most, before), part = mul<T>(gr, ar);
    gar = ma<T>(v128.andnot(gr, up), sub<T>(most, before), gar);
    l = v128.andnot(sub<T>(gr, part), up);
    const ga = mul<T>(slidingMaxAdjoint<T>(held, count, hold, winners, pick(up, gr, part)), per);
    if (v128.any_true(v128.ne<T>(ga, zero))) {
      gc = sub<T>(gc, ga);
      give<T>(mul<T>(mul<T>(ga, per), ceiling), winners, t + 48, ring, count - LOOK, mask);
    }
    const here = ring + (<usize>(count & mask) << 4);
    v128.store(gx, v128.load(here));
    v128.store(here, zero);
  } while (gx > start);
  const gClip = cutAdjoint<T>(c, s, ceiling, start, behind, TAPES, load<i32>(s), n);
  store<i32>(s, count); v128.store(s, flush<T>(l), 48);
  // Both lanes hold the gradient of their pair: half of it each.
  gather<T>(GP(c), mul<T>(ma<T>(gc, half, gClip), mul<T>(ceiling, K<T>(STEP_DB))));
  gather<T>(GP(c) + 32, v128.neg<T>(mul<T>(mul<T>(gar, half), mul<T>(sub<T>(one, ar), div<T>(zr, tr)))));
}
export function limiter_run_f32(c: usize, at: usize, n: i32, keep: i32): void { if (keep) limit<f32, Yes>(c, at, n); else limit<f32, No>(c, at, n); }
export function limiter_run_f64(c: usize, at: usize, n: i32, keep: i32): void { if (keep) limit<f64, Yes>(c, at, n); else limit<f64, No>(c, at, n); }
export function limiter_adj_f32(c: usize, at: usize, gat: usize, n: i32): void { limit_adjoint<f32>(c, at, gat, n); }
export function limiter_adj_f64(c: usize, at: usize, gat: usize, n: i32): void { limit_adjoint<f64>(c, at, gat, n); }
