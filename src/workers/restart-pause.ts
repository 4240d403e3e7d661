/** A worker that served for so long did not fail because of how it was started; milliseconds. */
const PROVEN_MS = 10_000

/** The second pause, and the longest, in milliseconds; the first is none. */
const SECOND_MS = 250
const LONGEST_MS = 10_000

/**
 * How long to wait before a worker is replaced: not at all, but longer and longer when one after the
 * other ends soon.
 * @param failures how many in a row had ended soon before this one
 * @param livedMs how long this one has served, in milliseconds
 */
export function restartPause(
  failures: number,
  livedMs: number,
): { failures: number; pauseMs: number } {
  if (livedMs >= PROVEN_MS) return { failures: 0, pauseMs: 0 }
  const pauseMs = failures === 0 ? 0 : Math.min(SECOND_MS * 2 ** (failures - 1), LONGEST_MS)
  return { failures: failures + 1, pauseMs }
}
