import { bodyOf, callApi } from '../api-client.ts'
import { targetOfPath } from '../servers/target.ts'
import { memberForm } from '../signed-in.ts'
import { backToShares, granteeOf } from './share.ts'
import { apiPath } from './share-view.ts'

/** Ends what is shared with one user or group. What is over already is no error. */
export const endShare = memberForm(async (visit, member, form) => {
  const target = await targetOfPath(visit, member.viewer)
  const json = granteeOf(form)
  bodyOf(await callApi(visit, member, 'PATCH', `/shares/${apiPath(target)}`, { json }))
  return backToShares(visit, target, 'share-ended')
})
