import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { shield } from '../../src/config/interpolate.ts'
import { configKeys, editorSchema } from '../../src/config/json-schema.ts'

const CONFIG = `${import.meta.dirname}/../../config`
const validate = new Ajv({ strict: false, validateFormats: false }).compile(editorSchema())

describe('the JSON schema for editors', () => {
  it('is the one in config/ (else run: node scripts/generate-config-schema.ts)', () => {
    const kept = JSON.parse(readFileSync(`${CONFIG}/hubgate.schema.json`, 'utf8'))

    expect(kept).toEqual(editorSchema())
  })

  it('accepts the files that we hand out', () => {
    for (const file of ['hubgate.yaml', 'examples/course.yaml']) {
      const accepted = validate(parse(shield(readFileSync(`${CONFIG}/${file}`, 'utf8'))))

      expect(accepted, JSON.stringify(validate.errors)).toBe(true)
    }
  })

  it.each([
    ['an unknown key', { listen: { prot: 1 } }],
    ['a wrong type', { listen: { port: 'eighty' } }],
    ['a wrong choice', { log_level: 'loud' }],
    ['a missing key', { load_roles: [{}] }],
  ])('refuses %s', (_, config) => {
    expect(validate(config)).toBe(false)
  })

  it('accepts references where the file may have them', () => {
    const port = `\${PORT}`

    expect(validate({ listen: { port }, allow_all: port, base_url: port, log_level: port })).toBe(
      true,
    )
  })

  it('describes every key', () => {
    const schema = JSON.stringify(editorSchema())

    expect(configKeys().length).toBeGreaterThan(50)
    expect(configKeys().filter(({ description }) => description === '')).toEqual([])
    expect(schema).toContain('Port; 0 picks a free one. A change needs a restart.')
  })
})
