import { K, Yes, No, add, sub, mul, div, ma, pick, fromDb, gather, P, S, TAPE, GP, GS, X, Y, GX, GY } from "./lanes";
// distortion: params gain (dB), hardness, asymmetry. f(u) = (1 - h) tanh u + h clip u, y = f(g x + b) - f(b), four times oversampled. Between the
// fine samples u is taken as straight, and f of these lines is averaged under a triangle two fine samples wide, exactly: antiderivative
// antialiasing of second order (Parker, Zavalishin, Le Bivic, DAFx-16; Bilbao, Esqueda, Parker, Valimaki, IEEE SPL 24(7), 2017). Their
// differences of antiderivatives cancel; here each line gives two well-conditioned numbers instead, over s = -1/2 ... 1/2 along the line:
// mean M = ∫ f ds and slope N = ∫ s f ds. Under the falling half of a triangle lies M/2 - N, under the rising one M/2 + N.
// The filters are symmetric, so going up is the transpose of going down: in reversed time the adjoint uses the same two.
// State: what every buffer below keeps, and three words of the shaper. Tape: the fine samples before the gain, four words per sample.

// Taps from the end to the middle, as experiments/distortion-filters/design.ts prints them.
const STEEP = memory.data<f64>([-0.0007270595, -0.0015366522, -0.0008406545, 0.0011494257, 0.0017561982, -0.0006835246, -0.0026500394, -0.0001748425,
  0.0037910978, 0.0021245726, -0.0040660331, -0.0045758739, 0.0035671277, 0.0077726919, -0.0012148322, -0.0106017284, -0.0027941508, 0.0127526040,
  0.0091139484, -0.0126321114, -0.0170163422, 0.0095154139, 0.0264492031, -0.0014041611, -0.0360385802, -0.0133245757, 0.0451426950, 0.0397460644,
  -0.0518565456, -0.0936133097, 0.0530000919, 0.3154860069, 0.4487677508]);
const HALF_BAND = memory.data<f64>([-0.0035827387, 0.0203273759, -0.0720090023, 0.3052643651]);
// Taps as lanes. A phase of a filter is symmetric, so its taps serve pairs of samples; a middle one is halved and pairs with itself.
const EVEN_PAIRS = 17, ODD_PAIRS = 16, HALF_PAIRS = 4;
const EVEN = memory.data(37 << 4, 16), ODD = EVEN + (EVEN_PAIRS << 4), HALF = ODD + (ODD_PAIRS << 4);

// Samples are worked on by chunks. Every buffer starts with what it keeps of earlier ones: at one, two, four times the rate, and back.
const CHUNK = 64, KEEP_X = 32, KEEP_V = 7, KEEP_Z = 5, KEEP_S = 15, KEEP_W = 64;
const BUFFERS = memory.data(1019 << 4, 16);
const XB = BUFFERS, VB = XB + ((KEEP_X + CHUNK) << 4), ZB = VB + ((KEEP_V + 2 * CHUNK) << 4), SB = ZB + ((KEEP_Z + 4 * CHUNK) << 4);
const WB = SB + ((KEEP_S + 4 * CHUNK) << 4), OUT = WB + ((KEEP_W + 2 * CHUNK) << 4);
const X0 = XB + (KEEP_X << 4), V0 = VB + (KEEP_V << 4), Z0 = ZB + (KEEP_Z << 4), S0 = SB + (KEEP_S << 4), W0 = WB + (KEEP_W << 4);
const SHAPER: usize = 0, AT_X: usize = 48, AT_V = AT_X + (KEEP_X << 4), AT_Z = AT_V + (KEEP_V << 4), AT_S = AT_Z + (KEEP_Z << 4), AT_W = AT_S + (KEEP_S << 4);

