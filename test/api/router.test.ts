import { describe, expect, it } from 'vitest'
import { json } from '../../src/api/answer.ts'
import { open } from '../../src/api/policies.ts'
import { openEndpoint } from '../../src/api/route.ts'
import { Router } from '../../src/api/router.ts'

const endpoint = openEndpoint({ summary: 'Nothing', answers: {}, handle: () => json({}) })

const routerOf = (...paths: string[]): Router =>
  new Router(paths.map((path) => open('GET', path, endpoint)))

/** The path that was found as the table has it, and the parameters; undefined for none. */
function found(router: Router, path: string): [string, Record<string, string>] | undefined {
  const match = router.find(path)
  return match && [match.place.path, match.params]
}

describe('a segment', () => {
  // Paths that Hono's fast router takes, and such as it leaves to the other one.
  it.each([
    [['/users', '/users/{name}', '/users/{name}/tokens']],
    [['/{any}', '/users', '/users/me', '/users/{name}', '/users/{name}/tokens']],
  ])('that is named by the path is what stands there: %j', (paths) => {
    const router = routerOf(...paths)
    expect(found(router, '/users')).toEqual(['/users', {}])
    expect(found(router, '/users/ada')).toEqual(['/users/{name}', { name: 'ada' }])
    expect(found(router, '/users/ada/tokens')).toEqual(['/users/{name}/tokens', { name: 'ada' }])
    expect(found(router, '/users/a%2Fb%25')).toEqual(['/users/{name}', { name: 'a/b%' }])
    expect(found(router, '/users/')).toBeUndefined()
    expect(found(router, '/users//tokens')).toBeUndefined()
    expect(found(router, '/users/ada/')).toBeUndefined()
    expect(found(router, '/users/ada/tokens/1')).toBeUndefined()
  })

  it.each([
    ['/a/b', '/a/b'],
    ['/a/x', '/a/{x}'],
    ['/x/b', '/{x}/b'],
    ['/a/b/c', '/a/b/{x}'],
    ['/a/x/c', '/a/{x}/c'],
  ])('that is written wins over any, whatever the order of the routes: %s', (path, place) => {
    const paths = ['/{x}/b', '/a/{x}/c', '/a/{x}', '/a/b/{x}', '/a/b']
    expect(found(routerOf(...paths), path)?.[0]).toBe(place)
    expect(found(routerOf(...paths.toReversed()), path)?.[0]).toBe(place)
  })

  it('is written only as it is written in the table', () => {
    const router = routerOf('/users')
    expect(found(router, '/us%65rs')).toBeUndefined()
    expect(found(router, '/Users')).toBeUndefined()
  })

  it.each(['/users/%ff', '/users/%', '/users/%C3%28'])('must be UTF-8: %s', (path) => {
    expect(() => routerOf('/users/{name}').find(path)).toThrow(
      expect.objectContaining({ code: 'invalid_target' }),
    )
  })

  it.each(['constructor', '__proto__', ':name', '*', '..'])('may be %s', (name) => {
    expect(found(routerOf('/users/{name}'), `/users/${name}`)?.[1]).toEqual({ name })
  })
})

it('a slash at the end makes another path', () => {
  const router = routerOf('/users/{name}/servers/', '/users/{name}/servers/{server}')
  expect(found(router, '/users/ada/servers/')?.[0]).toBe('/users/{name}/servers/')
  expect(found(router, '/users/ada/servers')).toBeUndefined()
})

it('a path has all its methods', () => {
  const router = new Router([open('GET', '/a', endpoint), open('PUT', '/a', endpoint)])
  expect([...(router.find('/a')?.place.byMethod.keys() ?? [])]).toEqual(['GET', 'PUT'])
})
