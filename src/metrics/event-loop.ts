/** Between two measurements, in seconds: JupyterHub's own. */
const INTERVAL = 0.05

/**
 * What one turn says, as JupyterHub counts it: a turn that was due after {@link INTERVAL} and came
 * less than one interval late tells nothing finer than that.
 * @param elapsed seconds since the turn before
 * @returns seconds
 */
export function measuredInterval(elapsed: number): number {
  return elapsed < 2 * INTERVAL ? INTERVAL : elapsed - INTERVAL
}

/**
 * Measures how evenly the event loop turns, for as long as the process lives or until it is stopped.
 * @param tell is given seconds, twenty times a second
 * @returns a function that stops it
 */
export function watchEventLoop(tell: (interval: number) => void): () => void {
  let last = performance.now()
  const timer = setInterval(() => {
    const now = performance.now()
    tell(measuredInterval((now - last) / 1000))
    last = now
  }, INTERVAL * 1000)
  timer.unref()
  return () => clearInterval(timer)
}
