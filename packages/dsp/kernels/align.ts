import { P, S, GS, X, Y, GX, GY } from "./lanes";
// align: a delay by whole samples, the same in all lanes. State: [i32 position][i32 length][8 bytes][ring of `length` samples].
// T does not matter: a sample of a lane group is 16 bytes in both.
@inline function shift(state: usize, from: usize, to: usize, step: isize, n: i32): void {
  const length = load<i32>(state, 4), ring = state + 16;
  if (length == 0) {
    if (step > 0) memory.copy(to, from, <usize>n << 4);
    else memory.copy(to - (<usize>(n - 1) << 4), from - (<usize>(n - 1) << 4), <usize>n << 4);
    return;
  }
  let position = load<i32>(state), left = n;
  do {
    const slot = ring + (<usize>position << 4), v = v128.load(from);
    v128.store(to, v128.load(slot));
    v128.store(slot, v);
    if (++position == length) position = 0;
    from += step; to += step;
  } while (--left);
  store<i32>(state, position);
}
@inline function run(c: usize, at: usize, n: i32): void { shift(S(c), X(c, 0) + at, Y(c, 0) + at, 16, n); }
/** The transpose of a delay is a delay in reversed time. */
@inline function adjoint(c: usize, gat: usize, n: i32): void {
  const last = gat + (<usize>(n - 1) << 4);
  shift(GS(c), GY(c, 0) + last, GX(c, 0) + last, -16, n);
}
export function align_run_f32(c: usize, at: usize, n: i32, keep: i32): void { run(c, at, n); }
export function align_run_f64(c: usize, at: usize, n: i32, keep: i32): void { run(c, at, n); }
export function align_adj_f32(c: usize, at: usize, gat: usize, n: i32): void { adjoint(c, gat, n); }
export function align_adj_f64(c: usize, at: usize, gat: usize, n: i32): void { adjoint(c, gat, n); }
