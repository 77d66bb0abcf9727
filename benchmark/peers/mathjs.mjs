// mathjs on plain arrays, as its users call it.
export const name = 'mathjs'

const MOST = 1e5

const list = (call) => async ({ x }, n) => {
  if (n > MOST) throw new Error(`left out above ${MOST} elements`)
  const math = await import('mathjs')
  const values = Array.from(x)
  return () => call(math, values)
}

export const calls = {
  'sum f64': list((math, x) => math.sum(x)),
  'mean f64': list((math, x) => math.mean(x)),
  'min f64': list((math, x) => math.min(x)),
  'max f64': list((math, x) => math.max(x)),
  'variance f64': list((math, x) => math.variance(x, 'uncorrected')),
}
