/** Python's multiprocessing for TypeScript. */
export { Range, range } from '../common/range.ts'
export { Process, type ProcessOptions, type ProcessParameters } from './process/process.ts'
export { activeChildren, currentProcess, type CurrentProcess } from './process/registry.ts'
