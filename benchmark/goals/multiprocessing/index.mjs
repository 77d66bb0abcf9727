// The table of goals of the issue "manycore/multiprocessing": a file a row.
import * as batches from './row-batches.mjs'
import * as kills from './row-kills.mjs'
import * as map from './row-map.mjs'
import * as queue from './row-queue.mjs'
import * as roundTrip from './row-round-trip.mjs'
import * as shared from './row-shared.mjs'
import * as start from './row-start.mjs'
import * as tasks from './row-tasks.mjs'

export const rows = [tasks.row, roundTrip.row, map.row, batches.row, map.largeRow, shared.row, start.row, kills.row, queue.row]
