import { expect, it } from 'vitest'
import { profiles } from '../../../src/config/sections/profiles.ts'
import type { JsonObject } from '../../../src/model/json.ts'
import { eventually, makeRig, node, patient } from './rig.ts'

const TELL = 'console.log(process.env.WORD, process.env.USER_OF, ...process.argv.slice(1))'
const OPTIONS = [{ name: 'None' }, { name: 'Loud', environment: { WORD: 'LOUD' }, args: ['{ip}'] }]
const PROFILES = profiles.parse([
  { name: 'Plain', environment: { USER_OF: '{username}' } },
  {
    name: 'Other',
    cmd: [...node(TELL), 'other'],
    args: ['{servername}'],
    choices: { volume: { label: 'Volume', options: OPTIONS } },
  },
])

it.each<[JsonObject | null, string]>([
  [null, 'plain ada plain more'],
  [{ profile: 'plain' }, 'plain ada plain more'],
  [{ profile: 'other' }, 'plain undefined other gpu'],
  [{ profile: 'other', volume: 'loud' }, 'LOUD undefined other gpu 127.0.0.1'],
  [{ profile: 'gone' }, 'plain ada plain more'],
])('user options %j start another command', async (userOptions, output) => {
  const { spawner, request } = await makeRig({
    cmd: [...node(TELL), 'plain'],
    args: ['more'],
    environment: { WORD: 'plain' },
    profiles: PROFILES,
  })
  const run = request({ userOptions, server: 'gpu' })
  const state = await spawner.prepare(run)
  await spawner.start(state, run, patient())
  const told = await eventually(async () => (await spawner.output(state)).trim() || undefined)
  expect(told).toBe(output)
})
