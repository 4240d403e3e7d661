import { describe, expect, test } from 'vitest'
import type { Difference } from './differences.ts'
import type { Outcome, Reviewed } from './review.ts'
import { Review } from './review.ts'

const MESSAGE: Difference = { at: 'body.message', jupyterhub: 'old', hubgate: 'new' }

const outcome = (differences: readonly Difference[], theirs = 400, ours = 400): Outcome => ({
  name: 'users: root GET /users',
  status: { jupyterhub: theirs, hubgate: ours },
  differences,
})

const entry = (more: Partial<Reviewed> = {}): Reviewed => ({
  why: 'A reason.',
  cases: ['users: root GET /users'],
  status: 400,
  differs: { 'body.message': ['old', 'new'] },
  ...more,
})

const everything = (): boolean => true

describe('Review', () => {
  test('accounts for a difference that is listed with what both answer', () => {
    const review = new Review([entry()])
    expect(review.unlisted(outcome([MESSAGE]))).toEqual([])
    expect(review.stale(everything)).toEqual([])
  })

  test.each([
    ['another case', entry({ cases: ['users: bob GET /users'] })],
    ['another place', entry({ differs: { 'body.name': ['old', 'new'] } })],
    ['another answer of JupyterHub', entry({ differs: { 'body.message': ['older', 'new'] } })],
    ['another answer of hubgate', entry({ differs: { 'body.message': ['old', 'newer'] } })],
    ['another status', entry({ status: 404 })],
  ])('does not account for it with %s, and says that the entry is stale', (_, other) => {
    const review = new Review([other])
    expect(review.unlisted(outcome([MESSAGE]))).toEqual([MESSAGE])
    expect(review.stale(everything)).toHaveLength(1)
  })

  test('an entry for two statuses accounts for the status as well', () => {
    const review = new Review([entry({ status: [500, 400] })])
    const status = { at: 'status', jupyterhub: 500, hubgate: 400 }
    expect(review.unlisted(outcome([status, MESSAGE], 500, 400))).toEqual([])
  })

  test('of several entries each accounts for its part', () => {
    const kind = { at: 'body.kind', jupyterhub: 'a', hubgate: 'b' }
    const review = new Review([entry(), entry({ differs: { 'body.kind': [/^a$/, /^b$/] } })])
    expect(review.unlisted(outcome([MESSAGE, kind]))).toEqual([])
    expect(review.unlisted(outcome([{ ...kind, hubgate: 'c' }]))).toHaveLength(1)
  })

  test('a star stands for one part of a place, two for any number', () => {
    const review = new Review([
      entry({ differs: { 'body.*.id': [1, 2], 'header.**': [null, 'x'] } }),
    ])
    const at = (place: string, values = [1, 2]): Difference[] => [
      { at: place, jupyterhub: values[0] ?? null, hubgate: values[1] ?? 'x' },
    ]
    expect(review.unlisted(outcome(at('body.7.id')))).toEqual([])
    expect(review.unlisted(outcome(at('body.7.8.id')))).toHaveLength(1)
    expect(review.unlisted(outcome(at('header.a.b', [])))).toEqual([])
  })

  test('says which part of an entry was not met', () => {
    const review = new Review([
      entry({
        cases: ['users: root GET /users', 'users: never'],
        differs: { 'body.message': ['old', 'new'], 'body.gone': [1, 2] },
      }),
    ])
    review.unlisted(outcome([MESSAGE]))
    expect(review.stale(everything)).toEqual([
      'A reason.\n    case users: never',
      'A reason.\n    at body.gone',
    ])
  })

  test('an entry about cases that were not run is not stale', () => {
    expect(new Review([entry()]).stale(() => false)).toEqual([])
  })
})
