/** Importing the user's worker module, whatever wrote it: JavaScript, or TypeScript with or without a built sibling. */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { makeError } from '../errors.ts'

export type Namespace = Readonly<Record<string, unknown>>

/** TypeScript extension → what a build makes of it. */
const builtExtension: ReadonlyMap<string, string> = new Map([['.ts', '.js'], ['.tsx', '.js'], ['.mts', '.mjs'], ['.cts', '.cjs']])

/** Node can strip types but not from this file: enums and the like, or a file inside node_modules. */
const strippingFailed: readonly string[] = ['ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX', 'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING', 'ERR_UNKNOWN_FILE_EXTENSION']

/** True while this thread imports a worker module: starting workers then would never end. */
let importing = false

export function isImporting(): boolean {
  return importing
}

/**
 * The exports of the module at `url`. A `.ts` that is not there is looked for as the `.js` beside it; one that this runtime
 * can't load too, and then through `tsx` if the module's package or the working directory has it.
 *
 * @throws NOT_FOUND when there is no such file, TYPE when it is TypeScript and nothing here can load it; else what the module throws.
 */
export async function loadModule(url: string): Promise<Namespace> {
  importing = true
  try {
    return await load(url)
  } catch (error) {
    throw located(error, url)
  } finally {
    importing = false
  }
}

/** Node's error for a file that can't be parsed doesn't say which file that is. */
function located(error: unknown, url: string): unknown {
  if (!(error instanceof SyntaxError) || error.stack?.includes(url) === true) return error
  const { message } = error
  error.message = `${message} (in ${url}, or in what it imports)`
  if (error.stack !== undefined) error.stack = error.stack.replace(message, error.message)
  return error
}

/** The function called `name` of a module; a CommonJS module may have it on its `module.exports`. NOT_FOUND if there is none. */
export function exportedFunction(module: Namespace, name: string, url: string): (...args: unknown[]) => unknown {
  const fallback = module['default']
  const ofDefault = (typeof fallback === 'object' ? fallback : null) as Namespace | null
  const found = module[name] ?? ofDefault?.[name]
  // What every object has is nobody's task.
  if (typeof found === 'function' && found !== (Object.prototype as unknown as Namespace)[name]) return found as (...args: unknown[]) => unknown
  const names = [...new Set([module, ofDefault ?? {}].flatMap((from) => Object.keys(from).filter((key) => typeof from[key] === 'function')))]
  throw makeError('NOT_FOUND', `${url} exports no function "${name}"; it exports ${names.join(', ') || 'none'}`, { argument: 'name', got: name, wanted: names.join(', ') })
}

async function load(url: string): Promise<Namespace> {
  if (!url.startsWith('file:')) return (await import(url)) as Namespace
  const extension = /\.[^./\\]+$/.exec(new URL(url).pathname)?.[0] ?? ''
  const built = builtExtension.get(extension)
  const path = fileURLToPath(url)
  const sibling = built === undefined ? undefined : siblingOf(url, extension, built)
  if (!existsSync(path)) {
    if (sibling !== undefined) return (await import(sibling)) as Namespace
    throw makeError('NOT_FOUND', `there is no worker module ${path}${built === undefined ? '' : `, nor a ${built} beside it`}`, { argument: 'url', got: url })
  }
  if (built === undefined) return (await import(url)) as Namespace
  let failure: unknown
  if (loadsTypeScript()) {
    try {
      return (await import(url)) as Namespace
    } catch (error) {
      if (!strippingFailed.includes(String((error as { code?: unknown }).code))) throw error
      failure = error
    }
  }
  if (sibling !== undefined) return (await import(sibling)) as Namespace
  if (!(await registerTsx(path))) {
    throw makeError(
      'TYPE',
      `${path} is TypeScript, which ${process.release?.name ?? 'node'} ${process.version} can't load here: use Node 22.18 or newer, build it to ${built}, or install tsx (npm install --save-dev tsx)`,
      { argument: 'url', got: url, cause: failure },
    )
  }
  // Node remembers a failed import under its URL. A name of its own: of a text put together inside import(), webpack takes every file that might be meant into the bundle.
  const unseen = failure === undefined ? url : `${url}?tsx`
  return (await import(unseen)) as Namespace
}

function siblingOf(url: string, extension: string, built: string): string | undefined {
  const sibling = new URL(url)
  sibling.pathname = sibling.pathname.slice(0, -extension.length) + built
  return existsSync(fileURLToPath(sibling)) ? sibling.href : undefined
}

function loadsTypeScript(): boolean {
  const { typescript } = process.features as { typescript?: string | false }
  return Boolean(typescript) || 'Bun' in globalThis || 'Deno' in globalThis
}

let tsxRegistered: Promise<boolean> | undefined

/** Lets this thread load TypeScript through the user's tsx; false if there is none. A worker doesn't inherit its parent's loader on Node 20. */
function registerTsx(path: string): Promise<boolean> {
  tsxRegistered ??= findAndRegister(path)
  return tsxRegistered
}

async function findAndRegister(path: string): Promise<boolean> {
  for (const from of [path, join(process.cwd(), 'package.json')]) {
    const root = tsxRoot(from)
    if (root === undefined) continue
    // The CommonJS half serves packages without "type": "module".
    for (const api of ['./cjs/api', './esm/api']) {
      const entry = importEntry(root, api)
      if (entry === undefined) continue
      const { register } = (await import(entry)) as { register(): unknown }
      register()
    }
    return true
  }
  return false
}

function tsxRoot(from: string): string | undefined {
  try {
    return dirname(createRequire(from).resolve('tsx/package.json'))
  } catch {
    return undefined
  }
}

/** The file behind a subpath under the `import` condition, which `require.resolve` doesn't know. */
function importEntry(root: string, subpath: string): string | undefined {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { exports?: Record<string, unknown> }
  const target = (exports?.[subpath] as { import?: { default?: unknown } | string } | undefined)?.import
  const file = typeof target === 'string' ? target : target?.default
  return typeof file === 'string' ? pathToFileURL(join(root, file)).href : undefined
}
