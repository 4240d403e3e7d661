import { setTimeout as delay } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { Background } from '../../src/hub/background.ts'
import { eventually } from '../support/gateway-process.ts'
import type { TestHub } from '../support/hub.ts'
import { openTestHub } from '../support/hub.ts'

function background(hub: TestHub, holder: string, round: () => void): Background {
  const made = new Background(hub, holder)
  made.add({ name: 'count', everyMs: () => 10, round: async () => round() })
  onTestFinished(() => made.close())
  return made
}

it('runs a task on one replica, and on another when that one ends', async () => {
  const hub = await openTestHub()
  const rounds = { one: 0, two: 0 }
  const one = background(hub, 'one', () => {
    rounds.one += 1
  })
  await eventually('the first runs', () => rounds.one >= 2)
  background(await hub.another(), 'two', () => {
    rounds.two += 1
  })
  const seen = rounds.one
  await eventually('the first runs on', () => rounds.one >= seen + 10)
  expect(rounds.two).toBe(0)
  await one.close()
  await eventually('the second takes over', () => rounds.two >= 2)
  expect(rounds.two).toBeGreaterThanOrEqual(2)
})

it('goes on after a round that failed', async () => {
  const hub = await openTestHub()
  let rounds = 0
  background(hub, 'one', () => {
    rounds += 1
    if (rounds < 3) throw new Error('not yet')
  })
  await eventually('it recovers', () => rounds >= 5)
  expect(rounds).toBeGreaterThanOrEqual(5)
})

it('finishes the round under way before it ends', async () => {
  const hub = await openTestHub()
  const events: string[] = []
  const made = new Background(hub, 'one')
  made.add({
    name: 'slow',
    everyMs: () => 1,
    round: async () => {
      events.push('begins')
      await delay(50)
      events.push('ends')
    },
  })
  await eventually('a round begins', () => events.length > 0)
  await made.close()
  expect(events.length % 2).toBe(0)
  expect(events.at(-1)).toBe('ends')
})
