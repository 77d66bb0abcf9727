/** What the workers of profile.ts do. */
export function square(value: number): number {
  return value * value
}
