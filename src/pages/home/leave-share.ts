import { escapePath } from '../../model/server-url.ts'
import { bodyOf, callApi } from '../api-client.ts'
import { redirect } from '../respond.ts'
import { memberForm } from '../signed-in.ts'

/** Gives up what somebody shares with the viewer of a server, for themselves alone. */
export const leaveShare = memberForm(async (visit, member) => {
  const { c, hubPath } = visit
  const me = escapePath(member.principal.name)
  const owner = escapePath(c.req.param('owner') ?? '')
  const server = escapePath(c.req.param('server') ?? '')
  bodyOf(await callApi(visit, member, 'DELETE', `/users/${me}/shared/${owner}/${server}`))
  return redirect(`${hubPath}home?done=share-left`, { status: 303 })
})
