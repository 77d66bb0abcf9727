import { ThreadWorker } from 'poolifier'
import { busy, mayDie, meet, square, squares, sumLoop } from './tasks.mjs'

export const worker = new ThreadWorker({ square, squares, meet, mayDie, busy, sumLoop })
