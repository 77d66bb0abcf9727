// How much each scale does: `tiny` is for the tests, which only look that a row still works.
// `slow` rounds are for peers that take seconds a sample.
export const scales = {
  tiny: { tasks: 200, trips: 20, elements: 1000, large: 5000, batch: 50, rounds: 1, slow: 1, starts: 1, kills: 2, items: 400 },
  quick: { tasks: 100_000, trips: 300, elements: 1e6, large: 5e6, batch: 50_000, rounds: 5, slow: 1, starts: 3, kills: 12, items: 100_000 },
  full: { tasks: 100_000, trips: 2000, elements: 1e6, large: 5e6, batch: 50_000, rounds: 15, slow: 3, starts: 9, kills: 40, items: 100_000 },
}
