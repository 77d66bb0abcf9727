/** The TypeScript twins of the native kernels: what the planner runs inline and the workers backend everywhere. */
export { chunkPartials, inlineReduce, inputsOf, isWhole, mergePartials, reduceStaged, widthOf } from './families.ts'
export { BLOCK, CHUNK, CHUNK_BLOCKS, LANES } from './order.ts'
export { reductions, type ReductionName } from './table.ts'
