import { describe, expect, test } from 'vitest'
import { ADA, OPS } from '../../api/harness.ts'
import type { Params } from '../world.ts'
import { codeFor, exchangeForm, LAB, openWorld, PORTAL, QUICK } from '../world.ts'

const basic = (pair: string): Params => ({
  authorization: `Basic ${Buffer.from(pair).toString('base64')}`,
})

describe('POST oauth2/token', () => {
  test.each([
    [{ client_secret: 'wrong' }],
    [{ client_secret: '' }],
    [{ client_secret: LAB.client_secret.toUpperCase() }],
    [{ client_secret: PORTAL.client_secret }],
    [{ client_secret: OPS }],
    [{ client_id: '' }],
    [{ client_id: 'service-nobody' }],
    [{ client_id: PORTAL.client_id }],
    [{ client_id: 'jupyterhub' }],
    [{ client_id: 'service-mute', client_secret: '' }],
  ])('knows no client %j', async (more) => {
    const { exchange, signedIn } = await openWorld()
    const code = await codeFor(await signedIn('ada'), LAB)
    const answer = await exchange(exchangeForm(LAB, code, more))
    expect(answer.status).toBe(401)
    expect(answer.body).toEqual({ error: 'invalid_client' })
    expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_client"')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect((await exchange(exchangeForm(LAB, code))).status).toBe(200)
  })

  test('knows no client without a secret', async () => {
    const { exchange, signedIn } = await openWorld()
    const code = await codeFor(await signedIn('ada'), LAB)
    const { client_secret: _, ...form } = exchangeForm(LAB, code) as Record<string, string>
    expect((await exchange(form)).status).toBe(401)
    // Its hub token alone is no way to prove it, as it is none in JupyterHub.
    const authorization = `token ${LAB.client_secret}`
    expect((await exchange(form, { authorization })).status).toBe(401)
  })

  test.each([
    `token ${ADA}`,
    `Bearer ${OPS}`,
    `token ${QUICK.client_secret}`,
    'token 0123456789abcdef0123456789abcdef',
  ])('does not take another’s token beside the secret: %s', async (authorization) => {
    const { exchange, signedIn } = await openWorld()
    const code = await codeFor(await signedIn('ada'), LAB)
    const answer = await exchange(exchangeForm(LAB, code), { authorization })
    expect(answer.status).toBe(401)
    expect(answer.body).toEqual({ error: 'invalid_client' })
  })

  test.each([
    `${QUICK.client_id}:wrong`,
    `${QUICK.client_id}:`,
    `${QUICK.client_id}`,
    `:${QUICK.client_secret}`,
    `${PORTAL.client_id}:${QUICK.client_secret}`,
    `${PORTAL.client_id}:${PORTAL.client_secret}`,
    `${QUICK.client_id}:%ff`,
  ])('does not take HTTP Basic of %j', async (pair) => {
    const { exchange, signedIn } = await openWorld()
    const code = await codeFor(await signedIn('grace'), QUICK)
    const { client_id, redirect_uri } = QUICK
    const form = { grant_type: 'authorization_code', code, client_id, redirect_uri }
    const answer = await exchange(form, basic(pair))
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toBe('Basic realm="hubgate"')
  })

  test('asks who the client is before it looks at the code', async () => {
    const { exchange } = await openWorld()
    const wrong = exchangeForm({ ...LAB, client_secret: 'wrong' }, 'no-such-code')
    expect((await exchange(wrong)).status).toBe(401)
  })
})
