/** The solver on functions that know no data: what it asks for, and where it ends. */
import test from 'ava'
import { choleskySolve } from '../../src/kernels/cholesky.ts'
import { ScaledCholesky } from '../../src/models/solver/linear.ts'
import { newton, type Evaluation, type EvaluationRequest, type NewtonOptions, type NewtonResult } from '../../src/models/solver/newton.ts'

type Function = (point: Float64Array) => Evaluation

/** Answers a solver from a function, and counts the orders that were asked for. */
function minimise(f: Function, options: Partial<NewtonOptions> & Pick<NewtonOptions, 'start'>): NewtonResult & { orders: number[]; solver: ScaledCholesky } {
  const solver = new ScaledCholesky(options.start.length, choleskySolve)
  const steps: Generator<EvaluationRequest, NewtonResult, Evaluation> = newton({ tolerance: 1e-12, maxIterations: 100, solver, ...options })
  const orders: number[] = []
  for (let step = steps.next(); ; ) {
    if (step.done === true) return { ...step.value, orders, solver }
    orders.push(step.value.order)
    step = steps.next(f(step.value.point))
  }
}

const vector = (...values: number[]): Float64Array => Float64Array.from(values)

test('a quadratic is solved in one step', (t) => {
  // ½ xᵀ A x − b x + 10, A = [[4, 1], [1, 3]], b = [1, 2], whose minimum lies at A⁻¹ b = [1/11, 7/11].
  const f: Function = ([x, y]) => ({
    value: 2 * x! ** 2 + x! * y! + 1.5 * y! ** 2 - x! - 2 * y! + 10,
    gradient: vector(4 * x! + y! - 1, x! + 3 * y! - 2),
    hessian: vector(4, 1, 1, 3),
  })
  const result = minimise(f, { start: vector(5, -3) })
  t.is(result.outcome, 'converged')
  t.true(Math.abs(result.point[0]! - 1 / 11) < 1e-14)
  t.true(Math.abs(result.point[1]! - 7 / 11) < 1e-14)
  t.true(result.iterations <= 2)
  // Eigenvalues of the matrix scaled to a unit diagonal: 1 ± 1/√12.
  const condition = (1 + 12 ** -0.5) / (1 - 12 ** -0.5)
  t.true(Math.abs(result.solver.conditionEstimate() / condition - 1) < 0.1)
})

/** log(e^x + e^−x) + 1 overshoots from afar: its full Newton steps diverge from |x| > 1.09. */
const steep: Function = ([x]) => {
  const size = Math.abs(x!)
  const tanh = Math.tanh(x!)
  return { value: size + Math.log1p(Math.exp(-2 * size)) + 1, gradient: vector(tanh), hessian: vector(1 - tanh * tanh) }
}

test('steps that overshoot are cut', (t) => {
  const result = minimise(steep, { start: vector(4) })
  t.is(result.outcome, 'converged')
  t.true(Math.abs(result.point[0]!) < 1e-8)
  t.true(result.orders.includes(0))
})

test('the start is not written to, and the last evaluation needs no Hessian', (t) => {
  const start = vector(0.8)
  const result = minimise(steep, { start })
  t.deepEqual(start, vector(0.8))
  t.is(result.orders.at(-1), 1)
})

test('a limit on the steps', (t) => {
  const result = minimise(steep, { start: vector(4), maxIterations: 2 })
  t.is(result.outcome, 'iterations')
  t.is(result.iterations, 2)
  t.is(minimise(steep, { start: vector(4), maxIterations: 0 }).orders.length, 1)
})

test('tolerance 0 ends at the last bit', (t) => {
  const result = minimise(steep, { start: vector(1), tolerance: 0 })
  t.is(result.outcome, 'converged')
  t.true(Math.abs(result.point[0]!) < 1e-15)
})

test('a function that falls for ever: the caller may say that it is hopeless', (t) => {
  const f: Function = ([x]) => ({ value: Math.exp(-x!), gradient: vector(-Math.exp(-x!)), hessian: vector(Math.exp(-x!)) })
  let calls = 0
  const result = minimise(f, { start: vector(0), hopeless: () => ++calls === 5 })
  t.is(result.outcome, 'hopeless')
  t.is(result.iterations, 4)
  t.is(minimise(f, { start: vector(0), maxIterations: 50 }).outcome, 'iterations')
})

test('directions without curvature stay, singular ones get a ridge', (t) => {
  const f: Function = ([x, y]) => {
    const d = x! + y! - 1
    return { value: d * d + 1, gradient: vector(2 * d, 2 * d, 0), hessian: vector(2, 2, 0, 2, 2, 0, 0, 0, 0) }
  }
  const result = minimise(f, { start: vector(3, 3, 7), tolerance: 1e-14 })
  t.is(result.outcome, 'converged')
  t.is(result.point[2], 7)
  t.true(Math.abs(result.point[0]! + result.point[1]! - 1) < 1e-6)
  t.true(result.solver.ridge > 0)
})

test('an objective that overflows is an error, no loop', (t) => {
  const f: Function = () => ({ value: Infinity, gradient: vector(1), hessian: vector(1) })
  t.throws(() => minimise(f, { start: vector(0) }), { code: 'ERR_MANYCORE_NOT_FINITE' })
})
