/** How a start ended: `status` and `reason` as JupyterHub's dashboards know them (wire-contract §9). */
export interface StartOutcome {
  status: 'success' | 'failure' | 'error'
  /** One of a few fixed words, empty for a success: never anything that a user chose. */
  reason: string
}

/** An answered request, by labels of which there are only so many. */
export interface AnsweredRequest {
  method: string
  /** The route's template, `/hub/api/users/{name}`: never a path that somebody asked for. */
  handler: string
  /** The HTTP status. */
  code: number
}

/**
 * What the gateway tells of its work while it works. Every call is cheap and does no I/O; durations
 * are in seconds.
 */
export interface Measures {
  requestAnswered(request: AnsweredRequest, duration: number): void
  serverStarted(outcome: StartOutcome, duration: number): void
  serverStopped(status: 'success' | 'failure', duration: number): void
  serverPolled(state: 'running' | 'stopped', duration: number): void
  loginEnded(status: 'success' | 'failure', duration: number): void
  logoutEnded(duration: number): void
  routesChecked(duration: number): void
  hubStarted(duration: number): void
}

/**
 * Begins to measure a duration.
 * @returns a function that answers the seconds since then
 */
export function stopwatch(): () => number {
  const begun = performance.now()
  return () => (performance.now() - begun) / 1000
}
