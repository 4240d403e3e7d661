import { HubgateError } from '../../base/errors.ts'
import type { Principal } from '../../model/principal.ts'

/** @throws HubgateError `forbidden` for a cookie: these routes take a token in `Authorization` only */
export function requireToken({ credential }: Principal): void {
  if (credential.type !== 'token') throw new HubgateError('forbidden')
}
