import { EXPIRIES } from '../../views/shares/invitations.ts'
import { bodyOf, callApi } from '../api-client.ts'
import { field } from '../form.ts'
import { targetOfPath } from '../servers/target.ts'
import { memberForm } from '../signed-in.ts'
import { backToShares } from './share.ts'
import { apiPath, offeredScopes, sharesOf } from './share-view.ts'

interface NewShareCode {
  accept_url: string
  full_accept_url: string | null
}

/** Makes an invitation, and shows its link: a page that is not gone to, as there is no second time. */
export const invite = memberForm(async (visit, member, form) => {
  const target = await targetOfPath(visit, member.viewer)
  const asked = field(form, 'expires_in')
  const expires = EXPIRIES.find(({ value }) => value === asked)?.value
  const json = {
    scopes: offeredScopes(field(form, 'may')),
    ...(expires === undefined ? {} : { expires_in: Number(expires) }),
  }
  const path = `/share-codes/${apiPath(target)}`
  const made = bodyOf(await callApi<NewShareCode>(visit, member, 'POST', path, { json }))
  const madeLink = made.full_accept_url ?? visit.origin + made.accept_url
  return sharesOf(visit, member, target, { madeLink })
})

/** Ends one invitation, or all to the server where the form names none. */
export const endInvitations = memberForm(async (visit, member, form) => {
  const target = await targetOfPath(visit, member.viewer)
  const id = field(form, 'id')
  const query = id === undefined ? '' : `?id=${encodeURIComponent(id)}`
  const path = `/share-codes/${apiPath(target)}${query}`
  const answer = await callApi(visit, member, 'DELETE', path)
  // One that is over already is no error.
  if (!(id !== undefined && !answer.ok && answer.status === 404)) bodyOf(answer)
  return backToShares(visit, target, id === undefined ? 'invitations-ended' : 'invitation-ended')
})
