/** Looks at the clock or at a flag while a kernel runs: so that a time limit or an abort takes effect within milliseconds. */

/** Throws where the kernel may not go on. */
export type Look = () => void

/** Elements between two looks, about: tens to hundreds of microseconds. */
export const LOOK = 1 << 15
