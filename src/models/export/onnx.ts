/** A fitted logistic regression as an ONNX model (onnx.proto3 of ONNX 1.x, operator set 13), in standard operators and doubles: runtimes give its very labels. */
import { checkNames } from '../../common/options.ts'
import { argumentError, makeError } from '../../errors.ts'
import type { FittedLogistic } from '../fitted.ts'
import type { Label } from '../labels.ts'
import { Message } from './protobuf.ts'

export interface ONNXOptions {
  /** Type of the elements that the model takes. Default `'float64'`. Computes in double either way. */
  input?: 'float64' | 'float32' | undefined
  /** Name of the graph. Default `'LogisticRegression'`. */
  name?: string | undefined
}

/** Versions of the file format and of the operators: those of ONNX 1.8 (2020), the oldest with a softmax along an axis. */
const FORMAT_VERSION = 7
const OPERATORS_VERSION = 13

/** TensorProto.DataType. */
const types = { float32: 1, int64: 7, string: 8, bool: 9, float64: 11 } as const

/** AttributeProto.AttributeType of integers. */
const INTEGER_ATTRIBUTE = 2

/**
 * Input `X` (rows × columns). Outputs `label` (rows) and `probabilities` (rows × classes), as converters from scikit-learn name them. scores = X · W + b with a column a class,
 * probabilities their softmax, labels looked up by the highest score; two classes have scores 0 and s.
 */
export function onnxOf({ columns, vectors, packed, classes }: FittedLogistic, options: ONNXOptions): Uint8Array<ArrayBuffer> {
  checkNames(options, ['input', 'name'])
  const { input = 'float64', name = 'LogisticRegression' } = options
  if (input !== 'float64' && input !== 'float32') throw argumentError('OPTION', 'input', "'float64' or 'float32'", input, RangeError)
  if (typeof name !== 'string' || name === '') throw argumentError('OPTION', 'name', 'a name', name)
  const width = classes.length
  const weights = new Float64Array(columns * width)
  const offsets = new Float64Array(width)
  const first = vectors === 1 ? 1 : 0
  for (let k = 0; k < vectors; k++) {
    for (let j = 0; j < columns; j++) weights[j * width + first + k] = packed[k * (columns + 1) + j]!
    offsets[first + k] = packed[k * (columns + 1) + columns]!
  }
  const labels = labelTensor(classes)
  const doubles = input === 'float64' ? 'X' : 'doubles'
  const graph = new Message()
  if (input === 'float32') graph.message(1, node('Cast', ['X'], 'doubles', { to: types.float64 }))
  graph
    .message(1, node('MatMul', [doubles, 'coefficients'], 'products'))
    .message(1, node('Add', ['products', 'intercepts'], 'scores'))
    .message(1, node('Softmax', ['scores'], 'probabilities', { axis: 1 }))
    .message(1, node('ArgMax', ['scores'], 'index', { axis: 1, keepdims: 0 }))
    .message(1, node('Gather', ['classes', 'index'], 'label', { axis: 0 }))
    .text(2, name)
    .message(5, doubleTensor('coefficients', [columns, width], weights))
    .message(5, doubleTensor('intercepts', [width], offsets))
    .message(5, labels.tensor)
    .message(11, value('X', types[input], ['rows', columns]))
    .message(12, value('label', labels.type, ['rows']))
    .message(12, value('probabilities', types.float64, ['rows', width]))
  return new Message()
    .integer(1, FORMAT_VERSION)
    .text(2, 'manycore')
    .message(7, graph)
    .message(8, new Message().text(1, '').integer(2, OPERATORS_VERSION))
    .finish()
}

function node(operator: string, inputs: readonly string[], output: string, attributes: Readonly<Record<string, number>> = {}): Message {
  const out = new Message()
  for (const input of inputs) out.text(1, input)
  out.text(2, output).text(3, output).text(4, operator)
  for (const [name, number] of Object.entries(attributes)) {
    out.message(5, new Message().text(1, name).integer(3, number).integer(20, INTEGER_ATTRIBUTE))
  }
  return out
}

/** A tensor's name, type and shape; a dimension is a number or a name. */
function value(name: string, type: number, shape: readonly (number | string)[]): Message {
  const dimensions = new Message()
  for (const size of shape) dimensions.message(1, typeof size === 'number' ? new Message().integer(1, size) : new Message().text(2, size))
  return new Message().text(1, name).message(2, new Message().message(1, new Message().integer(1, type).message(2, dimensions)))
}

function tensor(name: string, type: number, shape: readonly number[]): Message {
  const out = new Message()
  for (const size of shape) out.integer(1, size)
  return out.integer(2, type).text(8, name)
}

function doubleTensor(name: string, shape: readonly number[], data: Float64Array): Message {
  const raw = new DataView(new ArrayBuffer(8 * data.length))
  data.forEach((number, i) => raw.setFloat64(8 * i, number, true))
  return tensor(name, types.float64, shape).bytes(9, new Uint8Array(raw.buffer))
}

function labelTensor(classes: readonly Label[]): { readonly type: number; readonly tensor: Message } {
  const shape = [classes.length]
  const [first] = classes
  if (typeof first === 'string') {
    const out = tensor('classes', types.string, shape)
    for (const label of classes) out.bytes(6, new TextEncoder().encode(label as string))
    return { type: types.string, tensor: out }
  }
  if (typeof first === 'boolean') {
    return { type: types.bool, tensor: tensor('classes', types.bool, shape).bytes(9, Uint8Array.from(classes, Number)) }
  }
  const raw = new DataView(new ArrayBuffer(8 * classes.length))
  classes.forEach((label, k) => {
    const whole = BigInt(label)
    if (BigInt.asIntN(64, whole) !== whole) {
      throw makeError('RANGE', `toONNX: the label ${label} is beyond 64-bit integers`, { argument: 'classes', got: String(label), wanted: 'labels of 64 bits' })
    }
    raw.setBigInt64(8 * k, whole, true)
  })
  return { type: types.int64, tensor: tensor('classes', types.int64, shape).bytes(9, new Uint8Array(raw.buffer)) }
}
