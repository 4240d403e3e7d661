import { HubgateError } from '../../base/errors.ts'
import type { Principal } from '../../model/principal.ts'
import type { TokenWish } from '../../views/tokens/token-form.ts'
import { field } from '../form.ts'
import { lifeOf } from './lifetime.ts'
import { chosenScopes } from './scope-choices.ts'
import { namedServer, scopesOfServer } from './server-choices.ts'

/** Characters of a note. */
export const MAX_NOTE = 255

/** Without a note of its own a token says where it comes from. */
const NO_NOTE = 'Requested on the token page'

/** What an address chooses beforehand: `?kind=notebook&server=gpu&note=VS+Code`. */
export function wishOfQuery(query: URLSearchParams, me: string): TokenWish {
  return {
    kind: query.get('kind') === 'notebook' ? 'notebook' : 'hub',
    note: (query.get('note') ?? '').slice(0, MAX_NOTE),
    expires: '',
    lastDay: '',
    scopes: [],
    onlyMine: false,
    server: namedServer(query.get('server') ?? '', me),
  }
}

/**
 * What the form asks for, as it was sent: shown again when it is refused.
 * @throws HubgateError `bad_request` for a field that was sent twice
 */
export function wishOfForm(form: URLSearchParams): TokenWish {
  return {
    kind: field(form, 'kind') === 'notebook' ? 'notebook' : 'hub',
    note: field(form, 'note') ?? '',
    expires: field(form, 'expires') ?? '',
    lastDay: field(form, 'last_day') ?? '',
    scopes: form.getAll('scopes'),
    onlyMine: field(form, 'reach') === 'mine',
    server: field(form, 'server') ?? '',
  }
}

/** The body of `POST /users/{name}/tokens` (wire-contract §1.8). */
export interface TokenBody {
  note: string
  expires_in: number | null
  scopes: string[]
}

/**
 * A wish as the API takes it.
 * @param now milliseconds since the epoch
 * @throws HubgateError `bad_request` that says what to change in the form
 */
export function bodyOfWish(wish: TokenWish, owner: Principal, now: number): TokenBody {
  const note = wish.note.trim()
  if (note.length > MAX_NOTE) {
    throw new HubgateError('bad_request', `The note is too long: ${MAX_NOTE} characters at most.`)
  }
  return {
    note: note === '' ? NO_NOTE : note,
    expires_in: lifeOf(wish.expires, wish.lastDay, now),
    scopes:
      wish.kind === 'notebook'
        ? scopesOfServer(wish.server)
        : chosenScopes(wish.scopes, wish.onlyMine, owner.scopes, owner.name),
  }
}
