import type { Traffic } from '../../src/metrics/traffic.ts'

const ignore = (): void => undefined

/** For tests that do not look at what is counted. */
export const NO_TRAFFIC: Traffic = {
  socketOpened: ignore,
  socketClosed: ignore,
  upstreamConnected: ignore,
  firstByte: ignore,
  exchangeEnded: ignore,
  rejected: ignore,
}
