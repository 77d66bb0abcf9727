// A worker that the script starts itself, so that it can end it from outside at any time.
import { serve } from '../../dist/multiprocessing/index.js'
import * as tasks from './tasks.mjs'

serve(tasks)