function recall(s: usize): void {
  memory.copy(XB, s + AT_X, KEEP_X << 4); memory.copy(VB, s + AT_V, KEEP_V << 4); memory.copy(ZB, s + AT_Z, KEEP_Z << 4);
  memory.copy(SB, s + AT_S, KEEP_S << 4); memory.copy(WB, s + AT_W, KEEP_W << 4);
}
function remember(s: usize): void {
  memory.copy(s + AT_X, XB, KEEP_X << 4); memory.copy(s + AT_V, VB, KEEP_V << 4); memory.copy(s + AT_Z, ZB, KEEP_Z << 4);
  memory.copy(s + AT_S, SB, KEEP_S << 4); memory.copy(s + AT_W, WB, KEEP_W << 4);
}
/** After a chunk of n samples the last ones become the earlier ones. */
function slide(n: usize): void {
  memory.copy(XB, XB + (n << 4), KEEP_X << 4); memory.copy(VB, VB + (n << 5), KEEP_V << 4); memory.copy(ZB, ZB + (n << 6), KEEP_Z << 4);
  memory.copy(SB, SB + (n << 6), KEEP_S << 4); memory.copy(WB, WB + (n << 5), KEEP_W << 4);
}
@inline function prepareTaps<T>(): void {
  for (let k: usize = 0; k < 33; k++) {
    const h = load<f64>(STEEP + (k << 3)) * (k == 32 ? 0.5 : 1);
    v128.store((k & 1 ? ODD : EVEN) + (k >> 1 << 4), K<T>(h));
  }
  for (let k: usize = 0; k < 4; k++) v128.store(HALF + (k << 4), K<T>(load<f64>(HALF_BAND + (k << 3))));
}
/** Four outputs of a symmetric phase: Σ tap (a + b), a rising from `lo`, b falling from `hi`. Down reads every second sample, up writes so. */
@inline function fold<T, Down, Onto>(lo: usize, hi: usize, taps: usize, pairs: i32, out: usize): void {
  let y0 = K<T>(0), y1 = y0, y2 = y0, y3 = y0;
  const end = taps + (<usize>pairs << 4);
  do {
    const h = v128.load(taps);
    if (isFloat<Down>()) {
      y0 = ma<T>(h, add<T>(v128.load(lo), v128.load(hi)), y0); y1 = ma<T>(h, add<T>(v128.load(lo, 32), v128.load(hi, 32)), y1);
      y2 = ma<T>(h, add<T>(v128.load(lo, 64), v128.load(hi, 64)), y2); y3 = ma<T>(h, add<T>(v128.load(lo, 96), v128.load(hi, 96)), y3);
      lo += 32; hi -= 32;
    } else {
      y0 = ma<T>(h, add<T>(v128.load(lo), v128.load(hi)), y0); y1 = ma<T>(h, add<T>(v128.load(lo, 16), v128.load(hi, 16)), y1);
      y2 = ma<T>(h, add<T>(v128.load(lo, 32), v128.load(hi, 32)), y2); y3 = ma<T>(h, add<T>(v128.load(lo, 48), v128.load(hi, 48)), y3);
      lo += 16; hi -= 16;
    }
    taps += 16;
  } while (taps < end);
  if (isFloat<Onto>()) { y0 = add<T>(y0, v128.load(out)); y1 = add<T>(y1, v128.load(out, 16)); y2 = add<T>(y2, v128.load(out, 32)); y3 = add<T>(y3, v128.load(out, 48)); }
  if (isFloat<Down>()) { v128.store(out, y0); v128.store(out, y1, 16); v128.store(out, y2, 32); v128.store(out, y3, 48); }
  else { v128.store(out, y0); v128.store(out, y1, 32); v128.store(out, y2, 64); v128.store(out, y3, 96); }
}
/** X to Z: four times the rate, a quarter of the level. Whole fours of samples: what is computed beyond n is overwritten before anyone reads it. */
@inline function up<T>(n: i32): void {
  const x1 = X0 + (<usize>((n + 3) & ~3) << 4), v1 = V0 + (<usize>n << 5), half = K<T>(0.5);
  let x = X0, v = V0, z = Z0;
  do {
    fold<T, No, No>(x - 512, x, EVEN, EVEN_PAIRS, v); fold<T, No, No>(x - 496, x, ODD, ODD_PAIRS, v + 16);
    x += 64; v += 128;
  } while (x < x1);
  v = V0;
  do {
    fold<T, No, No>(v - 112, v, HALF, HALF_PAIRS, z);
    v128.store(z, mul<T>(half, v128.load(v - 48)), 16); v128.store(z, mul<T>(half, v128.load(v - 32)), 48);
    v128.store(z, mul<T>(half, v128.load(v - 16)), 80); v128.store(z, mul<T>(half, v128.load(v)), 112);
    v += 64; z += 128;
  } while (v < v1);
}
/** S to OUT; `s` and `from` are where the newest sample that the first output takes lies in S and in W. */
@inline function down<T>(n: i32, s: usize, from: usize): void {
  const w1 = W0 + (<usize>n << 5), out1 = OUT + (<usize>((n + 3) & ~3) << 4), half = K<T>(0.5);
  let w = W0, out = OUT;
  do {
    v128.store(w, mul<T>(half, v128.load(s - 112))); v128.store(w, mul<T>(half, v128.load(s - 80)), 16);
    v128.store(w, mul<T>(half, v128.load(s - 48)), 32); v128.store(w, mul<T>(half, v128.load(s - 16)), 48);
    fold<T, Yes, Yes>(s - 224, s, HALF, HALF_PAIRS, w);
    s += 128; w += 64;
  } while (w < w1);
  do {
    fold<T, Yes, No>(from - 1024, from, EVEN, EVEN_PAIRS, out); fold<T, Yes, Yes>(from - 1008, from - 16, ODD, ODD_PAIRS, out);
    from += 128; out += 64;
  } while (out < out1);
}

