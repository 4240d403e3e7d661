import { escapePath } from '../../model/server-url.ts'
import { bodyOf, callApi } from '../api-client.ts'
import { redirect } from '../respond.ts'
import { memberForm } from '../signed-in.ts'

/** Deletes a named server; the API stops it first where it runs. */
export const deleteServer = memberForm(async (visit, member) => {
  const { c, hubPath } = visit
  const user = escapePath(c.req.param('user') ?? '')
  const server = escapePath(c.req.param('server') ?? '')
  const json = { remove: true }
  bodyOf(await callApi(visit, member, 'DELETE', `/users/${user}/servers/${server}`, { json }))
  return redirect(`${hubPath}home?done=server-deleted`, { status: 303 })
})
