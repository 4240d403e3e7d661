import { bodyOf, callApi } from '../api-client.ts'
import { field } from '../form.ts'
import { redirect } from '../respond.ts'
import type { Target } from '../servers/target.ts'
import { may as holds, targetOfPath, targetPath } from '../servers/target.ts'
import { memberForm, memberPage } from '../signed-in.ts'
import type { Visit } from '../visit.ts'
import { apiPath, offeredScopes, sharesOf } from './share-view.ts'

/** Back to the page about a server's shares, which says what was done. */
export function backToShares({ hubPath }: Visit, target: Target, done: string): Response {
  return redirect(`${hubPath}share/${targetPath(target)}?done=${done}`, { status: 303 })
}

/** The user or group that a form names, for the API. */
export function granteeOf(form: URLSearchParams): { user: string } | { group: string } {
  const name = field(form, 'name')?.trim() ?? ''
  return field(form, 'kind') === 'group' ? { group: name } : { user: name }
}

/** Whom a server is shared with. */
export const showShares = memberPage(async (visit, member) => {
  const target = await targetOfPath(visit, member.viewer)
  return sharesOf(visit, member, target, { done: visit.c.req.query('done') })
})

/** The API's refusal in words that say what to do here. */
function refusal(message: string): string {
  if (!message.startsWith('Need scope')) return message
  return 'You may not look up who there is here, so you cannot share by this name. Make an invitation instead, and send them its link.'
}

/** Shares a server with a user or group; the form comes back where that is not possible. */
export const share = memberForm(async (visit, member, form) => {
  const target = await targetOfPath(visit, member.viewer)
  const may = field(form, 'may') ?? ''
  const json = { ...granteeOf(form), scopes: offeredScopes(may) }
  const answer = await callApi(visit, member, 'POST', `/shares/${apiPath(target)}`, { json })
  const mayShare = holds(member.principal, 'shares', target)
  if (answer.ok || !mayShare) {
    bodyOf(answer)
    return backToShares(visit, target, 'share-made')
  }
  const { status, message } = answer
  const [kind, name] = [field(form, 'kind') ?? '', field(form, 'name')?.slice(0, 255) ?? '']
  return sharesOf(visit, member, target, {
    again: { kind, name, may, error: refusal(message) },
    status,
  })
})
