import { safeNext } from '../../auth/next.ts'
import { serverPrefix } from '../../model/server-url.ts'
import { redirect } from '../respond.ts'
import { memberPage } from '../signed-in.ts'
import { targetPath } from './target.ts'

/**
 * A link for everybody, `{hub}user-redirect/PATH?q`: leads each to that path of their own default
 * server, by way of starting it (wire-contract §8.1). Nothing but a path below that server is led to.
 */
export const showUserRedirect = memberPage(({ c, config, hubPath, origin }, { principal }) => {
  const { pathname, search } = new URL(c.req.url)
  const rest = pathname.slice(`${hubPath}user-redirect/`.length)
  const own = serverPrefix(config.base_url, principal.name, '')
  const wanted = safeNext(`${own}${rest}${search}`, origin, own)
  const next = wanted.startsWith(own) ? wanted : own
  const target = targetPath({ user: principal.name, server: '' })
  return redirect(`${hubPath}spawn/${target}?next=${encodeURIComponent(next)}`)
})
