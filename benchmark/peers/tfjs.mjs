// TensorFlow.js on its CPU backend (float32 only); tensors are made outside the timing.
export const name = 'tfjs (cpu)'

const load = async () => {
  const { log, warn } = console
  console.log = console.warn = () => {}
  try {
    const tf = await import('@tensorflow/tfjs')
    await tf.setBackend('cpu')
    return tf
  } finally {
    console.log = log
    console.warn = warn
  }
}
const vector = (call) => async ({ x }, n) => {
  if (n > 1e7) throw new Error('left out above 1e7 elements')
  const tf = await load()
  const tensor = tf.tensor1d(Float32Array.from(x))
  return () => tf.tidy(() => call(tf, tensor).dataSync())
}

export const calls = {
  'sum f32': vector((tf, x) => tf.sum(x)),
  'max f32': vector((tf, x) => tf.max(x)),
  'matmul f32': async ({ a, b, n }) => {
    if (n > 1024) throw new Error('left out above 1024 rows')
    const tf = await load()
    const [left, right] = [tf.tensor2d(a, [n, n]), tf.tensor2d(b, [n, n])]
    return () => tf.tidy(() => tf.matMul(left, right).dataSync())
  },
}
