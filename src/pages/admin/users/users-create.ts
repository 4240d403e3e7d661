import { requireScope } from '../../../auth/require-scope.ts'
import { isValidUsername, normalizeUsername } from '../../../model/username.ts'
import { MAX_BULK } from '../../../views/admin/users/bulk-deeds.ts'
import type { CreateUsersPageProps } from '../../../views/admin/users/users-create-page.ts'
import { createUsersPage } from '../../../views/admin/users/users-create-page.ts'
import { callApi } from '../../api-client.ts'
import { field } from '../../form.ts'
import { page, redirect } from '../../respond.ts'
import type { SignedIn } from '../../signed-in.ts'
import { memberForm, memberPage } from '../../signed-in.ts'
import type { Visit } from '../../visit.ts'
import { userPath } from '../api-paths.ts'
import { inParallel } from './in-parallel.ts'

/** Users that are made at a time. */
const AT_ONCE = 8

interface Failure {
  name: string
  why: string
}

const RULE = 'a name has letters, digits, - _ . @ + ~ and is 255 bytes long at most.'

function answer(
  { hubPath }: Visit,
  { principal, viewer }: SignedIn,
  extras: Pick<CreateUsersPageProps, 'made' | 'failed' | 'error' | 'typed'> = {},
): Response {
  const body = createUsersPage({ ...extras, hubPath, viewer, mayGrant: principal.admin })
  const isBad = extras.error !== undefined || extras.failed !== undefined
  return page(body, { status: isBad ? 400 : 200 })
}

/** The form for new users. */
export const showCreateUsers = memberPage((visit, member) => {
  requireScope(member.principal, ['admin-ui'], undefined)
  requireScope(member.principal, ['admin:users'], undefined)
  return answer(visit, member)
})

async function whyNot(
  visit: Visit,
  member: SignedIn,
  name: string,
  admin: boolean,
): Promise<string | undefined> {
  if (!isValidUsername(name)) return RULE
  const json = admin ? { admin } : {}
  const made = await callApi(visit, member, 'POST', userPath(name), { json })
  return made.ok ? undefined : made.message
}

/** Makes users; those whose names are no good or taken come back with why. */
export const createUsers = memberForm(async (visit, member, form) => {
  requireScope(member.principal, ['admin-ui'], undefined)
  const typed = { names: field(form, 'names') ?? '', admin: field(form, 'admin') === 'yes' }
  const names = [...new Set(typed.names.split(/[\s,]+/).map(normalizeUsername))].filter(Boolean)
  const refuse = (error: string) => answer(visit, member, { error, typed })
  if (names.length === 0) return refuse('Give at least one name.')
  if (names.length > MAX_BULK) return refuse(`Give ${MAX_BULK} names at a time at most.`)
  const failed: Failure[] = []
  await inParallel(names, AT_ONCE, async (name) => {
    const why = await whyNot(visit, member, name, typed.admin)
    if (why !== undefined) failed.push({ name, why })
  })
  const missing = new Set(failed.map(({ name }) => name))
  const made = names.filter((name) => !missing.has(name))
  if (failed.length > 0) {
    const left = { names: [...missing].join('\n'), admin: typed.admin }
    return answer(visit, member, { made, failed, typed: left })
  }
  const done = made.length === 1 ? 'user-created' : 'users-created'
  return redirect(`${visit.hubPath}admin?done=${done}&sort=-id`, { status: 303 })
})
