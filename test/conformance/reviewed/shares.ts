import { ABSENT } from '../differences.ts'
import type { Reviewed } from '../review.ts'
import { refused } from './notation.ts'

const HELD = 'What is shared counts in full, with a group too, whatever credential is used.'
const REVOKED = 'A scope is revoked as it was granted: without a filter it is that of the server.'

/** Shares and their codes. */
export const SHARES_REVIEWED: readonly Reviewed[] = [
  {
    why: 'Names of users are put in lower case and NFC everywhere.',
    cases: ['shares: root POST /shares/sharer-a/lab {"user":"PEER"}'],
    status: [400, 200],
    differs: { body: [{ message: 'No such user: PEER', status: 400 }, /"user":\{"name":"peer"\}/] },
  },
  {
    why: HELD,
    cases: ['shares: peer GET /user', 'shares: peer-2 GET /user'],
    status: 200,
    differs: { 'body.scopes.*': [ABSENT, '<in the set>'] },
  },
  {
    why: HELD,
    cases: ['shares: peer-2 GET /users/sharer-a/servers/desk'],
    status: [404, 200],
    differs: {
      body: [
        { message: 'No access to resources or resources not found', status: 404 },
        /"full_name":"sharer-a\/desk"/,
      ],
    },
  },
  ...refused(REVOKED, [200, 400], {
    'shares: root PATCH /shares/sharer-a/lab {"user":"peer","scopes":["access:servers!user=sharer-a"]}':
      '!user=sharer-a not allowed on sharing access:servers!user=sharer-a, only !server=sharer-a/lab',
    'shares: root PATCH /shares/sharer-a/lab {"user":"peer","scopes":["access:servers!server=ada/lab"]}':
      '!server=ada/lab not allowed on sharing access:servers!server=ada/lab, only !server=sharer-a/lab',
  }),
  {
    why: REVOKED,
    cases: ['shares: root PATCH /shares/sharer-a/lab {"user":"peer","scopes":["access:servers"]}'],
    status: 200,
    differs: { 'body.scopes.access:servers!server=sharer-a/lab': ['<in the set>', ABSENT] },
  },
  ...refused('JupyterHub takes what cannot be meant.', [200, 400], {
    'share-codes: root POST /share-codes/coder/lab []':
      'Invalid JSON data: must be an object, not a list',
  }),
  ...refused('An empty code or id is none; JupyterHub deletes all codes then.', [204, 400], {
    'share-codes: root DELETE /share-codes/coder/desk?id=&code=':
      'code must not be empty; id must not be empty',
  }),
]