// The shape. Soft: tanh takes part (h < 1); Hard: clip takes part (h > 0); both for all lanes of a group, or the sum is as if.
/** Lines longer than this by differences of antiderivatives, shorter ones by series about their middle; the errors meet near 1e-6 (1e-12). */
@inline function long<T>(): f64 { return sizeof<T>() == 4 ? 0.3 : 0.02; }
/** Beyond this tanh is ±1 in T. */
@inline function flat<T>(): f64 { return sizeof<T>() == 4 ? 10 : 20; }
/** |D| below this is no line but a point. */
const POINT: f64 = 1e-18;

/** exp(-2|x|) - 1 in f32, without cancellation near 0: 2^n (2^r - 1) + (2^n - 1), r = -1/2 ... 1/2, by
 * its series, relative error below 4e-7. Polynomials by halves (Estrin): short chains. */
@inline function expm1(x: v128): v128 {
  // Adding 1.5 × 2^23 rounds, and leaves n in the low bits.
  const one = K<f32>(1), y = f32x4.pmax(K<f32>(-60), f32x4.mul(f32x4.abs(x), K<f32>(-2.8853900817779268))), rounded = f32x4.add(y, K<f32>(12582912));
  const r = f32x4.sub(y, f32x4.sub(rounded, K<f32>(12582912))), rr = f32x4.mul(r, r);
  const q01 = ma<f32>(r, K<f32>(0.2402265069591007), K<f32>(0.6931471805599453)), q23 = ma<f32>(r, K<f32>(9.618129107628477e-3), K<f32>(0.05550410866482158));
  const q45 = ma<f32>(r, K<f32>(1.5403530393381609e-4), K<f32>(1.3333558146428443e-3));
  const q = ma<f32>(f32x4.mul(rr, rr), q45, ma<f32>(rr, q23, q01)), power = i32x4.add(i32x4.shl(rounded, 23), one);
  return ma<f32>(f32x4.mul(r, q), power, f32x4.sub(power, one));
}
@inline function tanh<T>(x: v128): v128 {
  if (sizeof<T>() == 8) return f64x2(Math.tanh(f64x2.extract_lane(x, 0)), Math.tanh(f64x2.extract_lane(x, 1)));
  const e = expm1(x);
  return v128.or(f32x4.div(e, f32x4.sub(K<f32>(-2), e)), v128.and(x, K<f32>(-0.0)));
}
/** log(1 + exp(-2|x|)). f32: interpolated at Chebyshev's nodes, error below 2e-7. */
@inline function log1pExp<T>(x: v128): v128 {
  if (sizeof<T>() == 8) return f64x2(Math.log1p(Math.exp(-2 * Math.abs(f64x2.extract_lane(x, 0)))), Math.log1p(Math.exp(-2 * Math.abs(f64x2.extract_lane(x, 1)))));
  const e = f32x4.add(expm1(x), K<f32>(1)), ee = f32x4.mul(e, e);
  const q01 = ma<f32>(e, K<f32>(-0.4999717452300876), K<f32>(0.9999997807585047)), q23 = ma<f32>(e, K<f32>(-0.24474774178665773), K<f32>(0.3327192838342996));
  const q45 = ma<f32>(e, K<f32>(-0.10685002864265002), K<f32>(0.17687476700856233)), q67 = ma<f32>(e, K<f32>(-0.00837115255015209), K<f32>(0.04349389981837933));
  return f32x4.mul(e, ma<f32>(f32x4.mul(ee, ee), ma<f32>(ee, q67, q45), ma<f32>(ee, q23, q01)));
}
/**
 * ∫ log(1 + exp(-2|v|)) dv from 0 to u, from l = log(1 + e), e = exp(-2|u|): π²/24 + Li2(-e)/2 with the sign of u. Li2 in powers of l, by
 * Bernoulli numbers: -Li2(1 - exp(l)) = l + l²/4 + Σ B(2k) l^(2k+1) / (2k+1)! (Lewin, Polylogarithms and Associated Functions, 1981).
 */
