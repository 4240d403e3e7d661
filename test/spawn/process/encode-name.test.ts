import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeName } from '../../../src/spawn/process/encode-name.ts'

test.each([
  ['ada', 'ada'],
  ['ada.l@example.org', 'ada.l@example.org'],
  ['.', '%2e'],
  ['..', '%2e.'],
  ['.ssh', '%2essh'],
  ['a/../b', 'a%2f..%2fb'],
  ['a b', 'a%20b'],
  ['100%', '100%25'],
  ['Ada', '%41da'],
  ['é', '%c3%a9'],
  ['', '%'],
  ['\0', '%00'],
  ['\ud800', '%ud800'],
])('%j becomes %j', (name, encoded) => {
  expect(encodeName(name)).toBe(encoded)
})

const anyName = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: fc.constantFrom('.', '%', '/', '2', 'e', 'u', 'A', '\ud800'), maxLength: 8 }),
)

test('every name is one plain component of a path', () => {
  fc.assert(
    fc.property(anyName, (name) => {
      const encoded = encodeName(name)
      expect(encoded).toMatch(/^[a-z0-9_@+%-][a-z0-9_@+%.-]*$/)
      expect(encoded.length).toBeLessThanOrEqual(200)
    }),
  )
})

test('different names give different components, also where case is ignored', () => {
  fc.assert(
    fc.property(fc.uniqueArray(anyName, { minLength: 2, maxLength: 20 }), (names) => {
      expect(new Set(names.map((name) => encodeName(name).toLowerCase())).size).toBe(names.length)
    }),
  )
  const long = 'x'.repeat(300)
  expect(encodeName(`${long}a`)).not.toBe(encodeName(`${long}b`))
})
