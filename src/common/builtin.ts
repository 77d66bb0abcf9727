/** Modules of Node that most programs never come to need, loaded when they are: `node:crypto` alone takes longer to import than this package. */
import { createRequire } from 'node:module'

interface Builtins {
  'node:child_process': typeof import('node:child_process')
  'node:crypto': typeof import('node:crypto')
  'node:v8': typeof import('node:v8')
}

const loaded: Partial<Builtins> = {}

export function builtin<Name extends keyof Builtins>(name: Name): Builtins[Name] {
  return (loaded[name] ??= createRequire(import.meta.url)(name) as Builtins[Name])
}
