import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { sha256 } from '../../src/base/hash.ts'
import { COMMAND_LINE, ConfigFaults, formatFault } from '../../src/config/faults.ts'
import { configPath, loadSnapshot } from '../../src/config/load.ts'
import { faultsOf, folderWith, loadText, printedFaults } from './support.ts'

const SECRET = '5f0c7a81d2e94b36'
const OTHER = 'another-secret-of-a-service'

describe('a config file', () => {
  it('may be empty: everything has a default', async () => {
    const { config } = await loadText('')

    expect(config.listen).toMatchObject({
      host: '127.0.0.1',
      port: 8000,
      reuse_port: false,
      drain_delay: 0,
    })
    expect(config.store).toBe('sqlite:var/hubgate.sqlite')
    expect(config.allow_all).toBe(false)
    expect(config.admin_access).toBe(false)
    expect(config.authenticate_prometheus).toBe(true)
    expect(config.authenticator).toEqual({ kind: 'dummy' })
    expect(config.spawner.cmd).toBeUndefined()
    expect(config.spawner.notebook_auth).toBe('gateway')
    expect(config.concurrent_spawn_limit).toBe(100)
    expect(config.token_expires_in_max_seconds).toBe(0)
    expect(config.oauth_token_expires_in).toBe(1_209_600)
    expect(config.oauth_require_pkce).toBe(false)
  })

  it('leaves scopes and description of a role out when the file does', async () => {
    const { config } = await loadText('load_roles: [{ name: user }, { name: grader, scopes: [] }]')

    expect(config.load_roles[0]).not.toHaveProperty('scopes')
    expect(config.load_roles[0]).not.toHaveProperty('description')
    expect(config.load_roles[1]?.scopes).toEqual([])
  })

  it('may use aliases', async () => {
    const { config } = await loadText('admin_users: &ops [ops]\nallowed_users: *ops')

    expect(config.allowed_users).toEqual(['ops'])
  })

  it('names users in their one spelling, each once', async () => {
    const { config, tokens } = await loadText(
      [
        'admin_users: [Ops, ops]',
        'allowed_users: [ADA]',
        'load_groups: { Class-A: { users: [Ada, "Zoe\u0308"] } }',
        'load_roles: [{ name: grader, users: [Ada] }]',
        `api_tokens: { ${SECRET}: Ops }`,
      ].join('\n'),
    )

    expect(config.admin_users).toEqual(['ops'])
    expect(config.allowed_users).toEqual(['ada'])
    expect(config.load_groups['Class-A']?.users).toEqual(['ada', 'zo\u00eb'])
    expect(config.load_roles[0]?.users).toEqual(['ada'])
    expect(tokens.get(sha256(SECRET))?.owner).toEqual({ kind: 'user', name: 'ops' })
  })

  it('does not confuse names with what every object has', async () => {
    const { config } = await loadText('load_groups: { class-a: {} }')

    expect(config.load_groups['constructor']).toBeUndefined()
  })

  it('gives a snapshot that nothing can change', async () => {
    const snapshot = await loadText('load_groups: { class-a: { properties: { deep: [1] } } }')

    expect(Object.isFrozen(snapshot)).toBe(true)
    expect(Object.isFrozen(snapshot.config.load_groups['class-a']?.properties['deep'])).toBe(true)
    expect(snapshot.generation).toBe(1)
    expect((await loadText('', {}, { generation: 7 })).generation).toBe(7)
  })
})

