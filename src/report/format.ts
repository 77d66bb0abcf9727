/** Numbers for people: three significant digits, the unit that fits. */

const nanosecond = 1e-9
const microsecond = 1e-6
const millisecond = 1e-3

/** `907 µs`, `1.25 ms`, `12.0 s`. @param seconds - a duration, in seconds */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–'
  if (seconds < microsecond) return `${significant(seconds / nanosecond)} ns`
  if (seconds < millisecond) return `${significant(seconds / microsecond)} µs`
  if (seconds < 1) return `${significant(seconds / millisecond)} ms`
  return `${significant(seconds)} s`
}

/** How many times faster: `15.3 ×`. */
export function formatRatio(ratio: number): string {
  return Number.isFinite(ratio) ? `${significant(ratio)} ×` : '–'
}

/** A whole number with thin groups of three: `1 000 000`. */
export function formatCount(value: number | bigint): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ' ')
}

/** `95.8 %`. */
export function formatPercentage(fraction: number): string {
  return `${(fraction * 100).toFixed(1)} %`
}

/** `2.3e-16`; an exact zero is `0`. */
export function formatTiny(value: number): string {
  return value === 0 ? '0' : value.toExponential(1)
}

/** Three significant digits without an exponent, for values from 0.001 to a few thousand. */
function significant(value: number): string {
  if (value >= 99.95) return value.toFixed(0)
  if (value >= 9.995) return value.toFixed(1)
  return value.toFixed(2)
}
