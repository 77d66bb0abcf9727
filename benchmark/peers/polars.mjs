// nodejs-polars: Rust, one thread here. Its Series are made outside the timing, which takes longer than any of these calls.
export const name = 'nodejs-polars'

const series = (call) => async ({ x }, n) => {
  if (n > 1e7) throw new Error('left out above 1e7 elements')
  const polars = (await import('nodejs-polars')).default
  const values = polars.Series('x', x)
  return () => call(values)
}

export const calls = {
  'sum f64': series((s) => s.sum()),
  'mean f64': series((s) => s.mean()),
  'min f64': series((s) => s.min()),
  'max f64': series((s) => s.max()),
}
