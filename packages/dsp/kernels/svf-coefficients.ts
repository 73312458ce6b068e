import { K, add, sub, mul, div, ma, exp2 } from "./lanes";
// What the second-order filters (svf.ts) and the loops that contain one share: coefficients of the increments, and their gradients.
/** The corner is capped here; above, the gradient of the frequency is zero. */
export const TOP: f64 = 0.49 * Math.PI;
/** g = tan(π frequency / rate), k = 1 / q */
@inline export function a1Of<T>(g: v128, k: v128): v128 { return div<T>(K<T>(1), ma<T>(g, add<T>(g, k), K<T>(1))); }

// Gradients of b1 = 2 g a1, c1 = b1 (g + k), b2 = b1 g, with a1 = 1 / (1 + g (g + k)), with respect to g and k.
@inline export function toG<T>(gb1: v128, gc1: v128, gb2: v128, g: v128, k: v128, a1: v128, b1: v128): v128 {
  const gk = add<T>(g, k), t = ma<T>(gb2, g, ma<T>(gc1, gk, gb1)), t2 = mul<T>(add<T>(t, t), a1);
  return sub<T>(ma<T>(add<T>(gc1, gb2), b1, t2), mul<T>(mul<T>(mul<T>(t2, g), a1), add<T>(g, gk)));
}
@inline export function toK<T>(gb1: v128, gc1: v128, gb2: v128, g: v128, k: v128, a1: v128, b1: v128): v128 {
  const t = ma<T>(gb2, g, ma<T>(gc1, add<T>(g, k), gb1)), ga = mul<T>(g, a1);
  return sub<T>(mul<T>(gc1, b1), mul<T>(mul<T>(add<T>(t, t), ga), ga));
}

/** Shapes are types, told apart at compile time. */
export type Lowpass = i8; export type Highpass = i16; export type Bell = i32; export type Lowshelf = i64; export type Highshelf = f64;
export type Bandpass = u8; export type Bandreject = u16;
@inline export function isLowpass<B>(): bool { return sizeof<B>() == 1 && isSigned<B>(); }
@inline export function isHighpass<B>(): bool { return sizeof<B>() == 2 && isSigned<B>(); }
@inline export function isBandpass<B>(): bool { return sizeof<B>() == 1 && !isSigned<B>(); }
@inline export function isBandreject<B>(): bool { return sizeof<B>() == 2 && !isSigned<B>(); }
@inline export function isBell<B>(): bool { return sizeof<B>() == 4; }
@inline export function isLowshelf<B>(): bool { return sizeof<B>() == 8 && !isFloat<B>(); }
@inline export function isHighshelf<B>(): bool { return isFloat<B>(); }
@inline export function hasGain<B>(): bool { return sizeof<B>() >= 4; }
/** Whose output the second integrator has no part in. */
@inline export function isBand<B>(): bool { return isBell<B>() || isBandpass<B>() || isBandreject<B>(); }

export const GAIN_SLOPE: f64 = 2.302585092994046 / 40;

/** √A = 10^(gain/80) */
@inline export function rootOf<T, B>(gain: v128): v128 { return hasGain<B>() ? exp2<T>(mul<T>(gain, K<T>(0.04152410118609203))) : K<T>(1); }
@inline export function gOf<T, B>(t: v128, root: v128): v128 { return isLowshelf<B>() ? div<T>(t, root) : isHighshelf<B>() ? mul<T>(t, root) : t; }
@inline export function kOf<T, B>(q: v128, A: v128): v128 { return isBell<B>() ? div<T>(K<T>(1), mul<T>(q, A)) : div<T>(K<T>(1), q); }
@inline export function m0Of<T, B>(A: v128): v128 { return isLowpass<B>() || isBandpass<B>() ? K<T>(0) : isHighshelf<B>() ? mul<T>(A, A) : K<T>(1); }
/** m1 / k */
@inline export function r1Of<T, B>(A: v128): v128 {
  const one = K<T>(1);
  return isLowpass<B>() ? K<T>(0) : isHighpass<B>() || isBandreject<B>() ? K<T>(-1) : isBandpass<B>() ? one : isBell<B>() ? sub<T>(mul<T>(A, A), one) : isLowshelf<B>() ? sub<T>(A, one) : mul<T>(A, sub<T>(one, A));
}
@inline export function m2Of<T, B>(A: v128): v128 {
  const one = K<T>(1);
  return isLowpass<B>() ? one : isHighpass<B>() ? K<T>(-1) : isBand<B>() ? K<T>(0) : isLowshelf<B>() ? sub<T>(mul<T>(A, A), one) : sub<T>(one, mul<T>(A, A));
}

// A constant filter is linear, so its gradients are correlations, and three suffice. With w = s1 + n1 = 2 v1 (n: the state after the sample),
// the sample reads v1 = s1 + g hp, v2 = s2 + g v1, hp = v0 - v2 - k v1. Multipliers p1, p2 of the first two equations give
// dL/dg = Σ p1 hp + p2 v1 and dL/dk = -g Σ p1 v1. Here p1 = l1 + l1', p2 = l2 + l2' (l: adjoint of the state after the sample, l': before it)
// are combinations of e1, e2, u, and 2 g Σ p1 hp = Σ (l1 + l1') (n1 - s1) = Σ (l1' - l1) w + the change of l1 s1 over the block, by parts.
// So all of it follows from Σ e1 w, Σ e2 w, Σ u w and the two ends, and s1 is all that the tape must hold.
/** dL/dg from ew1 = Σ e1 w, ew2 = Σ e2 w, uw = Σ u w and the change of l1 s1 from the block's start to its end. */
@inline export function sumsToG<T>(ew1: v128, ew2: v128, uw: v128, change: v128, g: v128, a1: v128, b1: v128, c1: v128, m1: v128): v128 {
  const steps = add<T>(ma<T>(m1, uw, sub<T>(mul<T>(b1, ew2), mul<T>(c1, ew1))), change);
  return add<T>(add<T>(div<T>(mul<T>(steps, K<T>(0.5)), g), ew2), sumsToK<T>(ew1, ew2, g, a1));
}
/** dL/dk, without the share of m1. */
@inline export function sumsToK<T>(ew1: v128, ew2: v128, g: v128, a1: v128): v128 { return v128.neg<T>(mul<T>(mul<T>(g, a1), ma<T>(g, ew2, ew1))); }
/** dL/dA from the gradients of m0, m1, m2, k (already with m1's share) and g. */
@inline export function toA<T, B>(A: v128, k: v128, g: v128, gm0: v128, gm1: v128, gm2: v128, gk: v128, gg: v128): v128 {
  const two = add<T>(A, A);
  if (isBell<B>()) return sub<T>(mul<T>(mul<T>(gm1, k), two), div<T>(mul<T>(gk, k), A));
  const bend = div<T>(mul<T>(gg, g), two);
  if (isLowshelf<B>()) return sub<T>(ma<T>(gm2, two, mul<T>(gm1, k)), bend);
  return add<T>(ma<T>(sub<T>(gm0, gm2), two, mul<T>(mul<T>(gm1, k), sub<T>(K<T>(1), two))), bend);
}
/** dg/dt, with g = t, t / √A or t √A. */
@inline export function dgdt<T, B>(root: v128): v128 { return isLowshelf<B>() ? div<T>(K<T>(1), root) : isHighshelf<B>() ? root : K<T>(1); }
