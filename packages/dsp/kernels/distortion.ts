import { K, Yes, No, add, sub, mul, ma, fromDb, gather, P, S, TAPE, GP, GS, X, Y, GX, GY } from "./lanes";
import { CHUNK, X0, Z0, S0, W0, OUT, prepareTaps, recall, remember, slide, up, down } from "./oversampling";
import { M, N, A, B, C, tanhLines, tanh, clip, perD, shareOf, middleOf, spread } from "./antiderivatives";
// distortion: params gain (dB), hardness, asymmetry. f(u) = (1 - h) tanh u + h clip u, y = f(g x + b) - f(b), four times oversampled, with
// antiderivative antialiasing of second order.
// State: three words of the shaper, then what the filters keep. Tape: the fine samples before the gain, four words per sample.
const FILTERS: usize = 48;
/** The ends of a chunk's lines in reversed time. */
const ENDS = memory.data(129 << 4, 16);
/** The filters leave a quarter of the level at four times the rate. */
@inline function gainOf<T>(p: usize): v128 { return mul<T>(fromDb<T>(v128.load(p)), K<T>(4)); }

/** Z to S. Soft: tanh takes part (h < 1); Hard: clip takes part (h > 0); both for all lanes of a group, or the sum is as if. */
@inline function shape<T, Soft, Hard>(c: usize, n: i32): void {
  const p = P(c), st = S(c), zero = K<T>(0), half = K<T>(0.5), g = gainOf<T>(p), h = v128.load(p, 16), soft = sub<T>(K<T>(1), h), b = v128.load(p, 32);
  const tb = isFloat<Soft>() ? tanh<T>(b) : zero, cb = clip<T>(b), end = <usize>n << 6;
  let k: usize = 0, before = v128.load(st), u0 = ma<T>(v128.load(Z0 - 16), g, b), c0 = clip<T>(u0);
  if (isFloat<Soft>()) tanhLines<T, No>(Z0 - 16, n << 2, g, b);
  do {
    let m = zero, s = zero;
    if (isFloat<Soft>()) { m = mul<T>(soft, sub<T>(v128.load(M + k), tb)); s = mul<T>(soft, v128.load(N + k)); }
    if (isFloat<Hard>()) {
      const u1 = ma<T>(v128.load(Z0 + k), g, b), D = sub<T>(u1, u0), middle = mul<T>(add<T>(u0, u1), half);
      const c1 = clip<T>(u1), inv = perD<T>(D), cm = mul<T>(add<T>(c0, c1), half), share = shareOf<T>(u1, c0, c1, inv);
      const at = middleOf<T>(middle, cm, share, inv), pD = sub<T>(c1, c0);
      m = ma<T>(h, sub<T>(sub<T>(cm, mul<T>(pD, at)), cb), m);
      s = ma<T>(h, mul<T>(mul<T>(pD, half), sub<T>(K<T>(0.25), spread<T>(share, at))), s);
      u0 = u1; c0 = c1;
    }
    m = mul<T>(m, half);
    v128.store(S0 + k, add<T>(before, sub<T>(m, s)));
    before = add<T>(m, s); k += 16;
  } while (k < end);
  v128.store(st, before);
}
/**
 * Exactly the lines that `shape` saw in these n samples, last first, as the next block may have other parameters. Reversed time starts at the
 * first fine sample of the last sample, three before its last line: so Z is read three words late, and one more for what `down` was late by.
 * S gets the gradients three words late, too; `down` makes up for it. `tape`: the fine samples, each before its line's end.
 */
