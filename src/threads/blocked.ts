/** What a thread must go on doing for others while it is blocked, since its event loop can't. */
const duties = new Set<() => void>()

/** A blocked thread attends to its duties at least this often, in milliseconds. */
export const SLICE = 50

export function addDuty(duty: () => void): void {
  duties.add(duty)
}

export function removeDuty(duty: () => void): void {
  duties.delete(duty)
}

export function attend(): void {
  for (const duty of duties) duty()
}
