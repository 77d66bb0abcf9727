/** Test files run in worker threads of one process, so the addon is loaded and unloaded all the time: that must hold. */
export default {
  files: ['__test__/**/*.spec.ts', '!__test__/fixtures/**', '!__test__/support/**'],
  extensions: { ts: 'module' },
  require: ['./__test__/support/tsx.mjs'],
  // A file may itself use every core.
  concurrency: 2,
  timeout: '3m',
}
