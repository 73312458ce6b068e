import { K, Yes, No, add, sub, mul, div, ma, pick, swap, decay, flush, gather, P, S, TAPE, GP, GS, RATE, X, Y, GX, GY } from "./lanes";
import { sided, lefts, rights, linked, toChannels } from "./detector";
// envelope_follower: params attack (ms), release (ms), gain. inlet main.
// e += a (level − e), a = 1 − exp(−1000/(t rate)), t = attack where the level of the louder channel lies above e, else release; env = gain e.
// state: e, what rounding left over (so that slow releases arrive). tape: level − e before, e. Both lanes of a pair hold a copy.

@inline function follow<T, H>(c: usize, at: usize, n: i32): void {
  const p = P(c), s = S(c), period = K<T>(1000 / RATE(c)), up = decay<T>(div<T>(period, v128.load(p))), down = decay<T>(div<T>(period, v128.load(p, 16))), gain = v128.load(p, 32), zero = K<T>(0);
  let x = X(c, 0) + at, y = Y(c, 0) + at, t = TAPE(c) + at, e = v128.load(s), lo = v128.load(s, 16);
  const end = x + (<usize>n << 4);
  do {
    const rise = sub<T>(linked<T>(v128.load(x)), e), step = ma<T>(pick(v128.gt<T>(rise, zero), up, down), rise, lo), next = add<T>(e, step);
    lo = sub<T>(step, sub<T>(next, e)); e = next;
    if (isFloat<H>()) { v128.store(t, sided<T>(rise, e)); t += 16; }
    v128.store(y, mul<T>(gain, e));
    x += 16; y += 16;
  } while (x < end);
  v128.store(s, flush<T>(e)); v128.store(s, flush<T>(lo), 16);
}
@inline function follow_adjoint<T>(c: usize, at: usize, gat: usize, n: i32): void {
  const p = P(c), gs = GS(c), gp = GP(c), len = <usize>n << 4, period = K<T>(1000 / RATE(c)), attack = v128.load(p), release = v128.load(p, 16), gain = v128.load(p, 32), zero = K<T>(0), one = K<T>(1), half = K<T>(0.5);
  const zu = div<T>(period, attack), zd = div<T>(period, release), up = decay<T>(zu), down = decay<T>(zd);
  let x = X(c, 0) + at + len, gx = GX(c, 0) + gat + len, gy = GY(c, 0) + gat + len, t = TAPE(c) + at + len, l = v128.load(gs), gup = zero, gdown = zero, ggain = zero;
  const start = x - len;
  do {
    x -= 16; gx -= 16; gy -= 16; t -= 16;
    const u = v128.load(gy), both = add<T>(u, swap<T>(u)), word = v128.load(t), rise = lefts<T>(word), rises = v128.gt<T>(rise, zero);
    ggain = ma<T>(both, rights<T>(word), ggain); l = ma<T>(gain, both, l);
    const step = mul<T>(l, rise), back = mul<T>(pick(rises, up, down), l);
    gup = add<T>(gup, v128.and(step, rises)); gdown = add<T>(gdown, v128.andnot(step, rises));
    l = sub<T>(l, back);
    v128.store(gx, toChannels<T>(back, v128.load(x)));
  } while (x > start);
  v128.store(gs, flush<T>(l));
  // da/dt = −exp(−z) z/t. Both lanes hold the gradient of their pair: half of it each.
  gather<T>(gp, mul<T>(gup, mul<T>(mul<T>(sub<T>(up, one), div<T>(zu, attack)), half)));
  gather<T>(gp + 32, mul<T>(gdown, mul<T>(mul<T>(sub<T>(down, one), div<T>(zd, release)), half))); gather<T>(gp + 64, mul<T>(ggain, half));
}
export function envelope_follower_run_f32(c: usize, at: usize, n: i32, keep: i32): void { if (keep) follow<f32, Yes>(c, at, n); else follow<f32, No>(c, at, n); }
export function envelope_follower_run_f64(c: usize, at: usize, n: i32, keep: i32): void { if (keep) follow<f64, Yes>(c, at, n); else follow<f64, No>(c, at, n); }
export function envelope_follower_adj_f32(c: usize, at: usize, gat: usize, n: i32): void { follow_adjoint<f32>(c, at, gat, n); }
export function envelope_follower_adj_f64(c: usize, at: usize, gat: usize, n: i32): void { follow_adjoint<f64>(c, at, gat, n); }
