import { K, Yes, No, add, sub, mul, div, ma, pick, swap, log2, fromDb, decay, flush, gather, P, S, TAPE, GP, GS, RATE, X, Y, GX, GY } from "./lanes";
import { sided, lefts, rights, linked, toChannels, slidingMax, slidingMaxNoted, slidingMaxReady, slidingMaxAdjoint } from "./detector";
// transient_shaper: params attack (dB), sustain (dB). inlet main.
// state: [i32 samples so far, window] fast, its remainder, slow, its remainder, rings of the window. tape: (fast before, slow before), wins, level.
// Both lanes of a pair share level and gain. The adjoint's state: [count][window] of fast, -, of slow, -, rings.
const DB: f64 = 6.020599913279624, TO_DB: f64 = 20 / 2.302585092994046, FROM_DB: f64 = 2.302585092994046 / 20, RINGS: usize = 80;
/** Levels count in units of 1e-4 (-80 dB): what lies below is silence, so that its memory is zeros. */
const PER_FLOOR: f64 = 1e4;
/** dB between the envelopes at which half of the gain is reached. */
const HALF: f64 = 6;
/** Time constants in ms. */
const FAST_UP: f64 = 0.5, FAST_DOWN: f64 = 25, SLOW_UP: f64 = 10, SLOW_DOWN: f64 = 250;

@inline function coefficient<T>(c: usize, ms: f64): v128 { return decay<T>(K<T>(1000 / (ms * RATE(c)))); }
/** Difference of the envelopes as a share of the gain: −1 … 1. */
@inline function share<T>(d: v128): v128 { return div<T>(d, add<T>(v128.abs<T>(d), K<T>(HALF))); }
/** What the share counts for: attack where the fast envelope leads, −sustain where it has fallen behind. */
@inline function weight<T>(c: usize, d: v128): v128 { return pick(v128.ge<T>(d, K<T>(0)), v128.load(P(c)), v128.neg<T>(v128.load(P(c), 16))); }

