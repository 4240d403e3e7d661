import type { Draft } from '../notation.ts'
import { as, keep, resource } from '../notation.ts'

/** A token for a user, made by root; it becomes a persona of that name. */
function token(name: string, user: string, scopes: string[] | undefined): Draft {
  const body = scopes === undefined ? { note: name } : { note: name, scopes }
  return keep({ [name]: 'token', [`${name}-id`]: 'id' }, [`POST /users/${user}/tokens`, body])
}

/** The personas that are tokens made over the API, and the servers that others speak of. */
export const SET_UP = resource(
  'set-up',
  as(
    'root',
    token('ada-inherit', 'ada', undefined),
    token('ada-user-filter', 'ada', ['read:users!user', 'tokens!user', 'users:activity!user=ada']),
    token('ada-server', 'ada', ['servers!server=ada/lab', 'access:servers!server=ada/lab']),
    token('ada-identify', 'ada', []),
    token('ada-notebook', 'ada', ['access:servers!server=ada/']),
    token('ada-reads', 'ada', ['read:users:name!user=ada', 'read:tokens!user=ada']),
    token('root-limited', 'root', [
      ...['read:users!user=ada', 'list:users!user=ada', 'read:users:name!group=class-b'],
      ...['admin:groups!group=class-a', 'read:services!service=lister', 'admin:users!user=cyd'],
      ...['start:servers!server=ada/lab', 'shares!user=ada', 'read:roles!user=bob'],
    ]),
    token('root-unfiltered', 'root', ['admin:users', 'servers', 'tokens', 'admin:groups']),
    ['PUT /users/ada/servers/lab', { display_name: 'The lab', user_options: { size: 'small' } }],
    ['PUT /users/bob/servers/lab', { display_name: 'The lab of bob' }],
    'PUT /users/fay/servers/lab',
  ),
  as('ada-inherit', 'GET /user'),
  as('ada-user-filter', 'GET /user'),
  as('ada-server', 'GET /user'),
  as('ada-identify', 'GET /user'),
  as('ada-notebook', 'GET /user'),
  as('root-limited', 'GET /user'),
)