describe('tokens of the config map', () => {
  const TEXT = [
    'api_tokens:',
    `  ${SECRET}: grades`,
    `  sha256:${sha256('digest-only-0123456789').toUpperCase()}: ada`,
    'services:',
    `  - { name: grades, api_token: ${OTHER} }`,
  ].join('\n')

  it('are known by the digest of the secret, with their owner', async () => {
    const { tokens } = await loadText(TEXT)

    expect(tokens.size).toBe(3)
    expect(tokens.get(sha256(SECRET))?.owner).toEqual({ kind: 'service', name: 'grades' })
    expect(tokens.get(sha256('digest-only-0123456789'))?.owner).toEqual({
      kind: 'user',
      name: 'ada',
    })
    expect(tokens.get(sha256(OTHER))?.owner).toEqual({ kind: 'service', name: 'grades' })
  })

  it('have an id that stays the same and is not made of the digest', async () => {
    const [first, second] = [await loadText(TEXT), await loadText(TEXT)]
    const id = first.tokens.get(sha256(SECRET))?.id

    expect(id).toMatch(/^c[0-9a-f]{16}$/)
    expect(second.tokens.get(sha256(SECRET))?.id).toBe(id)
    expect(sha256(SECRET)).not.toContain(id?.slice(1))
    expect(new Set([...first.tokens.values()].map((token) => token.id)).size).toBe(3)
  })

  it('leave no secret in the snapshot', async () => {
    const { config } = await loadText(TEXT)

    expect(JSON.stringify(config)).not.toContain(SECRET)
    expect(JSON.stringify(config)).not.toContain(OTHER)
    expect(Object.keys(config.api_tokens)).toContain(`sha256:${sha256(SECRET)}`)
    expect(config.services[0]?.api_token).toBe(`sha256:${sha256(OTHER)}`)
  })

  it('may be given to the same owner twice', async () => {
    const text = `api_tokens: { ${SECRET}: grades }\nservices: [{ name: grades, api_token: ${SECRET} }]`

    expect((await loadText(text)).tokens.size).toBe(1)
  })

  it('stay text when they are digits only', async () => {
    const { tokens } = await loadText('api_tokens: { 1234567890123456: ada }')

    expect(tokens.has(sha256('1234567890123456'))).toBe(true)
  })
})

describe('options of the command line', () => {
  it('go before the file', async () => {
    const overrides = { host: '::1', port: 0, store: 'sqlite:other.sqlite' }
    const { config } = await loadText('listen: { port: 8000 }', {}, { overrides })

    expect(config.listen).toMatchObject({ host: '::1', port: 0, reuse_port: false, drain_delay: 0 })
    expect(config.store).toBe('sqlite:other.sqlite')
  })

  it('need no listen in the file, and go before its faults', async () => {
    const overrides = { port: 9000 }

    expect((await loadText('', {}, { overrides })).config.listen.port).toBe(9000)
    expect((await loadText('listen: { port: x }', {}, { overrides })).config.listen.port).toBe(9000)
  })

  it('are blamed for their own faults', async () => {
    const file = join(folderWith({ 'hubgate.yaml': 'log_level: loud' }), 'hubgate.yaml')
    const faults = await faultsOf(file, { env: {}, overrides: { port: 70000, store: 'mysql:x' } })

    expect(faults.map(formatFault)).toEqual([
      `${COMMAND_LINE}: listen.port: must be at most 65535`,
      `${COMMAND_LINE}: store: a store is sqlite:PATH, redis://HOST:PORT/0, rediss://… or redis+sentinel://…`,
      `${file}:1:12: log_level: expected one of silent, error, warn, info, debug, found the text "loud"`,
    ])
  })

  it('do not hide that listen itself is wrong', async () => {
    expect(await printedFaults('listen: 8000', {}, { overrides: { port: 1 } })).toEqual([
      '1:9: listen: expected a mapping, found 8000',
    ])
  })
})

describe('a file that cannot be read', () => {
  it.each([
    ['missing.yaml', 'there is no such file'],
    ['folder', 'it is a folder'],
    ['latin1.yaml', 'it is not UTF-8 text'],
  ])('%s is a fault that says why', async (name, why) => {
    const folder = folderWith({ 'folder/file': '' })
    writeFileSync(join(folder, 'latin1.yaml'), Buffer.from('admin_users: [zo\xeb]', 'latin1'))
    const file = join(folder, name)

    await expect(loadSnapshot(file)).rejects.toThrow(ConfigFaults)
    expect((await faultsOf(file, {})).map(formatFault)).toEqual([
      `${file}: the configuration cannot be read: ${why}`,
    ])
  })
})

describe('configPath', () => {
  it('is the option, else the environment, else the default, absolute', () => {
    vi.stubEnv('HUBGATE_CONFIG', '/etc/hubgate.yaml')

    expect(configPath('here.yaml')).toBe(join(process.cwd(), 'here.yaml'))
    expect(configPath()).toBe('/etc/hubgate.yaml')
    vi.stubEnv('HUBGATE_CONFIG', undefined)
    expect(configPath()).toBe(join(process.cwd(), 'config/hubgate.yaml'))
  })
})
