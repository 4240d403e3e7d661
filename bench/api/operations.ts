import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { seededName } from '../../test/support/seed.ts'
import type { Subject } from './subject.ts'
import { ADMIN, ask, GROUPS, groupName } from './subject.ts'

/** What requests are made from; goes to the process that sends them. */
export interface Facts {
  users: number
  admin: string
  tokens: readonly string[]
  /** Tells the users that are made from those of other runs. */
  tag: string
}

/** The nth request of an operation. */
export interface Call {
  method: 'GET' | 'POST'
  /** Below `/hub/api`. */
  path: string
  token: string
  body?: unknown
  /** What each answer is looked into for. */
  contains: string
}

export interface Operation {
  /** As the table calls it. */
  title: string
  /** Whether it changes anything: those come last, or the lists would grow between rounds. */
  writes: boolean
  status: number
  call(n: number, facts: Facts): Call
  /** Looks closely into one answer, and for what it must have brought about. */
  verify(body: unknown, n: number, facts: Facts, subject: Subject): Promise<void> | void
}

interface UserModel {
  kind: string
  name: string
  admin: boolean
  groups: string[]
  last_activity: string
}

const userOf = (n: number, { users }: Facts): string => seededName(n % users)
/** Groups fill evenly, and no user is added to one twice in a run. */
const groupOf = (n: number, { users }: Facts): string =>
  groupName(((n % users) + Math.floor(n / users)) % GROUPS)
const madeName = (n: number, { tag }: Facts): string => `new-${tag}-${n}`
const named = (name: string): string => `"${name}"`

const readUser = async (subject: Subject, name: string): Promise<UserModel> =>
  (await ask(subject.port, subject.admin, 'GET', `/users/${name}`)).body as UserModel

function checkUser(body: unknown, name: string): void {
  const user = body as UserModel
  deepStrictEqual([user.kind, user.name, user.admin], ['user', name, false])
  ok('last_activity' in user && 'servers' in user && 'roles' in user)
}

function checkList(body: unknown, length: number): void {
  const list = body as UserModel[]
  strictEqual(list.length, length)
  const first = list.slice(0, 100)
  deepStrictEqual(
    first.map(({ name }) => name),
    first.map((_, n) => seededName(n)),
  )
  for (const [n, user] of first.entries()) checkUser(user, seededName(n))
}

/** What the issue asks for, by the name of each. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  nothing: {
    title: 'a fixed text',
    writes: false,
    status: 200,
    call: () => ({ method: 'GET', path: '/user', token: '', contains: 'xxx' }),
    verify: () => undefined,
  },
  whoAmIAdmin: {
    title: "GET /user, an admin's token",
    writes: false,
    status: 200,
    call: (_, { admin }) => {
      return { method: 'GET', path: '/user', token: admin, contains: named(ADMIN) }
    },
    verify: (body) => {
      const { name, scopes } = body as { name: string; scopes: string[] }
      strictEqual(name, ADMIN)
      ok(scopes.includes('admin:users'))
    },
  },
  whoAmI: {
    title: "GET /user, users' tokens",
    writes: false,
    status: 200,
    call: (n, { tokens }) => {
      const at = n % tokens.length
      return {
        method: 'GET',
        path: '/user',
        token: tokens[at] ?? '',
        contains: named(seededName(at)),
      }
    },
    verify: (body, n, { tokens }) => {
      const { name, scopes } = body as { name: string; scopes: string[] }
      strictEqual(name, seededName(n % tokens.length))
      ok(scopes.includes(`access:servers!user=${name}`))
    },
  },
  readUser: {
    title: 'GET /users/{name}',
    writes: false,
    status: 200,
    call: (n, facts) => {
      const name = userOf(n, facts)
      return {
        method: 'GET',
        path: `/users/${name}`,
        token: facts.admin,
        contains: named(name),
      }
    },
    verify: (body, n, facts) => checkUser(body, userOf(n, facts)),
  },
  page: {
    title: 'GET /users?limit=100',
    writes: false,
    status: 200,
    call: (_, { admin }) => {
      return {
        method: 'GET',
        path: '/users?limit=100',
        token: admin,
        contains: named(seededName(99)),
      }
    },
    verify: (body) => checkList(body, 100),
  },
  wholeList: {
    title: 'GET /users, all of them',
    writes: false,
    status: 200,
    call: (_, { admin, users }) => {
      return {
        method: 'GET',
        path: '/users',
        token: admin,
        contains: named(seededName(users - 1)),
      }
    },
    // The admin is in the list as well.
    verify: (body, _, { users }) => checkList(body, users + 1),
  },
  createUser: {
    title: 'POST /users/{name}',
    writes: true,
    status: 201,
    call: (n, facts) => {
      const name = madeName(n, facts)
      return { method: 'POST', path: `/users/${name}`, token: facts.admin, contains: named(name) }
    },
    verify: async (body, n, facts, subject) => {
      const name = madeName(n, facts)
      checkUser(body, name)
      checkUser(await readUser(subject, name), name)
    },
  },
  createToken: {
    title: 'POST /users/{name}/tokens',
    writes: true,
    status: 201,
    call: (n, facts) => {
      return {
        method: 'POST',
        path: `/users/${userOf(n, facts)}/tokens`,
        token: facts.admin,
        body: { note: 'a script' },
        contains: '"token":',
      }
    },
    verify: async (body, n, facts, subject) => {
      const { token } = body as { token: string }
      const { body: owner } = await ask(subject.port, token, 'GET', '/user')
      strictEqual((owner as UserModel).name, userOf(n, facts))
    },
  },
  addToGroup: {
    title: 'POST /groups/{group}/users',
    writes: true,
    status: 200,
    call: (n, facts) => {
      const user = userOf(n, facts)
      return {
        method: 'POST',
        path: `/groups/${groupOf(n, facts)}/users`,
        token: facts.admin,
        body: { users: [user] },
        contains: named(user),
      }
    },
    verify: async (body, n, facts, subject) => {
      const name = userOf(n, facts)
      const group = groupOf(n, facts)
      deepStrictEqual((body as { name: string }).name, group)
      ok((body as { users: string[] }).users.includes(name))
      ok((await readUser(subject, name)).groups.includes(group))
    },
  },
  activity: {
    title: 'POST /users/{name}/activity',
    writes: true,
    status: 200,
    call: (n, facts) => {
      const last_activity = new Date().toISOString()
      return {
        method: 'POST',
        path: `/users/${userOf(n, facts)}/activity`,
        token: facts.admin,
        body: { servers: { '': { last_activity } }, last_activity },
        contains: '',
      }
    },
    verify: async (_, n, facts, subject) => {
      const { last_activity } = await readUser(subject, userOf(n, facts))
      ok(Date.now() - Date.parse(last_activity) < 60_000, last_activity)
    },
  },
}
