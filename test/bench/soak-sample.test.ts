import { describe, expect, it } from 'vitest'
import type { Sample } from '../../bench/soak/sample.ts'
import { compare } from '../../bench/soak/sample.ts'

const KEPT: readonly (readonly [name: string, value: number])[] = [
  ['fd socket', 3],
  ['fd pipe', 9],
  ['fd file', 5],
  ['heap, MiB', 50],
  ['resident, MiB', 200],
  ['open sockets, client', 1],
  ['open sockets, upstream', 0],
  ['open sockets, websocket', 0],
  ['under way, http', 0],
  ['routes', 8],
]

/** What is not kept when one figure has become another. */
function leaks(name: string, value: number, was: Sample = new Map(KEPT)): string[] {
  const is = new Map([...KEPT, [name, value] as const])
  const verdicts = compare(was, is, is)
  return verdicts.filter(({ isKept }) => !isKept).map((verdict) => verdict.name)
}

describe('what a soaked gateway holds', () => {
  it.each(KEPT)('is kept when %s is as before', (name, value) => {
    expect(leaks(name, value)).toEqual([])
  })

  it.each([
    ['fd socket', 8],
    ['fd pipe', 10],
    ['fd file', 10],
    ['heap, MiB', 58],
    ['resident, MiB', 457],
    ['open sockets, client', 6],
    ['open sockets, upstream', 1],
    ['open sockets, websocket', 1],
    ['under way, http', 1],
    ['routes', 9],
    ['fd inotify', 1],
    ['under way, websocket', 1],
  ])('has leaked when %s is %d', (name, value) => {
    expect(leaks(name, value)).toEqual([name])
  })

  it.each([
    ['heap, MiB', 51, 53.5],
    ['resident, MiB', 240, 305],
  ])('has leaked when %s still grows in the second half, from %d to %d', (name, middle, last) => {
    const between = new Map([...KEPT, [name, middle] as const])
    const after = new Map([...KEPT, [name, last] as const])
    const verdicts = compare(new Map(KEPT), between, after)
    expect(verdicts.filter(({ isKept }) => !isKept)).toMatchObject([{ name }])
  })

  it('has leaked when it held as much open before the crowd came', () => {
    const was = new Map([...KEPT, ['open sockets, websocket', 2] as const])
    expect(leaks('open sockets, websocket', 2, was)).toEqual(['open sockets, websocket'])
  })
})