@inline function second<T>(u: v128, l: v128): v128 {
  const z = mul<T>(l, l);
  let q = K<T>(1.0 / 423360);
  if (sizeof<T>() == 8) q = ma<T>(z, ma<T>(z, ma<T>(z, ma<T>(z, K<T>(4.460845510228226e-13), K<T>(-2.0323808225721128e-11)), K<T>(1.0 / 1053803520)), K<T>(-1.0 / 21772800)), q);
  q = mul<T>(l, ma<T>(l, ma<T>(l, ma<T>(z, ma<T>(z, q, K<T>(-1.0 / 7200)), K<T>(1.0 / 72)), K<T>(0.125)), K<T>(0.5)));
  return v128.xor(sub<T>(K<T>(0.41123351671205661), q), v128.and(u, K<T>(-0.0)));
}
// tanh along a line with middle m and length D, t = tanh m, q = 1 - t²: series of M and N, and of A, B, C = ∫ f', ∫ s f', ∫ s² f'. A polynomial
// in z = t² per derivative: f' = q, f'' = -2 t q, f''' = q (6 z - 2), f4 = t q (16 - 24 z), f5 = q (16 - 120 z + 120 z²).
@inline function seriesM<T>(t: v128, z: v128, q: v128, DD: v128): v128 {
  return ma<T>(mul<T>(t, mul<T>(DD, q)), ma<T>(DD, ma<T>(z, K<T>(-24.0 / 1920), K<T>(16.0 / 1920)), K<T>(-1.0 / 12)), t);
}
@inline function seriesN<T>(z: v128, q: v128, D: v128, DD: v128): v128 {
  return mul<T>(mul<T>(D, q), ma<T>(DD, ma<T>(z, K<T>(6.0 / 480), K<T>(-2.0 / 480)), K<T>(1.0 / 12)));
}
@inline function seriesA<T>(z: v128, q: v128, DD: v128): v128 {
  const f5 = ma<T>(z, ma<T>(z, K<T>(120.0 / 1920), K<T>(-120.0 / 1920)), K<T>(16.0 / 1920));
  return ma<T>(mul<T>(DD, q), ma<T>(DD, f5, ma<T>(z, K<T>(6.0 / 24), K<T>(-2.0 / 24))), q);
}
@inline function seriesB<T>(t: v128, z: v128, q: v128, D: v128, DD: v128): v128 {
  return mul<T>(mul<T>(D, mul<T>(t, q)), ma<T>(DD, ma<T>(z, K<T>(-24.0 / 480), K<T>(16.0 / 480)), K<T>(-1.0 / 6)));
}
@inline function seriesC<T>(z: v128, q: v128, DD: v128): v128 {
  return mul<T>(q, ma<T>(DD, ma<T>(z, K<T>(6.0 / 160), K<T>(-2.0 / 160)), K<T>(1.0 / 12)));
}
// The same from the ends, with ∫ tanh = |u| + l - log 2, l = log(1 + exp(-2|u|)). The part |u| of N is 0 unless the line crosses 0.
@inline function endsM<T>(a0: v128, a1: v128, l0: v128, l1: v128, inv: v128): v128 { return mul<T>(add<T>(sub<T>(a1, a0), sub<T>(l1, l0)), inv); }
@inline function endsN<T>(u0: v128, u1: v128, l0: v128, l1: v128, inv: v128): v128 {
  const rest = mul<T>(inv, sub<T>(mul<T>(add<T>(l0, l1), K<T>(0.5)), mul<T>(sub<T>(second<T>(u1, l1), second<T>(u0, l0)), inv)));
  return sub<T>(rest, mul<T>(v128.min<T>(mul<T>(u0, u1), K<T>(0)), mul<T>(inv, v128.abs<T>(inv))));
}
@inline function isLong<T>(D: v128): v128 { return v128.gt<T>(v128.abs<T>(D), K<T>(long<T>())); }
/** From end to end where tanh is ±1: there the series are as good. */
@inline function isFlat<T>(m: v128, D: v128): v128 { return v128.gt<T>(ma<T>(v128.abs<T>(D), K<T>(-0.5), v128.abs<T>(m)), K<T>(flat<T>())); }
@inline function clip<T>(u: v128): v128 { return v128.pmax<T>(v128.pmin<T>(u, K<T>(1)), K<T>(-1)); }
@inline function perD<T>(D: v128): v128 { return v128.and(div<T>(K<T>(1), D), v128.gt<T>(v128.abs<T>(D), K<T>(POINT))); }
// clip along a line: a share p of it lies between -1 and 1, the middle of that share at s. A = p, B = p s, C = p (s² + p²/12), M = c - p D s with c
// the mean of both ends clipped, N = p D (1/4 - C/p) / 2.
@inline function shareOf<T>(u: v128, c0: v128, c1: v128, inv: v128): v128 {
  const inside = v128.and(v128.lt<T>(v128.abs<T>(u), K<T>(1)), K<T>(1));
  return pick(v128.eq<T>(inv, K<T>(0)), inside, mul<T>(sub<T>(c1, c0), inv));
}
@inline function middleOf<T>(m: v128, c: v128, p: v128, inv: v128): v128 { return v128.andnot(mul<T>(sub<T>(c, m), inv), v128.eq<T>(p, K<T>(0))); }
@inline function spread<T>(p: v128, s: v128): v128 { return ma<T>(mul<T>(p, p), K<T>(1.0 / 12), mul<T>(s, s)); }