@inline function shape<T, H>(c: usize, at: usize, n: i32): void {
  const state = S(c), rings = state + RINGS, length = load<i32>(state, 4), zero = K<T>(0);
  const fu = coefficient<T>(c, FAST_UP), fd = coefficient<T>(c, FAST_DOWN), su = coefficient<T>(c, SLOW_UP), sd = coefficient<T>(c, SLOW_DOWN);
  let x = X(c, 0) + at, y = Y(c, 0) + at, t = TAPE(c) + at * 3, count = load<i32>(state);
  let f = v128.load(state, 16), fl = v128.load(state, 32), s = v128.load(state, 48), sl = v128.load(state, 64);
  const end = x + (<usize>n << 4);
  if (isFloat<H>()) slidingMaxReady<T>(rings, count, length);
  do {
    const v = v128.load(x), q = v128.max<T>(mul<T>(linked<T>(v), K<T>(PER_FLOOR)), K<T>(1));
    const m = isFloat<H>() ? slidingMaxNoted<T>(rings, count, length, q, zero, t + 16) : slidingMax<T>(rings, count, length, q);
    const level = mul<T>(log2<T>(m), K<T>(DB));
    if (isFloat<H>()) { v128.store(t, sided<T>(f, s)); v128.store(t, level, 32); t += 48; }
    const fs = ma<T>(pick(v128.ge<T>(level, f), fu, fd), sub<T>(level, f), fl), f1 = add<T>(f, fs);
    fl = sub<T>(fs, sub<T>(f1, f)); f = f1;
    const ss = ma<T>(pick(v128.ge<T>(level, s), su, sd), sub<T>(level, s), sl), s1 = add<T>(s, ss);
    sl = sub<T>(ss, sub<T>(s1, s)); s = s1;
    const d = sub<T>(f, s);
    v128.store(y, mul<T>(v, fromDb<T>(mul<T>(share<T>(d), weight<T>(c, d)))));
    x += 16; y += 16; count++;
  } while (x < end);
  store<i32>(state, count);
  v128.store(state, flush<T>(f), 16); v128.store(state, flush<T>(fl), 32); v128.store(state, flush<T>(s), 48); v128.store(state, flush<T>(sl), 64);
}
@inline function shape_adjoint<T>(c: usize, at: usize, gat: usize, n: i32): void {
  const state = GS(c), rings = state + RINGS, length = load<i32>(state, 4), gp = GP(c), len = <usize>n << 4, zero = K<T>(0), half = K<T>(0.5);
  const fu = coefficient<T>(c, FAST_UP), fd = coefficient<T>(c, FAST_DOWN), su = coefficient<T>(c, SLOW_UP), sd = coefficient<T>(c, SLOW_DOWN);
  let x = X(c, 0) + at + len, gx = GX(c, 0) + gat + len, gy = GY(c, 0) + gat + len, t = TAPE(c) + (at + len) * 3, count = load<i32>(state);
  let lf = v128.load(state, 16), ls = v128.load(state, 48), gattack = zero, gsustain = zero;
  const start = x - len;
  do {
    gx -= 16; gy -= 16; x -= 16; t -= 48; count--;
    const word = v128.load(t), wins = v128.load(t, 16), level = v128.load(t, 32), df = sub<T>(level, lefts<T>(word)), ds = sub<T>(level, rights<T>(word));
    const af = pick(v128.ge<T>(df, zero), fu, fd), as = pick(v128.ge<T>(ds, zero), su, sd);
    const d = sub<T>(ma<T>(af, df, lefts<T>(word)), ma<T>(as, ds, rights<T>(word))), q = share<T>(d), w = weight<T>(c, d);
    const v = v128.load(x), ug = mul<T>(v128.load(gy), fromDb<T>(mul<T>(q, w))), product = mul<T>(ug, v);
    const gg = mul<T>(add<T>(product, swap<T>(product)), K<T>(FROM_DB)), gq = mul<T>(gg, q), leads = v128.ge<T>(d, zero);
    gattack = add<T>(gattack, v128.and(gq, leads)); gsustain = sub<T>(gsustain, v128.andnot(gq, leads));
    const near = div<T>(K<T>(1), add<T>(v128.abs<T>(d), K<T>(HALF))), gd = mul<T>(mul<T>(gg, w), mul<T>(K<T>(HALF), mul<T>(near, near)));
    lf = add<T>(lf, gd); ls = sub<T>(ls, gd);
    const toF = mul<T>(af, lf), toS = mul<T>(as, ls), gm = div<T>(mul<T>(add<T>(toF, toS), K<T>(TO_DB)), fromDb<T>(level));
    lf = sub<T>(lf, toF); ls = sub<T>(ls, toS);
    const back = mul<T>(slidingMaxAdjoint<T>(rings, count, length, wins, gm), K<T>(PER_FLOOR));
    v128.store(gx, add<T>(ug, toChannels<T>(v128.and(back, v128.gt<T>(mul<T>(linked<T>(v), K<T>(PER_FLOOR)), K<T>(1))), v)));
  } while (x > start);
  store<i32>(state, count); v128.store(state, flush<T>(lf), 16); v128.store(state, flush<T>(ls), 48);
  // Both lanes hold the gradient of their pair: half of it each.
  gather<T>(gp, mul<T>(gattack, half)); gather<T>(gp + 32, mul<T>(gsustain, half));
}
export function transient_shaper_run_f32(c: usize, at: usize, n: i32, keep: i32): void { if (keep) shape<f32, Yes>(c, at, n); else shape<f32, No>(c, at, n); }
export function transient_shaper_run_f64(c: usize, at: usize, n: i32, keep: i32): void { if (keep) shape<f64, Yes>(c, at, n); else shape<f64, No>(c, at, n); }
export function transient_shaper_adj_f32(c: usize, at: usize, gat: usize, n: i32): void { shape_adjoint<f32>(c, at, gat, n); }
export function transient_shaper_adj_f64(c: usize, at: usize, gat: usize, n: i32): void { shape_adjoint<f64>(c, at, gat, n); }
