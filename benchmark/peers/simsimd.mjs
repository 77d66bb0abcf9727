// simsimd: hand-written SIMD in C, one thread, inexact for floats.
export const name = 'simsimd'

const load = async () => (await import('simsimd')).default
const square = async ({ x }) => {
  const simsimd = await load()
  return () => simsimd.dot(x, x)
}

export const calls = {
  'sumOfSquares f64': square,
  'sumOfSquares f32': square,
  'dot f64': async ({ x, y }) => {
    const simsimd = await load()
    return () => simsimd.dot(x, y)
  },
}