/** tanh in the middle of every line between n words from `z` on and those before them, to S; a loop of its own, so that several overlap. */
@inline function middles<T>(z: usize, out: usize, n: i32, g: v128, b: v128, step: usize): void {
  const half = mul<T>(g, K<T>(0.5)), end = z + (<usize>n << 4);
  do {
    v128.store(out, tanh<T>(ma<T>(add<T>(v128.load(z), v128.load(z - 16)), half, b)));
    z += 16; out += step;
  } while (z < end);
}
@inline function shape<T, Soft, Hard>(c: usize, n: i32): void {
  const p = P(c), st = S(c) + SHAPER, zero = K<T>(0), half = K<T>(0.5), one = K<T>(1);
  const g = mul<T>(fromDb<T>(v128.load(p)), K<T>(4)), h = v128.load(p, 16), soft = sub<T>(one, h), b = v128.load(p, 32);
  const tb = isFloat<Soft>() ? tanh<T>(b) : zero, cb = clip<T>(b);
  let z = Z0, out = S0, before = v128.load(st), u0 = ma<T>(v128.load(z - 16), g, b), c0 = clip<T>(u0);
  const end = z + (<usize>n << 6);
  if (isFloat<Soft>()) middles<T>(z, out, n << 2, g, b, 16);
  do {
    const u1 = ma<T>(v128.load(z), g, b), D = sub<T>(u1, u0), m = mul<T>(add<T>(u0, u1), half);
    let M = zero, N = zero;
    if (isFloat<Soft>()) {
      const t = v128.load(out), tt = mul<T>(t, t), q = sub<T>(one, tt), DD = mul<T>(D, D);
      let big = isLong<T>(D);
      M = seriesM<T>(t, tt, q, DD); N = seriesN<T>(tt, q, D, DD);
      if (v128.any_true(big)) big = v128.andnot(big, isFlat<T>(m, D));
      if (v128.any_true(big)) {
        const inv = perD<T>(D), a0 = v128.abs<T>(u0), a1 = v128.abs<T>(u1), l0 = log1pExp<T>(u0), l1 = log1pExp<T>(u1);
        M = pick(big, endsM<T>(a0, a1, l0, l1, inv), M); N = pick(big, endsN<T>(u0, u1, l0, l1, inv), N);
      }
      M = mul<T>(soft, sub<T>(M, tb)); N = mul<T>(soft, N);
    }
    if (isFloat<Hard>()) {
      const c1 = clip<T>(u1), inv = perD<T>(D), cm = mul<T>(add<T>(c0, c1), half), share = shareOf<T>(u1, c0, c1, inv);
      const s = middleOf<T>(m, cm, share, inv), pD = sub<T>(c1, c0);
      M = ma<T>(h, sub<T>(sub<T>(cm, mul<T>(pD, s)), cb), M);
      N = ma<T>(h, mul<T>(mul<T>(pD, half), sub<T>(K<T>(0.25), spread<T>(share, s))), N);
      c0 = c1;
    }
    M = mul<T>(M, half);
    v128.store(out, add<T>(before, sub<T>(M, N)));
    before = add<T>(M, N); u0 = u1; z += 16; out += 16;
  } while (z < end);
  v128.store(st, before);
}
/**
 * Exactly the lines that `shape` saw in these n samples, last first, as the next block may have other parameters. Reversed time starts at the
 * first fine sample of the last sample, three before its last line: so Z is read three words late, and one more for what `down` was late by.
 * S gets the gradients three words late, too; `down` makes up for it. `tape`: end of the fine samples, each before the line's end.
 */
