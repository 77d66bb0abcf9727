/**
 * Whether a value comes out of JSON exactly as structured clone would give it. JSON costs a tenth of V8's serializer for small values, which makes an
 * object with memory of its own for each.
 */

/** Larger and deeper values are left to the serializer. */
const MOST_PARTS = 1000

export function isPlainJson(value: unknown): boolean {
  return check(value, [])
}

/** `seen` holds what has been met: a second meeting is a shared reference or a cycle, which JSON doesn't keep. */
function check(value: unknown, seen: object[]): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0)
    case 'object':
      return value === null || (seen.length < MOST_PARTS && !seen.includes(value) && checkObject(value, seen))
    default:
      return false
  }
}

function checkObject(value: object, seen: object[]): boolean {
  seen.push(value)
  if (Array.isArray(value)) {
    if (Object.getPrototypeOf(value) !== Array.prototype || value.length > MOST_PARTS || Object.keys(value).length !== value.length) return false
    for (let i = 0; i < value.length; i++) if (!check(value[i], seen)) return false
    return true
  }
  if (Object.getPrototypeOf(value) !== Object.prototype || 'toJSON' in value) return false
  for (const key of Object.keys(value)) if (key === '__proto__' || !check((value as Record<string, unknown>)[key], seen)) return false
  return true
}
