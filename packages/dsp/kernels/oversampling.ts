import { K, Yes, No, add, mul, ma } from "./lanes";
// Four times the sample rate and back, by two symmetric filters each way: a steep one to twice the rate, a half-band to four times. As they are
// symmetric, going up is the transpose of going down: in reversed time an adjoint uses the same two. Late by 32 + 4 samples there and back, flat
// within 0.1 dB up to 0.4 of the rate, closed from half of it. Of small signals they undo what lines between the fine samples and means under
// triangles take (experiments/distortion-filters/design.ts).

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
export const CHUNK = 32;
const KEEP_X = 32, KEEP_V = 7, KEEP_Z = 5, KEEP_S = 15, KEEP_W = 64;
/** 123 kept words and 14 CHUNK others. */
const BUFFERS = memory.data(571 << 4, 16);
const XB = BUFFERS, VB = XB + ((KEEP_X + CHUNK) << 4), ZB = VB + ((KEEP_V + 2 * CHUNK) << 4), SB = ZB + ((KEEP_Z + 4 * CHUNK) << 4);
const WB = SB + ((KEEP_S + 4 * CHUNK) << 4);
const V0 = VB + (KEEP_V << 4);
/** First samples of a chunk: in, the fine ones (four times as many), fine ones to go down from, half as many of these, out. */
export const X0 = XB + (KEEP_X << 4), Z0 = ZB + (KEEP_Z << 4), S0 = SB + (KEEP_S << 4), W0 = WB + (KEEP_W << 4), OUT = WB + ((KEEP_W + 2 * CHUNK) << 4);
const AT_V = KEEP_X << 4, AT_Z = AT_V + (KEEP_V << 4), AT_S = AT_Z + (KEEP_Z << 4), AT_W = AT_S + (KEEP_S << 4);

/** Brings what a state of 123 words at `s` has kept into the buffers; `remember` takes it back. */
function recall(s: usize): void {
  memory.copy(XB, s, KEEP_X << 4); memory.copy(VB, s + AT_V, KEEP_V << 4); memory.copy(ZB, s + AT_Z, KEEP_Z << 4);
  memory.copy(SB, s + AT_S, KEEP_S << 4); memory.copy(WB, s + AT_W, KEEP_W << 4);
}
function remember(s: usize): void {
  memory.copy(s, XB, KEEP_X << 4); memory.copy(s + AT_V, VB, KEEP_V << 4); memory.copy(s + AT_Z, ZB, KEEP_Z << 4);
  memory.copy(s + AT_S, SB, KEEP_S << 4); memory.copy(s + AT_W, WB, KEEP_W << 4);
}
/** After a chunk of n samples the last ones become the earlier ones. */
function slide(n: usize): void {
  memory.copy(XB, XB + (n << 4), KEEP_X << 4); memory.copy(VB, VB + (n << 5), KEEP_V << 4); memory.copy(ZB, ZB + (n << 6), KEEP_Z << 4);
  memory.copy(SB, SB + (n << 6), KEEP_S << 4); memory.copy(WB, WB + (n << 5), KEEP_W << 4);
}
function prepareTaps<T>(): void {
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
function up<T>(n: i32): void {
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
function down<T>(n: i32, s: usize, from: usize): void {
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

export { prepareTaps, recall, remember, slide, up, down };
