// Run as a child process by kinds.spec.ts on every runtime: reductions of a Float16Array give what they give for a Float64Array of the same
// numbers. Prints `none` where the runtime has no such array, else one line a difference and `done`.
import * as manycore from '../../dist/index.js'

const plain = ['sum', 'sumOfSquares', 'dot', 'mean', 'min', 'max', 'variance', 'minMax', 'argMin', 'argMax', 'norm', 'product', 'countNonzero', 'hasNaN', 'logSumExp', 'describe']
const precise = ['sum', 'sumOfSquares', 'dot', 'mean', 'norm']
const calls = [...plain.map((name) => [name, {}]), ...precise.flatMap((name) => ['compensated', 'exact'].map((precision) => [name, { precision }]))]

const text = (value) => JSON.stringify(value, (_, number) => (Object.is(number, -0) || !Number.isFinite(number) ? `${number}` : number))

if (typeof Float16Array === 'undefined') {
  try {
    manycore.allocate('float16', 5)
    console.log('allocate gave something')
  } catch ({ code, message }) {
    console.log(code === 'ERR_MANYCORE_TYPE' && message.includes('no Float16Array') ? 'none' : message)
  }
} else {
  for (const backend of manycore.info().tried.some(({ error }) => error === undefined) ? ['native', 'workers'] : ['workers']) {
    manycore.setBackend(backend)
    for (const n of [1, 100, 4097, 200_003]) {
      const x = new Float16Array(new SharedArrayBuffer(2 * n + 2), 2, n)
      for (let i = 0; i < n; i++) x[i] = (i % 700) / 8 - 20
      const doubles = Float64Array.from(x)
      for (const [name, options] of calls) {
        const parameters = (array) => (name === 'dot' ? [array, array, options] : [array, options])
        const wanted = text(manycore[`${name}Sync`](...parameters(doubles)))
        for (const got of [manycore[`${name}Sync`](...parameters(x)), await manycore[name](...parameters(x))]) {
          if (text(got) !== wanted) console.log(`${backend} ${name} of ${n} ${JSON.stringify(options)}: ${text(got)} instead of ${wanted}`)
        }
      }
    }
    for (const n of [2, 5, 40, 41, 3000, 100_003]) {
      const x = Float16Array.from({ length: n }, (_, i) => (i % 97 === 7 ? NaN : i % 31 === 3 ? -0 : ((i * 7919) % 701) / 8 - 40))
      const doubles = Float64Array.from(x)
      for (const [name, ...more] of [['sort'], ['argSort'], ['topK', 2], ['median'], ['quantile', [0.1, 0.7]], ['histogram', { range: [-30, 30] }]]) {
        const wanted = text(manycore[`${name}Sync`](doubles, ...more))
        for (const got of [manycore[`${name}Sync`](x, ...more), await manycore[name](x, ...more)]) {
          if (text(got) !== wanted) console.log(`${backend} ${name} of ${n}: ${text(got).slice(0, 200)} instead of ${wanted.slice(0, 200)}`)
        }
      }
    }
  }
  for (const shared of [false, true]) {
    const x = manycore.allocate('float16', 5, { shared })
    if (!(x instanceof Float16Array) || x.length !== 5 || x.buffer instanceof SharedArrayBuffer !== shared) console.log(`allocate gave ${x}`)
    x.set([1, 2, 3, 4, 0.5])
    if (manycore.sumSync(x) !== 10.5 || (await manycore.sum(x)) !== 10.5 || manycore.sortSync(x)[0] !== 0.5) console.log('allocated numbers are not what they were')
  }
  console.log('done')
}
