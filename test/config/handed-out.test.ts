import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { loadSnapshot } from '../../src/config/load.ts'
import type { Config } from '../../src/config/schema.ts'
import { loadText } from './support.ts'

const CONFIG = `${import.meta.dirname}/../../config`
const ENV = {
  OPS_TOKEN: 'ops-token-0123456789',
  GRADES_TOKEN: 'grades-token-0123456789',
  ANNOUNCE_TOKEN: 'announce-token-0123456789',
  DEMO_PASSWORD: 'letmein',
}
/** What hubgate.yaml sets or shows as an example instead of a default. */
const OWN_VALUES = [
  'admin_users',
  'allow_all',
  'public_url',
  'trusted_proxies',
  'api_tokens',
  'load_groups',
  'load_roles',
  'custom_scopes',
  'services',
]
/** What it shows of `spawner` that is no default: examples, and what depends on other keys. */
const OWN_SPAWNER_VALUES = { cmd: undefined, hub_connect_url: undefined, profiles: undefined }

/** With the settings turned on that are commented out: `#key: value`, `#  nested: value`. */
function uncommented(text: string): string {
  return text.replaceAll(/^#(?=\S| {2})/gm, '')
}

describe('config/hubgate.yaml', () => {
  it('loads on a fresh machine, without any variable set', async () => {
    const { config } = await loadSnapshot(`${CONFIG}/hubgate.yaml`, { env: {} })

    expect(config.allow_all).toBe(true)
    expect(config.admin_users).toEqual(['admin'])
    expect(config.authenticator).toEqual({ kind: 'dummy' })
  })

  it('shows every key, and as a default only what is one', async () => {
    const text = uncommented(readFileSync(`${CONFIG}/hubgate.yaml`, 'utf8'))
    const shown = (await loadText(text, ENV)).config
    const defaults = (await loadText('')).config
    const others = Object.keys(defaults).filter((key) => !OWN_VALUES.includes(key))
    const pick = ({ spawner, ...config }: Config): unknown => ({
      ...Object.fromEntries(Object.entries(config).filter(([key]) => others.includes(key))),
      spawner: { ...spawner, ...OWN_SPAWNER_VALUES },
    })

    expect(Object.keys(shown).sort()).toEqual([...others, ...OWN_VALUES].sort())
    expect(pick(shown)).toEqual(pick(defaults))
  })
})

describe('config/examples', () => {
  it('loads, with its secrets in the environment', async () => {
    const { tokens, config } = await loadSnapshot(`${CONFIG}/examples/course.yaml`, { env: ENV })

    expect([...tokens.values()].map(({ owner }) => owner)).toEqual([
      { kind: 'user', name: 'ops' },
      { kind: 'service', name: 'grades' },
    ])
    expect(config.load_roles.map(({ name }) => name)).toEqual(['instructor', 'grades-service'])
  })
})
