import { expect, it } from 'vitest'
import { ROUTES } from '../../../src/api/routes.ts'
import { expectError, openRig } from '../harness.ts'

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']

it('a method that a path has not answers 405 without a text, at every path, to anybody', async () => {
  const { call } = await openRig()
  const some = ROUTES.filter(({ method }) => method !== 'ANY')
  const methodsAt = Map.groupBy(some, ({ path }) => path)
  for (const [path, routes] of methodsAt) {
    const known = new Set<string>(routes.map(({ method }) => method))
    for (const method of METHODS.filter((one) => !known.has(one))) {
      const answer = await call(method, path.replaceAll(/[{}]/g, ''), null)
      expect([method, path, answer.status]).toEqual([method, path, 405])
      if (method !== 'HEAD') expectError(answer, 405, null)
    }
  }
})
