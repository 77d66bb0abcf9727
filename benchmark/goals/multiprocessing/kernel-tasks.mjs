// Apart from the other tasks, whose workers need not load the kernels.
import { sumSync } from '../../../dist/index.js'

export const sumKernel = (x) => sumSync(x)
