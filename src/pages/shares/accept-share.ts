import { safeNext } from '../../auth/next.ts'
import { HubgateError } from '../../base/errors.ts'
import type { ShareCodeView } from '../../hub/shares/share-codes.ts'
import { exchangeShareCode, findShareOffer } from '../../hub/shares/share-exchange.ts'
import { scopeEntry } from '../../model/scope-table.ts'
import { serverPrefix } from '../../model/server-url.ts'
import { abilitySentence } from '../../views/shares/abilities.ts'
import { acceptSharePage } from '../../views/shares/accept-share-page.ts'
import { field } from '../form.ts'
import { page, redirect } from '../respond.ts'
import { memberForm, memberPage } from '../signed-in.ts'
import type { Visit } from '../visit.ts'

const OWN = "You can't share with yourself!"
const OWN_HINT = {
  body: { hint: 'This is an invitation to your own server. Send its link to somebody else.' },
}
const OVER_HINT = { body: { hint: 'Ask whoever sent it to you for a new link.' } }

/** @throws HubgateError `bad_request` when there is none */
function requireCode(code: string | undefined): string {
  if (code !== undefined && code !== '') return code
  throw new HubgateError(
    'bad_request',
    'Missing argument code: open the whole link that you were sent.',
  )
}

function permissionsOf({ config }: Visit, { record }: ShareCodeView): string[] {
  return record.scopes.map((scope) =>
    abilitySentence(scope, scopeEntry(scope, config.custom_scopes)?.description),
  )
}

/** Shows what a share code gives (wire-contract §10); a GET never accepts it. */
export const showAcceptShare = memberPage(async (visit, { principal, viewer }) => {
  const { c, deps, hubPath, origin } = visit
  const code = requireCode(c.req.query('code'))
  const found = await findShareOffer(deps.hub, code, principal)
  if (found.answer === 'own') throw new HubgateError('forbidden', OWN, OWN_HINT)
  if (found.answer === 'unknown') {
    throw new HubgateError('not_found', 'This invitation is unknown here, or over.', OVER_HINT)
  }
  const { server } = found.offer
  return page(
    acceptSharePage({
      hubPath,
      viewer,
      code,
      owner: server.owner,
      server: server.name,
      ready: server.ready,
      permissions: permissionsOf(visit, found.offer),
      next: safeNext(c.req.query('next'), origin, ''),
    }),
  )
})

/** Accepts it, and goes to the server, whether or not it runs. */
export const acceptShare = memberForm(async (visit, { principal }, form) => {
  const { c, config, deps, origin } = visit
  const code = requireCode(field(form, 'code') ?? c.req.query('code'))
  const found = await exchangeShareCode(deps.hub, code, principal)
  if (found.answer === 'own') throw new HubgateError('bad_request', OWN, OWN_HINT)
  if (found.answer === 'unknown') {
    throw new HubgateError(
      'bad_request',
      'Invalid share code: it is unknown or has expired.',
      OVER_HINT,
    )
  }
  const { owner, name } = found.offer.server
  const next = field(form, 'next') ?? c.req.query('next')
  return redirect(safeNext(next, origin, serverPrefix(config.base_url, owner, name)))
})
