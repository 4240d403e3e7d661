import { describe, expect, it } from 'vitest'
import type { OpenServiceRequest } from '../../src/auth/allow-service.ts'
import { allowService } from '../../src/auth/allow-service.ts'
import { signedCookie } from '../support/signed-cookie.ts'
import { setUpRoute } from './route-fixture.ts'

const CLIENT = 'service-whoami'

function request(more: Partial<OpenServiceRequest> = {}): OpenServiceRequest {
  return {
    authorization: undefined,
    queryTokens: [],
    cookieHeader: undefined,
    clientId: CLIENT,
    ...more,
  }
}

describe('who may pass to a service', () => {
  it('everybody whom the gateway does not know, as they came', async () => {
    const { hub } = await setUpRoute()
    const guest = { answer: 'pass', principal: undefined, cookie: null }

    expect(await allowService(hub, request())).toEqual(guest)
    for (const authorization of ['Basic YTpi', 'Bearer of-somebody-else', 'token', 'Digest x']) {
      expect(await allowService(hub, request({ authorization }))).toEqual(guest)
    }
    expect(await allowService(hub, request({ queryTokens: ['theirs', ''] }))).toEqual(guest)
  })

  it('a hub token, in the header and in the URL', async () => {
    const { hub, hubToken } = await setUpRoute()
    const ada = { answer: 'pass', principal: { name: 'ada' } }

    expect(await allowService(hub, request({ authorization: `token ${hubToken}` }))).toMatchObject(
      ada,
    )
    expect(await allowService(hub, request({ queryTokens: [hubToken] }))).toMatchObject(ada)
  })

  it('no notebook token, wherever it is', async () => {
    const { hub, notebook, hubToken } = await setUpRoute()

    for (const one of [
      { authorization: `Bearer ${notebook}` },
      { queryTokens: [notebook] },
      { queryTokens: ['x', notebook] },
      { authorization: `token ${hubToken}`, queryTokens: [notebook] },
    ]) {
      const answer = await allowService(hub, request(one))
      expect(answer).toMatchObject({
        answer: 'refused',
        error: { code: 'notebook_token_refused', status: 403 },
      })
    }
  })

  it('nobody with more tokens than are looked at', async () => {
    const { hub } = await setUpRoute()
    const queryTokens = ['1', '2', '3', '4', '5']

    expect(await allowService(hub, request({ queryTokens }))).toMatchObject({
      error: { status: 400 },
    })
  })
})

describe('the cookie of a service', () => {
  it('stands for the token in it', async () => {
    const { hub, hubToken } = await setUpRoute()
    const value = signedCookie(CLIENT, hubToken)

    for (const cookie of [value, `"${value}"`, hubToken]) {
      const cookieHeader = `a=1; ${CLIENT}=${cookie}`
      expect(await allowService(hub, request({ cookieHeader }))).toMatchObject({
        answer: 'pass',
        principal: { name: 'ada' },
        cookie,
      })
    }
  })

  it('stays here once its token is over, or if it opens servers', async () => {
    const { hub, revoked, expired, notebook } = await setUpRoute()

    for (const token of [revoked, expired, notebook]) {
      const cookieHeader = `${CLIENT}=${signedCookie(CLIENT, token)}`
      expect(await allowService(hub, request({ cookieHeader }))).toEqual({
        answer: 'pass',
        principal: undefined,
        cookie: null,
      })
    }
  })

  it('is the first good one of several', async () => {
    const { hub, hubToken, revoked } = await setUpRoute()
    const good = signedCookie(CLIENT, hubToken)
    const cookieHeader = `${CLIENT}=${signedCookie(CLIENT, revoked)}; ${CLIENT}=${good}`

    expect(await allowService(hub, request({ cookieHeader }))).toMatchObject({ cookie: good })
  })

  it('is the service’s business when it is of another kind', async () => {
    const { hub } = await setUpRoute()
    const cookieHeader = `${CLIENT}=its-own-kind`

    expect(await allowService(hub, request({ cookieHeader }))).toEqual({
      answer: 'pass',
      principal: undefined,
      cookie: 'its-own-kind',
    })
  })
})
