import { expect, it } from 'vitest'
import { restartPause } from '../../src/workers/restart-pause.ts'

it('replaces a worker that has served at once, and those that fail ever more slowly', () => {
  expect(restartPause(7, 10_000)).toEqual({ failures: 0, pauseMs: 0 })
  const pauses: number[] = []
  let failures = 0
  for (let i = 0; i < 9; i++) {
    const next = restartPause(failures, 9_999)
    failures = next.failures
    pauses.push(next.pauseMs)
  }
  expect(pauses).toEqual([0, 250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000])
  expect(failures).toBe(9)
})
