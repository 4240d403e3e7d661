import { describe, expect, it } from 'vitest'
import { expectError, OPS, openRig } from '../harness.ts'
import { signIn } from './support.ts'

const NO_ACCESS = /^No access to resources/

describe('sessions of a user', () => {
  it.each([
    ['GET', ''],
    ['DELETE', ''],
    ['DELETE', '/0123456789abcdef0123456789abcdef'],
  ])('%s …/sessions%s: nobody who is not there, and nobody out of reach', async (method, rest) => {
    const rig = await openRig()
    const path = (name: string) => `/users/${name}/sessions${rest}`
    expectError(await rig.call(method, path('nobody'), OPS), 404, null)
    const token = await rig.tokenOf('ops', ['admin:users!user=grace'])
    const ada = await signIn(rig, 'ada')
    for (const name of ['ada', 'nobody', 'ops']) {
      expectError(await rig.call(method, path(name), token), 404, NO_ACCESS)
    }
    expect(await ada.lives()).toBe(true)
  })
})

describe('DELETE /users/{name}/sessions/{session_id}', () => {
  it('knows no id that is none, is over, or is somebody else’s', async () => {
    const rig = await openRig()
    const [ada, gone, grace] = [
      await signIn(rig, 'ada'),
      await signIn(rig, 'ada'),
      await signIn(rig, 'grace'),
    ]
    await rig.call('DELETE', `/users/ada/sessions/${gone.sid}`)
    const [digest] = (await rig.hub.store.list(['session'])).map(({ key }) => String(key[1]))
    for (const id of ['x', '0'.repeat(32), gone.sid, grace.sid, digest, ada.sid.toUpperCase()]) {
      const answer = await rig.call('DELETE', `/users/ada/sessions/${id}`, ada.headers)
      expectError(answer, 404, `No such session ${id} for user ada`)
    }
    expect(await Promise.all([ada.lives(), grace.lives()])).toEqual([true, true])
  })

  it('knows none of a user of that name who was made anew', async () => {
    const rig = await openRig()
    const { sid } = await signIn(rig, 'ada')
    await rig.call('DELETE', '/users/ada')
    await rig.call('POST', '/users/ada')
    expectError(await rig.call('DELETE', `/users/ada/sessions/${sid}`), 404, /^No such session/)
    expect((await rig.call('GET', '/users/ada/sessions')).body).toEqual({ sessions: [] })
  })
})
