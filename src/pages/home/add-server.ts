import { findUser } from '../../hub/users/users.ts'
import { isValidServerName } from '../../model/server-name.ts'
import { escapePath } from '../../model/server-url.ts'
import { nameFault } from '../../views/servers/server-name-field.ts'
import { callApi } from '../api-client.ts'
import { field } from '../form.ts'
import { redirect } from '../respond.ts'
import { hasOptions } from '../servers/has-options.ts'
import { targetPath } from '../servers/target.ts'
import { memberForm } from '../signed-in.ts'
import { answerHome } from './home.ts'
import { startAtHome } from './start-at-home.ts'

/**
 * Makes a named server of the viewer's. With `stay=home` it is left as it is; else it is started, or
 * its options asked for, and that leads to it. A bad name comes back in the form.
 */
export const addServer = memberForm(async (visit, member, form) => {
  const { config, deps, hubPath } = visit
  const { name: me } = member.principal
  const name = field(form, 'server')?.trim() ?? ''
  if (config.allow_named_servers && !isValidServerName(name)) {
    return answerHome(visit, member, { status: 400, message: nameFault(name), typed: name })
  }
  const path = `/users/${escapePath(me)}/servers/${escapePath(name)}`
  const made = await callApi(visit, member, 'PUT', path)
  if (!made.ok) {
    const message = made.status === 409 ? `You have a server “${name}” already.` : made.message
    return answerHome(visit, member, { status: made.status, message, typed: name })
  }
  const target = targetPath({ user: me, server: name })
  if (field(form, 'stay') === 'home') {
    return redirect(`${hubPath}home?done=server-added`, { status: 303 })
  }
  if (hasOptions(config)) return redirect(`${hubPath}spawn/${target}`, { status: 303 })
  const user = await findUser(deps.hub, me)
  if (user === undefined) return redirect(`${hubPath}home`, { status: 303 })
  return startAtHome(visit, member, { user, name, by: me }, `${hubPath}spawn-pending/${target}`)
})
