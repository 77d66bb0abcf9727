export { poolPage, type PoolPage, type Span } from './page.ts'
