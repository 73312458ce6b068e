/**
 * Σ of rows of f32, each from its own place on: `places` holds `count` byte offsets from `rows` (u32), `to` gets `width` sums, a multiple
 * of 16, which as many numbers from each place on must be there for.
 */
export function ways_sum_f32(rows: usize, places: usize, count: i32, to: usize, width: i32): void {
  const end = to + (<usize>width << 2), last = places + (<usize>count << 2);
  for (; to < end; to += 64) {
    let a = f32x4.splat(0), b = f32x4.splat(0), c = f32x4.splat(0), d = f32x4.splat(0);
    for (let place = places; place < last; place += 4) {
      const row = rows + <usize>load<u32>(place);
      a = f32x4.add(a, v128.load(row)); b = f32x4.add(b, v128.load(row, 16));
      c = f32x4.add(c, v128.load(row, 32)); d = f32x4.add(d, v128.load(row, 48));
    }
    v128.store(to, a); v128.store(to, b, 16); v128.store(to, c, 32); v128.store(to, d, 48);
    rows += 64;
  }
}
