import { expect, test } from 'vitest'
import { principalOfToken } from '../../../src/hub/identity/identity.ts'
import { closeSession, endSessions } from '../../../src/hub/identity/session-ends.ts'
import { openSession, principalOfSession } from '../../../src/hub/identity/sessions.ts'
import { oauthClient } from '../../../src/hub/oauth/clients.ts'
import { issueCode } from '../../../src/hub/oauth/codes.ts'
import { exchangeCode } from '../../../src/hub/oauth/exchange.ts'
import { openTestHub } from '../../support/hub.ts'
import { justBefore } from '../../support/just-before.ts'
import { makeUser } from '../../support/people.ts'

/** What a service was given by OAuth lasts as long as the sign-in in which that was. */

async function setUp() {
  const service = {
    ...{ name: 'notes', api_token: 'token-of-the-service-notes' },
    oauth_redirect_uri: 'http://notes.example/callback',
  }
  const config = {
    services: [service],
    load_roles: [{ name: 'reader', scopes: ['access:services!service=notes'], users: ['ada'] }],
  }
  const hub = await openTestHub({ config })
  const ada = await makeUser(hub, 'ada')
  const client = await oauthClient(hub, 'service-notes')
  if (client === undefined) throw new Error('no client')
  const codeIn = (session: Awaited<ReturnType<typeof openSession>>['session']) =>
    issueCode(hub, { client, session, challenge: null, scopes: ['access:services!service=notes'] })
  const exchange = (code: string) =>
    exchangeCode(hub, { client, code, redirectUri: client.redirectUri, verifier: undefined })
  const grantIn = async (session: Parameters<typeof codeIn>[0]) => {
    const exchanged = await exchange(await codeIn(session))
    if (exchanged.answer !== 'issued') throw new Error(exchanged.error)
    return exchanged.token
  }
  return { hub, config, ada, codeIn, exchange, grantIn }
}

test('signing out ends it on every replica, and leaves what others and other sign-ins gave', async () => {
  const { hub, config, ada, grantIn } = await setUp()
  const other = await hub.another(config)
  const [one, two] = [await openSession(hub, ada), await openSession(hub, ada)]
  const [ones, twos] = [await grantIn(one.session), await grantIn(two.session)]
  await expect.poll(() => principalOfToken(other, ones)).toMatchObject({ name: 'ada' })
  await closeSession(hub, one.secret)
  expect(await principalOfToken(hub, ones)).toBeUndefined()
  await expect.poll(() => principalOfToken(other, ones)).toBeUndefined()
  expect(await principalOfToken(hub, twos)).toMatchObject({ name: 'ada' })
})

test.each(['signing in anew', 'ending all'])('%s ends it', async (way) => {
  const { hub, ada, grantIn } = await setUp()
  const { secret, session } = await openSession(hub, ada)
  const token = await grantIn(session)
  if (way === 'ending all') await endSessions(hub, ada.id, () => true)
  else await openSession(hub, ada, { replaces: [secret] })
  expect(await principalOfToken(hub, token)).toBeUndefined()
})

test('a code that is exchanged afterwards gives nothing', async () => {
  const { hub, ada, codeIn, exchange } = await setUp()
  const { secret, session } = await openSession(hub, ada)
  const code = await codeIn(session)
  await closeSession(hub, secret)
  expect(await exchange(code)).toMatchObject({ answer: 'refused', error: 'invalid_grant' })
})

test('a code that is exchanged in the same moment gives nothing that lasts', async () => {
  const { hub, config, ada, codeIn, exchange } = await setUp()
  const other = await hub.another(config)
  // The sign-out is committed between the exchange's reads and its commit …
  const first = await openSession(hub, ada)
  const late = await codeIn(first.session)
  justBefore(hub, () => closeSession(other, first.secret))
  expect(await exchange(late)).toMatchObject({ answer: 'refused', error: 'invalid_grant' })
  // … and the other way round.
  const second = await openSession(hub, ada)
  const early = await codeIn(second.session)
  let token = ''
  justBefore(other, async () => {
    const exchanged = await exchange(early)
    token = exchanged.answer === 'issued' ? exchanged.token : ''
  })
  await closeSession(other, second.secret)
  expect(token).not.toBe('')
  expect(await principalOfToken(hub, token)).toBeUndefined()
  expect(await principalOfSession(hub, second.secret)).toBeUndefined()
  expect(JSON.stringify(await hub.store.list(['token-of-session']))).toBe('[]')
})
