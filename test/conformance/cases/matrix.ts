import type { Line } from '../notation.ts'
import { each, raw, resource } from '../notation.ts'
import { CONFIGURED } from '../setting.ts'

/** From nobody to an administrator. */
const PERSONAS = [
  ...['nobody', 'bad-token', 'basic'],
  ...['ada-identify', 'ada-notebook', 'ada-reads', 'ada-server', 'ada-user-filter', 'ada-inherit'],
  ...CONFIGURED,
  ...['root-limited', 'root-unfiltered', 'root'],
]

/** Those to whom it makes a difference which user, group or service is meant. */
const FILTERED = [
  ...['ada-user-filter', 'ada-inherit', 'ada-server', 'bob', 'cyd', 'fay'],
  ...['grader', 'namer', 'starter', 'grouper', 'lister-of-one', 'root-limited'],
]

const readsOfUser = (user: string): Line[] => [
  `GET /users/${user}`,
  `GET /users/${user}?include_stopped_servers`,
  `GET /users/${user}/server`,
  `GET /users/${user}/servers/`,
  `GET /users/${user}/servers/lab`,
  `GET /users/${user}/servers/none`,
  `GET /users/${user}/tokens`,
  `GET /users/${user}/tokens/a0`,
  `GET /users/${user}/shared`,
  `GET /users/${user}/shared/fay/lab`,
  `GET /shares/${user}`,
  `GET /shares/${user}/lab`,
  `GET /share-codes/${user}`,
  `GET /share-codes/${user}/lab`,
]

const readsOfGroup = (group: string): Line[] => [
  `GET /groups/${group}`,
  `GET /groups/${group}/shared`,
  `GET /groups/${group}/shared/fay/lab`,
]

const READS: Line[] = [
  'GET /',
  'GET /info',
  'GET /health',
  'GET /metrics',
  'GET /user',
  'GET /users',
  'GET /users?state=active',
  'GET /groups',
  'GET /services',
  'GET /proxy',
]

/** Each changes nothing for whom it is let through: the thing is there already, or never was. */
const writesOfUser = (user: string): Line[] => [
  [`POST /users/${user}`, {}],
  [`PATCH /users/${user}`, {}],
  [`POST /users/${user}/activity`, { last_activity: '2020-01-01T00:00:00Z' }],
  `POST /users/${user}/admin-access`,
  [`POST /users/${user}/tokens`, { scopes: 'none' }],
  `DELETE /users/${user}/tokens/a0`,
  [`POST /users/${user}/server`, { user_options: 1 }],
  [`POST /users/${user}/servers/lab`, { display_name: 1 }],
  `PUT /users/${user}/server`,
  [`PUT /users/${user}/servers/lab`, {}],
  [`PATCH /users/${user}/servers/lab`, {}],
  `DELETE /users/${user}/server`,
  `DELETE /users/${user}/servers/lab`,
  `DELETE /users/${user}/shared/fay/lab`,
  [`POST /shares/${user}/lab`, { user: 'bob', group: 'class-b' }],
  [`PATCH /shares/${user}/lab`, { user: 'bob', group: 'class-b' }],
  `DELETE /shares/${user}/lab`,
  [`POST /share-codes/${user}/lab`, { expires_in: 1 }],
  `DELETE /share-codes/${user}/lab`,
]

const writesOfGroup = (group: string): Line[] => [
  [`POST /groups/${group}`, {}],
  [`POST /groups/${group}/users`, { users: [] }],
  [`DELETE /groups/${group}/users`, { users: [] }],
  [`PUT /groups/${group}/properties`, raw('[]')],
  `DELETE /groups/${group}/shared/fay/lab`,
]

const WRITES: Line[] = [
  ['POST /users', { usernames: ['ada'] }],
  'DELETE /users/never',
  ['POST /groups', { groups: ['class-a'] }],
  'DELETE /groups/never',
  ['POST /services/lister', {}],
  'DELETE /services/lister',
  ['PATCH /proxy', raw('')],
  ['POST /shutdown', { proxy: 'no' }],
]

/** Every route of the API by everybody to whom it may answer differently, without changing anything. */
export const MATRIX = resource(
  'matrix',
  each(
    PERSONAS,
    ...READS,
    ...readsOfUser('ada'),
    ...readsOfGroup('class-a'),
    'GET /services/lister',
    'GET /users/never',
    'GET /groups/never',
    'GET /services/never',
    'GET /shares/never/lab',
  ),
  each(FILTERED, ...readsOfUser('bob'), ...readsOfGroup('class-b'), 'GET /services/maker'),
  each(PERSONAS, ...WRITES, ...writesOfUser('ada'), ...writesOfGroup('class-a')),
  each(FILTERED, ...writesOfUser('bob'), ...writesOfGroup('class-b'), [
    'POST /users/never/activity',
    { last_activity: '2020-01-01T00:00:00Z' },
  ]),
)
