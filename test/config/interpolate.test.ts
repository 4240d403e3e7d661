import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { sha256 } from '../../src/base/hash.ts'
import { filesNamedIn } from '../../src/config/interpolate.ts'
import { loadSnapshot } from '../../src/config/load.ts'
import { folderWith, loadText, printedFaults } from './support.ts'

/** `${…}` without tempting the linter. */
const ref = (name: string): string => `\${${name}}`
const ENV = {
  OPS_TOKEN: '0123456789012345',
  PORT: '8443',
  LIMIT: '0.5',
  FLAG: 'true',
  PLACE: 'B12 # {x}',
  EMPTY: '',
}

describe('references to the environment', () => {
  it('are replaced in values and keys', async () => {
    const { config, tokens } = await loadText(
      `api_tokens:\n  ${ref('OPS_TOKEN')}: ops\nbase_url: /a${ref('PORT')}b/`,
      ENV,
    )

    expect(tokens.has(sha256(ENV.OPS_TOKEN))).toBe(true)
    expect(config.base_url).toBe('/a8443b/')
  })

  it('need no quotes between braces and brackets', async () => {
    const { config } = await loadText(
      [
        `authenticator: { kind: dummy, password: ${ref('OPS_TOKEN')} }`,
        `services: [{ name: grades, api_token: ${ref('OPS_TOKEN')}, display: false }]`,
        `load_groups: { ${ref('FLAG')}: { users: [a, ${ref('FLAG')}] } }`,
      ].join('\n'),
      ENV,
    )

    expect(config.authenticator.password).toBe(ENV.OPS_TOKEN)
    expect(config.services[0]?.display).toBe(false)
    expect(config.load_groups['true']?.users).toEqual(['a', 'true'])
  })

  it('stand for numbers and booleans where these are wanted, quoted or not', async () => {
    const { config } = await loadText(
      [
        `listen: { port: ${ref('PORT')} }`,
        `allow_all: "${ref('FLAG')}"`,
        `slow_spawn_timeout: ${ref('LIMIT')}`,
        `services: [{ name: grades, admin: ${ref('FLAG')} }]`,
      ].join('\n'),
      ENV,
    )

    expect(config.listen.port).toBe(8443)
    expect(config.allow_all).toBe(true)
    expect(config.slow_spawn_timeout).toBe(0.5)
    expect(config.services[0]?.admin).toBe(true)
  })

  it('stay text where text is wanted, whatever it looks like', async () => {
    const { config } = await loadText(
      [
        `authenticator: { kind: dummy, password: ${ref('OPS_TOKEN')} }`,
        `spawner: { kind: process, environment: { A: ${ref('FLAG')}, B: ${ref('PLACE')}, C: ${ref('EMPTY')} } }`,
        `load_groups: { a: { properties: { port: ${ref('PORT')} } } }`,
      ].join('\n'),
      ENV,
    )

    expect(config.authenticator.password).toBe('0123456789012345')
    expect(config.spawner.environment).toEqual({ A: 'true', B: 'B12 # {x}', C: '' })
    expect(config.load_groups['a']?.properties).toEqual({ port: '8443' })
  })

  it('are no numbers when only a part of the value', async () => {
    expect(await printedFaults(`listen: { port: 1${ref('PORT')} }`, ENV)).toEqual([
      '1:17: listen.port: expected a number, found text',
    ])
  })

  it('bring no YAML and no further references with them', async () => {
    const env = { TEXT: `a: [b, ${ref('OTHER')}]`, OTHER: 'x' }
    const { config } = await loadText(
      `spawner: { kind: process, environment: { A: ${ref('TEXT')} } }`,
      env,
    )

    expect(config.spawner.environment['A']).toBe(env.TEXT)
  })

  it('are left alone when written with two dollars', async () => {
    const { config } = await loadText(
      `spawner: { kind: process, environment: { A: $${ref('HOME')}, B: "$${ref('x:#,y')} $" } }`,
    )

    expect(config.spawner.environment).toEqual({ A: ref('HOME'), B: `${ref('x:#,y')} $` })
  })

  it('mean nothing in comments', async () => {
    await expect(
      loadText(`# ${ref('NOT_SET')}\nallow_all: true # ${ref('NOT_SET')}`),
    ).resolves.toBeDefined()
  })

  it('do not see what every object has', async () => {
    expect(await printedFaults(`public_url: ${ref('constructor')}`)).toEqual([
      '1:13: public_url: the environment variable constructor is not set',
    ])
  })
})

describe('references to files', () => {
  it('are relative to the folder of the config file, or absolute; line breaks at the end go', async () => {
    const folder = folderWith({ 'run/password': 'two\nlines\r\n\r\n' })
    const text = [
      `api_tokens:\n  ${ref('file:secrets/ops, token')}: ops`,
      `authenticator: { kind: dummy, password: ${ref(`file:${folder}/run/password`)} }`,
    ].join('\n')
    const own = folderWith({
      'hubgate.yaml': text,
      'secrets/ops, token': 'ops-secret-0123456789\n',
    })
    const { config, tokens } = await loadSnapshot(join(own, 'hubgate.yaml'), { env: {} })

    expect(tokens.has(sha256('ops-secret-0123456789'))).toBe(true)
    expect(config.authenticator.password).toBe('two\nlines')
  })

  it('are found in the text, each once', () => {
    const text = `a: ${ref('file:x')} # ${ref('file:/y')}\nb: ${ref('file:./x')}${ref('NAME')}`

    expect(filesNamedIn(text, '/etc/hubgate.yaml')).toEqual(['/etc/x', '/y'])
  })

  it('refuse what is far too large', async () => {
    const folder = folderWith({
      'hubgate.yaml': `store: ${ref('file:big')}`,
      big: 'x'.repeat(2 ** 20 + 1),
    })

    await expect(loadSnapshot(join(folder, 'hubgate.yaml'))).rejects.toThrow('larger than 1 MiB')
  })
})
