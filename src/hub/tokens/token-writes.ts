import type { TokenRecord } from '../../model/token.ts'
import type { Write } from '../../store/port.ts'
import { keys } from '../keys.ts'
import { placeOf } from './token-keys.ts'

/** All that a commit writes for a new token; none of these keys may be there before. */
export function tokenWrites(record: TokenRecord): Write[] {
  const { id, digest, owner, expiresAt, client, session } = record
  const place = placeOf(record)
  return [
    { key: keys.token(digest), value: record, expiresAt },
    { key: keys.tokenOf(owner.kind, owner.id, id), value: place, expiresAt },
    // Its presence tells activity.ts that there is such a token.
    { key: keys.tokenActivity(id), value: { at: null }, expiresAt },
    ...(client === null
      ? []
      : [{ key: keys.tokenOfClient(client, digest), value: place, expiresAt }]),
    ...(session === null
      ? []
      : [{ key: keys.tokenOfSession(session, digest), value: place, expiresAt }]),
  ]
}
