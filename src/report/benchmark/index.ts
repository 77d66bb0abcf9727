/** Benchmark reports for people. */
export { benchmarkMarkdown } from './markdown.ts'
export { benchmarkPage } from './page.ts'
