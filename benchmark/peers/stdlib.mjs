// @stdlib/blas, as npm installs it: the JavaScript path, since its native add-ons want a compiler.
export const name = '@stdlib/blas'

const load = async (module) => (await import(module)).default

export const calls = {
  'sum f64': async ({ x }) => {
    const dsumpw = await load('@stdlib/blas-ext-base-dsumpw')
    return () => dsumpw(x.length, x, 1)
  },
  'sumOfSquares f64': async ({ x }) => {
    const ddot = await load('@stdlib/blas-base-ddot')
    return () => ddot(x.length, x, 1, x, 1)
  },
  'dot f64': async ({ x, y }) => {
    const ddot = await load('@stdlib/blas-base-ddot')
    return () => ddot(x.length, x, 1, y, 1)
  },
  'matvec f64': async ({ a, x, rows, columns }) => {
    const dgemv = await load('@stdlib/blas-base-dgemv')
    const out = new Float64Array(rows)
    return () => dgemv('row-major', 'no-transpose', rows, columns, 1, a, columns, x, 1, 0, out, 1)
  },
}