@inline function unshape<T, Soft, Hard>(c: usize, n: i32, tape: usize): void {
  const p = P(c), gp = GP(c), st = GS(c) + SHAPER, zero = K<T>(0), half = K<T>(0.5), one = K<T>(1);
  const g = mul<T>(fromDb<T>(v128.load(p)), K<T>(4)), h = v128.load(p, 16), soft = sub<T>(one, h), b = v128.load(p, 32);
  const tb = tanh<T>(b), cb = clip<T>(b), slope = ma<T>(soft, sub<T>(one, mul<T>(tb, tb)), v128.and(h, v128.lt<T>(v128.abs<T>(b), one)));
  let from = Z0 - 64, out = S0, z1 = v128.load(st), carry = v128.load(st, 16), gg = zero, gh = zero, gb = zero, u1 = ma<T>(z1, g, b);
  const end = from + (<usize>n << 6);
  // The last line ends at z1, all others between words of the tape.
  v128.store(out, tanh<T>(ma<T>(add<T>(z1, v128.load(tape - 16)), mul<T>(g, half), b)));
  middles<T>(tape - (<usize>n << 6) + 16, out + (<usize>n << 6) - 16, (n << 2) - 1, g, b, -16);
  do {
    tape -= 16;
    const now = v128.load(from), next = v128.load(from - 16), gM = mul<T>(add<T>(now, next), half), gN = sub<T>(next, now);
    const z0 = v128.load(tape), u0 = ma<T>(z0, g, b), D = sub<T>(u1, u0), m = mul<T>(add<T>(u0, u1), half), inv = perD<T>(D);
    const t = v128.load(out), tt = mul<T>(t, t), q = sub<T>(one, tt), DD = mul<T>(D, D);
    let big = isLong<T>(D);
    let M = seriesM<T>(t, tt, q, DD), N = seriesN<T>(tt, q, D, DD);
    let A = seriesA<T>(tt, q, DD), B = seriesB<T>(t, tt, q, D, DD), C = seriesC<T>(tt, q, DD);
    if (v128.any_true(big)) big = v128.andnot(big, isFlat<T>(m, D));
    if (v128.any_true(big)) {
      const a0 = v128.abs<T>(u0), a1 = v128.abs<T>(u1), l0 = log1pExp<T>(u0), l1 = log1pExp<T>(u1), t0 = tanh<T>(u0), t1 = tanh<T>(u1);
      M = pick(big, endsM<T>(a0, a1, l0, l1, inv), M); N = pick(big, endsN<T>(u0, u1, l0, l1, inv), N);
      // By parts.
      A = pick(big, mul<T>(sub<T>(t1, t0), inv), A); B = pick(big, mul<T>(sub<T>(mul<T>(add<T>(t0, t1), half), M), inv), B);
      C = pick(big, mul<T>(sub<T>(mul<T>(sub<T>(t1, t0), K<T>(0.25)), add<T>(N, N)), inv), C);
    }
    if (isFloat<Hard>()) {
      const c0 = clip<T>(u0), c1 = clip<T>(u1), cm = mul<T>(add<T>(c0, c1), half), share = shareOf<T>(u1, c0, c1, inv);
      const s = middleOf<T>(m, cm, share, inv), pD = sub<T>(c1, c0), v = spread<T>(share, s);
      gh = ma<T>(gM, sub<T>(sub<T>(sub<T>(cm, mul<T>(pD, s)), cb), sub<T>(M, tb)), gh);
      gh = ma<T>(gN, sub<T>(mul<T>(mul<T>(pD, half), sub<T>(K<T>(0.25), v)), N), gh);
      const ps = mul<T>(share, h);
      A = ma<T>(soft, A, ps); B = ma<T>(soft, B, mul<T>(ps, s)); C = ma<T>(soft, C, mul<T>(ps, v));
    }
    const even = mul<T>(half, ma<T>(gM, A, mul<T>(gN, B))), odd = ma<T>(gM, B, mul<T>(gN, C)), g1 = add<T>(even, odd), g0 = sub<T>(even, odd);
    gb = add<T>(gb, sub<T>(add<T>(g0, g1), mul<T>(gM, slope))); gg = ma<T>(g1, z1, ma<T>(g0, z0, gg));
    v128.store(out, ma<T>(g1, g, carry));
    carry = mul<T>(g0, g); z1 = z0; u1 = u0; from += 16; out += 16;
  } while (from < end);
  v128.store(st, z1); v128.store(st, carry, 16);
  gather<T>(gp, mul<T>(gg, mul<T>(g, K<T>(2.302585092994046 / 20)))); gather<T>(gp + 32, gh); gather<T>(gp + 64, gb);
}

