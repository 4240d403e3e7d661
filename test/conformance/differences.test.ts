import { describe, expect, test } from 'vitest'
import { ABSENT, differencesOf } from './differences.ts'
import type { Normal } from './normalize.ts'

const answer = (status: number, body: Normal['body'], headers = {}): Normal => ({
  status,
  headers,
  body,
})

describe('differencesOf', () => {
  test('finds nothing where a client sees nothing', () => {
    expect(differencesOf(answer(200, { a: [1, null] }), answer(200, { a: [1, null] }))).toEqual([])
  })

  test('tells an absent member from one that is null', () => {
    expect(differencesOf(answer(200, { a: null }), answer(200, {}))).toEqual([
      { at: 'body.a', jupyterhub: null, hubgate: ABSENT },
    ])
  })

  test('names the place of each difference in lists, maps and headers', () => {
    const theirs = answer(200, { items: [{ 'a.b': 1 }, 2] }, { location: '/x' })
    const ours = answer(200, { items: [{ 'a.b': 2 }] })
    expect(differencesOf(theirs, ours)).toEqual([
      { at: 'header.location', jupyterhub: '/x', hubgate: ABSENT },
      { at: 'body.items.0.a%2Eb', jupyterhub: 1, hubgate: 2 },
      { at: 'body.items.1', jupyterhub: 2, hubgate: ABSENT },
    ])
  })

  test('of two errors compares what they say, and not the status twice', () => {
    const theirs = answer(404, { status: 404, message: null })
    const ours = answer(400, { status: 400, message: 'No.' })
    expect(differencesOf(theirs, ours)).toEqual([
      { at: 'status', jupyterhub: 404, hubgate: 400 },
      { at: 'body.message', jupyterhub: null, hubgate: 'No.' },
    ])
  })

  test('an error whose body tells another status is a difference', () => {
    const theirs = answer(404, { status: 404, message: null })
    const ours = answer(404, { status: 400, message: null })
    expect(differencesOf(theirs, ours)).toEqual([
      { at: 'body.status', jupyterhub: 404, hubgate: 400 },
    ])
  })

  test('compares a success with an error as wholes', () => {
    const ours = answer(400, { status: 400, message: 'No.' })
    expect(differencesOf(answer(201, { name: 'ada' }), ours)).toEqual([
      { at: 'status', jupyterhub: 201, hubgate: 400 },
      { at: 'body', jupyterhub: { name: 'ada' }, hubgate: { status: 400, message: 'No.' } },
    ])
  })

  test('that both break down is a difference', () => {
    const broken = answer(500, { status: 500, message: 'Internal Server Error' })
    expect(differencesOf(broken, broken)).toEqual([{ at: 'broken', jupyterhub: 500, hubgate: 500 }])
  })
})
