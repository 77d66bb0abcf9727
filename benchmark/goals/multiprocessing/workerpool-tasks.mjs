import workerpool from 'workerpool'
import { busy, mayDie, meet, square, squares, sumLoop } from './tasks.mjs'

workerpool.worker({ square, squares, meet, mayDie, busy, sumLoop })