@inline function run<T>(c: usize, at: usize, n: i32, keep: i32): void {
  const h = v128.load(P(c), 16), anySoft = v128.any_true(v128.lt<T>(h, K<T>(1))), anyHard = v128.any_true(v128.gt<T>(h, K<T>(0)));
  let x = X(c, 0) + at, y = Y(c, 0) + at, tape = TAPE(c) + at * 4, left = n;
  prepareTaps<T>();
  recall(S(c));
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
  remember(S(c));
}
/** Samples of a lane group from `from` on, the last one first. */
@inline function reversed(to: usize, from: usize, n: i32): void {
  let last = from + (<usize>n << 4);
  do { last -= 16; v128.store(to, v128.load(last)); to += 16; } while (last > from);
}
@inline function adjoint<T>(c: usize, at: usize, gat: usize, n: i32): void {
  let gx = GX(c, 0) + gat + (<usize>n << 4), gy = GY(c, 0) + gat + (<usize>n << 4), tape = TAPE(c) + (at + (<usize>n << 4)) * 4, left = n;
  prepareTaps<T>();
  recall(GS(c));
  do {
    const k = min(left, CHUNK), bytes = <usize>k << 4;
    gx -= bytes; gy -= bytes;
    reversed(X0, gy, k);
    up<T>(k);
    unshape<T, Yes, Yes>(c, k, tape);
    tape -= bytes << 2;
    down<T>(k, S0 + 16, W0 + 16);
    reversed(gx, OUT, k);
    slide(k);
    left -= k;
  } while (left > 0);
  remember(GS(c));
}
export function distortion_run_f32(c: usize, at: usize, n: i32, keep: i32): void { run<f32>(c, at, n, keep); }
export function distortion_run_f64(c: usize, at: usize, n: i32, keep: i32): void { run<f64>(c, at, n, keep); }
export function distortion_adj_f32(c: usize, at: usize, gat: usize, n: i32): void { adjoint<f32>(c, at, gat, n); }
export function distortion_adj_f64(c: usize, at: usize, gat: usize, n: i32): void { adjoint<f64>(c, at, gat, n); }
