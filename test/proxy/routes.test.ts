import { expect, it } from 'vitest'
import type { Route } from '../../src/proxy/route.ts'
import { Routes } from '../../src/proxy/routes.ts'
import { testRoute } from '../support/forward-harness.ts'

const MANY = 100_000

const route = (user: string, server = '', runId = 'run-1'): Route => {
  return {
    ...testRoute('http://127.0.0.1:4001', runId),
    user,
    server,
    fullName: `${user}/${server}`,
  }
}

/** Each user has a default server, every third a named one as well, every fifth only a named one. */
function many(): Routes {
  const routes = new Routes()
  for (let n = 0; n < MANY; n++) {
    if (n % 5 !== 0) routes.set(route(`user-${n}`))
    if (n % 3 === 0 || n % 5 === 0) routes.set(route(`user-${n}`, 'gpu'))
  }
  return routes
}

const sizeOf = (routes: Routes): number => [...routes].length

it('answers right for each of a hundred thousand users', () => {
  const routes = many()
  let wrong = 0
  for (let n = 0; n < MANY; n++) {
    const user = `user-${n}`
    const main = n % 5 === 0 ? undefined : `${user}/`
    const gpu = n % 3 === 0 || n % 5 === 0 ? `${user}/gpu` : undefined
    const isRight =
      routes.find(user, null)?.fullName === main &&
      routes.find(user, '')?.fullName === main &&
      routes.find(user, 'lab')?.fullName === main &&
      routes.find(user, 'gpu')?.fullName === (gpu ?? main) &&
      routes.get(user, '')?.fullName === main &&
      routes.get(user, 'gpu')?.fullName === gpu
    if (!isRight) wrong++
  }
  expect(wrong).toBe(0)
  expect(sizeOf(routes)).toBe(routes.size)
})

it('finds nothing for names that are only like one, or known to every object', () => {
  const routes = many()
  for (const name of [
    '',
    'user-',
    'USER-1',
    'user-1 ',
    'user-100000',
    'constructor',
    '__proto__',
  ]) {
    expect(routes.find(name, 'gpu')).toBeUndefined()
    expect(routes.get(name, '')).toBeUndefined()
  }
  expect(routes.find('user-1', '__proto__')?.server).toBe('')
  expect(routes.get('user-1', 'constructor')).toBeUndefined()
})

it('keeps nothing of a look-up', () => {
  const routes = new Routes()
  routes.set(route('ada'))
  for (let n = 0; n < 1_000; n++) {
    routes.find(`user-${n}`, 'lab')
    routes.find('ada', `server-${n}`)
    routes.delete(`user-${n}`, '')
    routes.delete('ada', `server-${n}`)
  }
  expect([...routes].map(({ fullName }) => fullName)).toEqual(['ada/'])
  expect(routes.size).toBe(1)
})

it('gives way to another run, and forgets the user with the last server', () => {
  const routes = new Routes()
  routes.set(route('ada'))
  routes.set(route('ada', 'gpu'))
  routes.set(route('ada', 'gpu', 'run-2'))
  expect(routes.size).toBe(2)
  expect(routes.get('ada', 'gpu')?.runId).toBe('run-2')
  routes.delete('ada', '')
  expect(routes.find('ada', null)).toBeUndefined()
  expect(routes.find('ada', 'gpu')?.runId).toBe('run-2')
  routes.delete('ada', 'gpu')
  routes.delete('ada', 'gpu')
  expect(routes.size).toBe(0)
  expect(sizeOf(routes)).toBe(0)
  routes.set(route('ada', 'gpu'))
  expect(routes.find('ada', 'gpu')?.fullName).toBe('ada/gpu')
})

it('takes out half of them and leaves the other half as it is', () => {
  const routes = many()
  const before = routes.size
  let taken = 0
  for (let n = 0; n < MANY; n += 2) {
    for (const server of ['', 'gpu']) {
      if (routes.get(`user-${n}`, server) !== undefined) taken++
      routes.delete(`user-${n}`, server)
    }
  }
  expect(routes.size).toBe(before - taken)
  expect([...routes].every(({ user }) => Number(user.slice('user-'.length)) % 2 === 1)).toBe(true)
  expect(routes.find('user-3', 'gpu')?.server).toBe('gpu')
  expect(routes.find('user-6', 'gpu')).toBeUndefined()
})
