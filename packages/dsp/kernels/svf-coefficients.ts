import { K, add, sub, mul, div, ma } from "./lanes";
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
