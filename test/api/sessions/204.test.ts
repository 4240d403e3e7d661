import { describe, expect, it } from 'vitest'
import { ADA, OPS, openRig } from '../harness.ts'
import { signIn } from './support.ts'

const livesOf = (all: readonly { lives: () => Promise<boolean> }[]) =>
  Promise.all(all.map(({ lives }) => lives()))

describe('DELETE /users/{name}/sessions/{session_id}', () => {
  it('ends the one that is named, and no other', async () => {
    const rig = await openRig()
    const [one, two] = [await signIn(rig, 'ada'), await signIn(rig, 'ada')]
    const path = `/users/ada/sessions/${one.sid}`
    expect((await rig.call('DELETE', path, two.headers)).status).toBe(204)
    expect(await livesOf([one, two])).toEqual([false, true])
    expect((await rig.call('GET', '/user', one.headers)).status).toBe(403)
  })

  it('ends the one that asks', async () => {
    const rig = await openRig()
    const one = await signIn(rig, 'ada')
    const answer = await rig.call('DELETE', `/users/ada/sessions/${one.sid}`, one.headers)
    expect(answer.status).toBe(204)
    expect(await one.lives()).toBe(false)
  })

  it.each([ADA, OPS])('does so for a token: %s', async (token) => {
    const rig = await openRig()
    const one = await signIn(rig, 'ada')
    expect((await rig.call('DELETE', `/users/ada/sessions/${one.sid}`, token)).status).toBe(204)
    expect(await one.lives()).toBe(false)
  })

  it('lets admins end sessions of admins', async () => {
    const rig = await openRig({ config: { admin_users: ['ops', 'root'] } })
    const root = await signIn(rig, 'root')
    expect((await rig.call('DELETE', `/users/root/sessions/${root.sid}`, OPS)).status).toBe(204)
    expect(await root.lives()).toBe(false)
  })

  it('is done once when many ask for it at the same time', async () => {
    const rig = await openRig()
    const { sid } = await signIn(rig, 'ada')
    const answers = await Promise.all(
      [ADA, OPS, ADA, OPS].map((who) => rig.call('DELETE', `/users/ada/sessions/${sid}`, who)),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 404, 404, 404])
  })
})

describe('DELETE /users/{name}/sessions', () => {
  it('leaves the one that asks, and other people’s', async () => {
    const rig = await openRig()
    const [one, two, three] = [
      await signIn(rig, 'ada'),
      await signIn(rig, 'ada'),
      await signIn(rig, 'ada'),
    ]
    const grace = await signIn(rig, 'grace')
    expect((await rig.call('DELETE', '/users/ada/sessions', two.headers)).status).toBe(204)
    expect(await livesOf([one, two, three, grace])).toEqual([false, true, false, true])
  })

  it.each([ADA, OPS])('ends all for a token: %s', async (token) => {
    const rig = await openRig()
    const [one, two] = [await signIn(rig, 'ada'), await signIn(rig, 'ada')]
    const ops = await signIn(rig, 'ops')
    expect((await rig.call('DELETE', '/users/ada/sessions', token)).status).toBe(204)
    expect(await livesOf([one, two, ops])).toEqual([false, false, true])
  })

  it('ends all for another’s session', async () => {
    const rig = await openRig()
    const [ada, ops] = [await signIn(rig, 'ada'), await signIn(rig, 'ops')]
    expect((await rig.call('DELETE', '/users/ada/sessions', ops.headers)).status).toBe(204)
    expect(await livesOf([ada, ops])).toEqual([false, true])
  })

  it('has nothing against a user who is not signed in', async () => {
    const { call } = await openRig()
    expect((await call('DELETE', '/users/ada/sessions', ADA)).status).toBe(204)
  })
})
