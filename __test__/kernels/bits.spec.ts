/** The stamped loops give the bits of the document, for every kernel, type, length, offset and kind of memory. */
import test from 'ava'
import fc from 'fast-check'
import { CHUNK, chunkPartials, inlineReduce, inputsOf, mergePartials, reductions, widthOf, type ReductionName } from '../../src/kernels/index.ts'
import { fill, floatTypes, generator, lengths, makeView, memories } from './data.ts'
import { reference, referenceRoot, type Floats } from './reference.ts'

const kernels = Object.keys(reductions) as ReductionName[]
const types = Object.keys(floatTypes) as (keyof typeof floatTypes)[]

function second(kernel: ReductionName, x: Floats): Floats | undefined {
  return inputsOf(kernel) === 2 ? fill(new (x.constructor as Float64ArrayConstructor)(x.length), 77) : undefined
}

/** What differs, in words; undefined when nothing does. */
function difference(kernel: ReductionName, x: Floats, y: Floats | undefined, what: string): string | undefined {
  const root = new Float64Array(widthOf(kernel))
  const value = inlineReduce(kernel, x, y, root)
  const got = [value, ...root]
  const whole = referenceRoot(kernel, x, y)
  const wanted = [whole[reductions[kernel].value]!, ...whole]
  return got.every((number, k) => Object.is(number, wanted[k])) ? undefined : `${what}: ${got} instead of ${wanted}`
}

for (const kernel of kernels) {
  for (const type of types) {
    test(`${kernel} of ${type}: every boundary and offset`, (t) => {
      const wrong = lengths.flatMap((n) =>
        [0, 1, 3].map((offset) => {
          const x = makeView(type, n, offset)
          return difference(kernel, x, second(kernel, x), `n = ${n}, offset ${offset}`)
        }),
      )
      t.deepEqual(wrong.filter(Boolean), [])
    })

    for (const memory of Object.keys(memories)) {
      test(`${kernel} of ${type}: ${memory} memory`, (t) => {
        const wrong = [0, 1, 5, 33, 4096, 4099, 70000].map((n) => {
          const x = makeView(type, n, 2, memory)
          return difference(kernel, x, second(kernel, x), `n = ${n}`)
        })
        t.deepEqual(wrong.filter(Boolean), [])
      })
    }

    test(`${kernel} of ${type}: NaN, infinities, zeros and subnormals anywhere`, (t) => {
      const special = [NaN, Infinity, -Infinity, 0, -0, 5e-324, -5e-324, 2 ** -149, 1e308, -1e308, 3e38, 1, -1]
      const random = generator(5)
      const wrong: (string | undefined)[] = []
      for (let round = 0; round < 300; round++) {
        const n = Math.floor(random() * 150) + (round % 50 === 0 ? 4000 : 1)
        const x = makeView(type, n, 0, 'plain', round)
        // A few rounds of nothing but special values of one or two kinds, such as only zeros of both signs.
        const from = round % 3 === 0 ? 1 + Math.floor(random() * special.length) : special.length
        const some = special.filter(() => random() < 2 / from)
        if (some.length === 0) some.push(special[round % special.length]!)
        const share = round % 2 === 0 ? 1 : 0.05
        for (let i = 0; i < n; i++) if (random() < share) x[i] = some[Math.floor(random() * some.length)]!
        wrong.push(difference(kernel, x, second(kernel, x), `round ${round}, n = ${n}`))
      }
      t.deepEqual(wrong.filter(Boolean), [])
    })
  }

  test(`${kernel}: chunks computed in any grouping merge to the same bits`, (t) => {
    const x = makeView('float64', 11 * CHUNK + 4096 * 3 + 5)
    const y = second(kernel, x)
    const wanted = inlineReduce(kernel, x, y)
    const chunks = Math.ceil(x.length / CHUNK)
    const width = widthOf(kernel)
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5 }), { minLength: chunks, maxLength: chunks }), (sizes) => {
        const partials = new Float64Array(chunks * width)
        const groups: [number, number][] = []
        for (let first = 0, k = 0; first < chunks; first += sizes[k++]!) groups.push([first, Math.min(chunks, first + sizes[k]!)])
        for (const [first, last] of groups.reverse()) chunkPartials(kernel, x, y, first, last, partials.subarray(first * width, last * width))
        return Object.is(mergePartials(kernel, partials, chunks), wanted)
      }),
      { numRuns: 10 },
    )
    t.pass()
  })

  test(`${kernel}: arbitrary doubles`, (t) => {
    fc.assert(
      fc.property(fc.float64Array({ minLength: 1, maxLength: 300 }), (x) => {
        const y = second(kernel, x)
        return Object.is(inlineReduce(kernel, x, y), reference(kernel, x, y as Float64Array | undefined))
      }),
      { numRuns: 300 },
    )
    t.pass()
  })
}

test('a kernel of two inputs reads resizable memory on either side', (t) => {
  const plain = makeView('float64', 9000)
  const resizable = makeView('float64', 9000, 0, 'resizable, tracking', 3)
  t.is(inlineReduce('dot', plain, resizable), reference('dot', plain, resizable))
  t.is(inlineReduce('dot', resizable, plain), reference('dot', resizable, plain))
})

test('min and max over many blocks: the winner in any of them, NaN and zeros included', (t) => {
  for (const Class of Object.values(floatTypes)) {
    for (let at = 0; at < 3 * 4096; at += 511) {
      const x = new Class(3 * 4096 + 7).fill(1)
      x[at] = -2
      t.is(inlineReduce('min', x, undefined), -2)
      x[at] = 3
      t.is(inlineReduce('max', x, undefined), 3)
      x[at] = NaN
      t.is(inlineReduce('min', x, undefined), NaN)
      t.is(inlineReduce('max', x, undefined), NaN)
      x.fill(0)
      x[at] = -0
      t.is(inlineReduce('min', x, undefined), -0)
      x.fill(-0)
      t.is(inlineReduce('max', x, undefined), -0)
      x[at] = 0
      t.is(inlineReduce('max', x, undefined), 0)
      // Infinities of both signs make the loop's watch for NaN ring although there is none.
      x.fill(Infinity)
      x[at] = -Infinity
      t.is(inlineReduce('min', x, undefined), -Infinity)
      t.is(inlineReduce('max', x, undefined), Infinity)
    }
  }
})
