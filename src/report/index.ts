/** Text for people. Knows nothing of what it prints. */
export { benchmarkMarkdown, benchmarkPage } from './benchmark/index.ts'
export { formatCount, formatDuration, formatPercentage, formatRatio, formatTiny } from './format.ts'
export { styleFor, type Style } from './style.ts'
export { poolPage, type PoolPage, type Span } from './pool/index.ts'
export { renderPairs, renderTable, type Column } from './table.ts'
