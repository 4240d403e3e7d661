import { escapePath } from '../../model/server-url.ts'
import type { Done } from '../../views/notices.ts'
import { callApi } from '../api-client.ts'
import { field } from '../form.ts'
import { redirect } from '../respond.ts'
import type { SignedIn } from '../signed-in.ts'
import { memberForm } from '../signed-in.ts'
import type { Visit } from '../visit.ts'
import { belongingsOf } from './own-tokens.ts'
import { PAGE_SIZE, tokensPage } from './token-page.ts'

interface Refusal {
  status: number
  message: string
}

/** Ends tokens, one after the other. One that is over already is no error. */
async function revokeAll(
  visit: Visit,
  member: SignedIn,
  ids: readonly string[],
): Promise<Refusal | undefined> {
  let refusal: Refusal | undefined
  for (const id of ids) {
    const path = `/users/${escapePath(member.principal.name)}/tokens/${escapePath(id)}`
    const answer = await callApi(visit, member, 'DELETE', path)
    if (!answer.ok && answer.status !== 404) refusal ??= answer
  }
  return refusal
}

/** Back to the list where it was. */
async function answerTo(
  visit: Visit,
  member: SignedIn,
  form: URLSearchParams,
  ended: { refusal: Refusal | undefined; done: Done },
): Promise<Response> {
  if (ended.refusal !== undefined) {
    const { status, message } = ended.refusal
    return tokensPage(visit, member, { status, listError: message })
  }
  const offset = Number.parseInt(field(form, 'offset') ?? '', 10)
  const place = offset > 0 ? `&offset=${offset}` : ''
  return redirect(`${visit.hubPath}token?done=${ended.done}${place}`, { status: 303 })
}

/** Ends those of the viewer's tokens that were chosen in the list. */
export const revokeTokens = memberForm(async (visit, member, form) => {
  const ids = [...new Set(form.getAll('token'))]
  if (ids.length === 0 || ids.length > PAGE_SIZE) {
    const listError =
      ids.length === 0
        ? 'No token is ticked: tick those to revoke, then try again.'
        : `Revoke at most ${PAGE_SIZE} tokens at once.`
    return tokensPage(visit, member, { status: 400, listError })
  }
  const refusal = await revokeAll(visit, member, ids)
  const done = ids.length === 1 ? 'token-revoked' : 'tokens-revoked'
  return answerTo(visit, member, form, { refusal, done })
})

/** Ends all tokens that an application holds in the viewer's name. */
export const revokeApplication = memberForm(async (visit, member, form) => {
  const { applications } = await belongingsOf(visit, member.principal)
  const held = applications.get(field(form, 'application') ?? '') ?? []
  const ids = held.map(({ id }) => id)
  const refusal = await revokeAll(visit, member, ids)
  return answerTo(visit, member, form, { refusal, done: 'application-revoked' })
})
