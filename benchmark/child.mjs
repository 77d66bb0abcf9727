// Entry of a measuring process: the cases of manycore/bench with every peer that knows them.
import { carryOut } from '../dist/bench/index.js'
import { peersOf } from './peers/index.mjs'
import { stop } from './peers/python.mjs'
import { suite } from './suite.mjs'

carryOut(process.argv[2], { peersOf, also: suite }).then(stop)
