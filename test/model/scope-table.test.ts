import { expect, test } from 'vitest'
import { METASCOPES, SCOPES, SELF_SCOPES, scopeEntry } from '../../src/model/scope-table.ts'

test('there are 48 scopes, 3 of them metascopes', () => {
  expect([SCOPES.size, METASCOPES.size]).toEqual([48, 3])
})

test('every subscope, metascope and part of self is a scope', () => {
  const mentioned = [...SCOPES.values()].flatMap(({ subscopes }) => subscopes)
  const unknown = [...mentioned, ...METASCOPES, ...SELF_SCOPES].filter((name) => !SCOPES.has(name))
  expect(unknown).toEqual([])
})

test('every scope has a description of its own', () => {
  const descriptions = [...SCOPES.values()].map(({ description }) => description)
  expect(new Set(descriptions).size).toBe(SCOPES.size)
  expect(descriptions.filter((text) => !/^[A-Z].+\.$/.test(text))).toEqual([])
})

test('a custom scope is found, but never in place of one of the hub', () => {
  const mine = { description: 'Mine.', subscopes: [] }
  const custom = { 'custom:mine': mine, proxy: mine }
  expect(scopeEntry('custom:mine', custom)).toBe(mine)
  expect(scopeEntry('proxy', custom)).toBe(SCOPES.get('proxy'))
  expect(scopeEntry('toString', custom)).toBeUndefined()
})
