import { describe, expect, test } from 'vitest'
import { sha256 } from '../../../src/base/hash.ts'
import { oauthClient, oauthClients } from '../../../src/hub/oauth/clients.ts'
import { serverClientId } from '../../../src/model/oauth-client.ts'
import { LAB, openWorld, PORTAL } from '../../oauth/world.ts'
import { makeUser } from '../../support/people.ts'

describe('serverClientId', () => {
  test.each([
    ['ada', '', 'jupyterhub-user-ada'],
    ['ada', 'gpu', 'jupyterhub-user-ada-gpu'],
    ['ada@example.org', '', 'jupyterhub-user-ada%40example.org'],
    ['a~b_c.d-e+f', 'x', 'jupyterhub-user-a~b_c.d-e%2Bf-x'],
    ['ädä', '', 'jupyterhub-user-%C3%A4d%C3%A4'],
    ['a b', '', 'jupyterhub-user-a%20b'],
  ])('of %s/%s is that of Python’s quote', (user, server, id) => {
    expect(serverClientId(user, server)).toBe(id)
  })
})

describe('oauthClients', () => {
  test('derives a server’s', async () => {
    const { ada, hub } = await openWorld()
    expect(await oauthClients(hub, LAB.client_id)).toEqual([
      {
        id: LAB.client_id,
        kind: 'server',
        instance: `run-${LAB.client_secret}`,
        secretDigests: [sha256(LAB.client_secret)],
        redirectUri: '/user/ada/oauth_callback',
        description: 'Server at /user/ada/',
        allowedScopes: ['access:servers!server=ada/'],
        accessScope: 'access:servers!server=ada/',
        noConfirm: false,
        server: { user: 'ada', name: '', userId: ada.id },
      },
    ])
  })

  test('derives a service’s', async () => {
    const { hub } = await openWorld()
    expect(await oauthClient(hub, PORTAL.client_id)).toEqual({
      id: PORTAL.client_id,
      kind: 'service',
      instance: 'portal',
      secretDigests: [sha256(PORTAL.client_secret)],
      redirectUri: PORTAL.redirect_uri,
      description: 'JupyterHub service portal',
      allowedScopes: [
        'servers!user',
        'read:users!user',
        'list:users',
        'access:services!service=portal',
      ],
      accessScope: 'access:services!service=portal',
      noConfirm: false,
      service: 'portal',
    })
  })

  test.each([
    ['ada@example.org', 'gpu'],
    ['a-b-c', 'd-e'],
    ['ädä', ''],
    ['a b', 'x'],
    ['-', ''],
  ])('finds the server %s/%s by its id', async (name, server) => {
    const { hub, runServer } = await openWorld()
    await runServer(await makeUser(hub, name), server, 'some-secret')
    const found = await oauthClients(hub, serverClientId(name, server))
    expect(found.map((client) => client.server)).toMatchObject([{ user: name, name: server }])
  })

  test('is looked at anew when the server or its secret changes', async () => {
    const { ada, hub, runServer } = await openWorld()
    await oauthClients(hub, LAB.client_id)
    await runServer(ada, '', 'another')
    await expect
      .poll(async () => (await oauthClient(hub, LAB.client_id))?.secretDigests)
      .toEqual([sha256('another')])
  })
})
