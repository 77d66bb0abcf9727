// Predictions of so many rows that the promise forms compute them in pieces between turns of the event loop.
import test from 'ava'
import { Matrix, random } from 'manycore'
import { LogisticRegression } from 'manycore/models'

const rows = 20_001
const columns = 3

for (const classes of [['no', 'yes'], ['a', 'b', 'c']]) {
  test(`${classes.length} classes: promise forms give the bits of the blocking ones`, async (t) => {
    const data = random.normalSync(rows * columns, { seed: 5 })
    const X = new Matrix(data, rows, columns)
    const y = Array.from({ length: rows }, (_, i) => classes[Math.min(classes.length - 1, Math.abs(Math.round(data[i * columns]! + data[i * columns + 1]!)))]!)
    const model = new LogisticRegression().fitSync(X, y)
    const same = (a: unknown, b: unknown): void => void t.true(Buffer.from((a as Float64Array).buffer).equals(Buffer.from((b as Float64Array).buffer)))

    const predicted = (await model.predict(X)) as string[]
    const blocking = model.predictSync(X) as string[]
    t.is(predicted.length, rows)
    t.true(predicted.every((label, i) => label === blocking[i]))
    same((await model.predictProbabilities(X)).data, model.predictProbabilitiesSync(X).data)
    same((await model.predictLogProbabilities(X)).data, model.predictLogProbabilitiesSync(X).data)
    const share = predicted.filter((label, i) => label === y[i]).length / rows
    t.is(await model.score(X, y), share)
    t.is(model.scoreSync(X, y), share)
    const sampleWeight = Float64Array.from({ length: rows }, (_, i) => i % 3)
    t.is(await model.score(X, y, { sampleWeight }), model.scoreSync(X, y, { sampleWeight }))

    const wrong: unknown[] = [...y]
    wrong[rows - 1] = 1
    await t.throwsAsync(() => model.score(X, wrong as string[]), { code: 'ERR_MANYCORE_TYPE' })
    const reason = new Error('no more')
    await t.throwsAsync(() => model.predictProbabilities(X, { signal: AbortSignal.abort(reason) }), { is: reason })
  })
}
