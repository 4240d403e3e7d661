import { describe, expect, test } from 'vitest'
import { People } from '../../../src/hub/users/people.ts'
import type { UserRecord } from '../../../src/model/user.ts'

const recordOf = (n: number, name = `u${n}`): UserRecord => {
  return { id: String(n).padStart(16, '0'), name, admin: false, groups: [], created: 0 }
}

/** Numbers from 0 to below a bound, the same in each run. */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return state % below
  }
}

/** The orders from what is known of each, made anew. */
function expected(people: People): { activity: string[]; running: string[] } {
  const activity = [...people.byId()].sort((a, b) => (a.lastActivity ?? 0) - (b.lastActivity ?? 0))
  const names = activity.map(({ record }) => record.name)
  const newest = names.toReversed()
  const running = newest.filter((name) => people.hasActive(name))
  return {
    activity: names,
    running: [...running, ...newest.filter((name) => !people.hasActive(name))],
  }
}

function orders(people: People): { activity: string[]; running: string[] } {
  return {
    activity: people.byActivity().map(({ record }) => record.name),
    running: people.byRunning().map(({ record }) => record.name),
  }
}

describe('people', () => {
  test('stay in order whatever happens to them', () => {
    const people = new People()
    const next = numbers(7)
    for (let n = 0; n < 50; n++) people.put(recordOf(n))
    for (let step = 50; step < 600; step++) {
      const n = next(step)
      const deeds = [
        () => people.put(recordOf(step)),
        () => people.delete(`u${n}`),
        () => people.put(recordOf(n, `renamed-${step}`)),
        () => people.setActivity(recordOf(n).id, next(40)),
        () => people.setActivity(recordOf(n).id, null),
        () => people.setActive(`u${n}`, 'gpu', true),
        () => people.setActive(`u${n}`, 'gpu', false),
      ]
      deeds[next(deeds.length)]?.()
      if (step % 3 === 0) expect(orders(people)).toEqual(expected(people))
    }
  })

  test('keep a list while nothing changes', () => {
    const people = new People()
    people.put(recordOf(1))
    expect(people.byRunning()).toBe(people.byRunning())
    expect(people.byActivity()).toBe(people.byActivity())
  })

  test('know the active servers of each', () => {
    const people = new People()
    people.put(recordOf(1))
    people.setActive('u1', '', true)
    people.setActive('u1', 'gpu', true)
    expect(people.activeServers('u1')).toEqual(['', 'gpu'])
    people.setActive('u1', '', false)
    expect(people.activeServers('u1')).toEqual(['gpu'])
    expect(people.activeServers('u2')).toEqual([])
  })
})
