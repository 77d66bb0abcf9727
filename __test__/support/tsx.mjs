// Loaded by ava in each of its workers. `--import=tsx` reaches the main thread only.
import { register } from 'tsx/esm/api'

register()
