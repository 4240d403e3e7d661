import { expect, it } from 'vitest'
import { restartKeys } from '../../src/config/restart-keys.ts'
import { loadText } from './support.ts'

it('names the keys whose change waits for a restart, and only those', async () => {
  const before = await loadText('allow_all: false')
  const after = await loadText(
    'listen: { port: 9000 }\nstore: sqlite:other.sqlite\nallow_all: true\nadmin_users: [ops]',
  )

  expect(restartKeys(before.config, after.config)).toEqual(['listen.port', 'store'])
  expect(restartKeys(before.config, (await loadText('')).config)).toEqual([])
})
