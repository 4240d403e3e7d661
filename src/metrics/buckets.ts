/*
 * The upper bounds of JupyterHub's histograms, in seconds: panels that compute quantiles, and alerts
 * that name a bucket, find the same ones.
 */

/** Those of prometheus_client, where JupyterHub names none. */
export const COMMON_BUCKETS = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
]

/** Starts take long. */
export const START_BUCKETS = [0.5, 1, 2.5, 5, 10, 15, 30, 60, 120, 180, 300, 600]

/** Nothing is below the 50 ms between two measurements. */
export const EVENT_LOOP_BUCKETS = [
  0.05, 0.055, 0.06, 0.065, 0.07, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
]
