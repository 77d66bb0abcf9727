/** Entry of a measuring process that knows no peers. */
import { carryOut } from './job.ts'

void carryOut(process.argv[2])