@inline function unshape<T>(c: usize, n: i32, tape: usize): void {
  const p = P(c), gp = GP(c), st = GS(c), zero = K<T>(0), half = K<T>(0.5), one = K<T>(1);
  const g = gainOf<T>(p), h = v128.load(p, 16), soft = sub<T>(one, h), b = v128.load(p, 32);
  const tb = tanh<T>(b), cb = clip<T>(b), slope = ma<T>(soft, sub<T>(one, mul<T>(tb, tb)), v128.and(h, v128.lt<T>(v128.abs<T>(b), one)));
  // The last line ends at what the block after this one began with, all others at words of the tape.
  v128.store(ENDS, v128.load(st));
  reversed(ENDS + 16, tape, n << 2);
  tanhLines<T, Yes>(ENDS, n << 2, g, b);
  let k: usize = 0, u0 = ma<T>(v128.load(ENDS), g, b), c0 = clip<T>(u0);
  const end = <usize>n << 6;
  // Both curves into one; M and N become those of what hardness adds.
  do {
    const u1 = ma<T>(v128.load(ENDS + k, 16), g, b), D = sub<T>(u1, u0), inv = perD<T>(D);
    const c1 = clip<T>(u1), cm = mul<T>(add<T>(c0, c1), half), share = shareOf<T>(u1, c0, c1, inv);
    const at = middleOf<T>(mul<T>(add<T>(u0, u1), half), cm, share, inv), pD = sub<T>(c1, c0), v = spread<T>(share, at), ps = mul<T>(share, h);
    v128.store(M + k, sub<T>(sub<T>(sub<T>(cm, mul<T>(pD, at)), cb), sub<T>(v128.load(M + k), tb)));
    v128.store(N + k, sub<T>(mul<T>(mul<T>(pD, half), sub<T>(K<T>(0.25), v)), v128.load(N + k)));
    v128.store(A + k, ma<T>(soft, v128.load(A + k), ps)); v128.store(B + k, ma<T>(soft, v128.load(B + k), mul<T>(ps, at)));
    v128.store(C + k, ma<T>(soft, v128.load(C + k), mul<T>(ps, v)));
    u0 = u1; c0 = c1; k += 16;
  } while (k < end);
  let carry = v128.load(st, 16), gg = zero, gh = zero, gb = zero, z0 = v128.load(ENDS);
  k = 0;
  do {
    const now = v128.load(Z0 - 64 + k), next = v128.load(Z0 - 80 + k), gM = mul<T>(add<T>(now, next), half), gN = sub<T>(now, next), z1 = v128.load(ENDS + k, 16);
    gh = ma<T>(gM, v128.load(M + k), ma<T>(gN, v128.load(N + k), gh));
    const bb = v128.load(B + k), even = mul<T>(half, ma<T>(gM, v128.load(A + k), mul<T>(gN, bb))), odd = ma<T>(gM, bb, mul<T>(gN, v128.load(C + k)));
    const g1 = add<T>(even, odd), g0 = sub<T>(even, odd);
    gb = add<T>(gb, sub<T>(add<T>(g0, g1), mul<T>(gM, slope))); gg = ma<T>(g1, z1, ma<T>(g0, z0, gg));
    v128.store(S0 + k, ma<T>(g0, g, carry));
    carry = mul<T>(g1, g); z0 = z1; k += 16;
  } while (k < end);
  v128.store(st, z0); v128.store(st, carry, 16);
  gather<T>(gp, mul<T>(gg, mul<T>(g, K<T>(2.302585092994046 / 20)))); gather<T>(gp + 32, gh); gather<T>(gp + 64, gb);
}

@inline function run<T>(c: usize, at: usize, n: i32, keep: i32): void {
  const h = v128.load(P(c), 16), anySoft = v128.any_true(v128.lt<T>(h, K<T>(1))), anyHard = v128.any_true(v128.gt<T>(h, K<T>(0)));
  let x = X(c, 0) + at, y = Y(c, 0) + at, tape = TAPE(c) + at * 4, left = n;
  prepareTaps<T>();
  recall(S(c) + FILTERS);
  do {
    const k = min(left, CHUNK), bytes = <usize>k << 4;
    memory.copy(X0, x, bytes);
    up<T>(k);
    if (!anyHard) shape<T, Yes, No>(c, k); else if (!anySoft) shape<T, No, Yes>(c, k); else shape<T, Yes, Yes>(c, k);
    if (keep) { memory.copy(tape, Z0 - 16, bytes << 2); tape += bytes << 2; }
    down<T>(k, S0 - 16, W0);
    memory.copy(y, OUT, bytes);
    slide(k);
    x += bytes; y += bytes; left -= k;
  } while (left > 0);
  remember(S(c) + FILTERS);
}
/** Samples of a lane group from `from` on, the last one first. */
@inline function reversed(to: usize, from: usize, n: i32): void {
  let last = from + (<usize>n << 4);
  do { last -= 16; v128.store(to, v128.load(last)); to += 16; } while (last > from);
}
@inline function adjoint<T>(c: usize, at: usize, gat: usize, n: i32): void {
  let gx = GX(c, 0) + gat + (<usize>n << 4), gy = GY(c, 0) + gat + (<usize>n << 4), tape = TAPE(c) + (at + (<usize>n << 4)) * 4, left = n;
  prepareTaps<T>();
  recall(GS(c) + FILTERS);
  do {
    const k = min(left, CHUNK), bytes = <usize>k << 4;
    gx -= bytes; gy -= bytes;
    reversed(X0, gy, k);
    up<T>(k);
    tape -= bytes << 2;
    unshape<T>(c, k, tape);
    down<T>(k, S0 + 16, W0 + 16);
    reversed(gx, OUT, k);
    slide(k);
    left -= k;
  } while (left > 0);
  remember(GS(c) + FILTERS);
}
export function distortion_run_f32(c: usize, at: usize, n: i32, keep: i32): void { run<f32>(c, at, n, keep); }
export function distortion_run_f64(c: usize, at: usize, n: i32, keep: i32): void { run<f64>(c, at, n, keep); }
export function distortion_adj_f32(c: usize, at: usize, gat: usize, n: i32): void { adjoint<f32>(c, at, gat, n); }
export function distortion_adj_f64(c: usize, at: usize, gat: usize, n: i32): void { adjoint<f64>(c, at, gat, n); }
