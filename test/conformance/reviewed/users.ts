import { ABSENT } from '../differences.ts'
import type { Reviewed } from '../review.ts'
import { messages, refused } from './notation.ts'

const NAMES = 'Names of users are put in lower case and NFC everywhere, in paths too.'
const BODY_FIRST = 'What is wrong with a body is told before whether the thing exists.'

/** Users, lists of them, their activity. */
export const USERS_REVIEWED: readonly Reviewed[] = [
  {
    why: 'Characters of SQL patterns stand for themselves.',
    cases: ['user-list: root GET /users?name_filter=list%25'],
    status: 200,
    differs: { 'body.*': [/"name":"list.+"/, ABSENT] },
  },
  {
    why: 'Who has the same time is in the reverse order when the sort is reversed.',
    cases: ['user-list: root GET /users?name_filter=list&sort=-last_activity'],
    status: 200,
    differs: {
      'body.3.name': ['list-c', 'list-ä'],
      'body.4.name': ['list-e', 'list_x'],
      'body.5.name': ['list_x', 'list-e'],
      'body.6.name': ['list-ä', 'list-c'],
    },
  },
  {
    why: 'A number has digits and perhaps a sign, none of the other spellings of Python.',
    cases: ['user-list: root GET /users?name_filter=list&limit=1_0'],
    status: [200, 400],
    differs: {
      body: [
        /"name":"list-c"/,
        { message: 'Invalid argument type, offset and limit must be integers', status: 400 },
      ],
    },
  },
  ...messages('All faults of a request are told at once.', 400, {
    'user-list: root GET /users?limit=x&sort=none': [
      'Invalid argument type, offset and limit must be integers',
      "Invalid argument type, offset and limit must be integers; sort must be 'id', 'name', or 'last_activity', not 'none'",
    ],
    'user-list: root GET /users?limit=x&state=none': [
      'Invalid argument type, offset and limit must be integers',
      "Invalid argument type, offset and limit must be integers; Unrecognized state filter: 'none'",
    ],
    'users: root POST /users {"names":["user-x"]}': [
      'Must specify at least one user to create',
      'Must specify at least one user to create; Invalid JSON keys: names',
    ],
  }),
  ...refused('JupyterHub takes what cannot be meant.', [201, 400], {
    'users: root POST /users {"usernames":"abc"}': 'usernames must be a list, not a string',
    'users: root POST /users {"usernames":{"x":1}}': 'usernames must be a list, not an object',
    'users: root POST /users/user-4 []': 'Invalid JSON data: must be an object, not a list',
  }),
  ...messages('A body is JSON in UTF-8, strictly.', 400, {
    'users: root POST /users {"usernames": ["user-nan"], "admin": NaN}': [
      "user.admin must be <class 'bool'>, not: <class 'float'>",
      'Invalid JSON in body of request',
    ],
    'users: root POST /users <3 bytes>': [
      'Invalid JSON in body of request',
      'The request body is not valid UTF-8.',
    ],
  }),
  {
    why: 'A user who is named twice is made, and shown, once.',
    cases: ['users: root POST /users {"usernames":["user-d","user-d"]}'],
    status: 201,
    differs: { 'body.1': [/"name":"user-d"/, ABSENT] },
  },
  {
    why: NAMES,
    cases: [
      'users: root GET /users/User-A',
      'users: root GET /users/u%CC%88ser',
      'users: root GET /users/user-8',
      'servers: root GET /users/OWNER/servers/plan',
    ],
    status: [404, 200],
    differs: { body: [{ message: null, status: 404 }, /"name":"(user-a|üser|user-8|plan)"/] },
  },
  {
    why: NAMES,
    cases: ['users: root POST /users/USER-1'],
    status: [201, 409],
    differs: { body: [/"name":"USER-1"/, { message: 'User user-1 already exists', status: 409 }] },
  },
  {
    why: NAMES,
    cases: ['users: root POST /users/User-8'],
    status: 201,
    differs: { 'body.name': ['User-8', 'user-8'] },
  },
  {
    why: NAMES,
    cases: ['users: root DELETE /users/USER-4'],
    status: [404, 204],
    differs: {
      body: [{ message: null, status: 404 }, ''],
    },
  },
  ...messages('A name that cannot be is told in the same words everywhere.', 400, {
    'users: root POST /users/user%2Fbad': [
      'Failed to create user: user/bad',
      'Invalid username: user/bad',
    ],
    'users: root POST /users/%20': ['Failed to create user:  ', 'Invalid username:  '],
    'users: root PATCH /users/user-1 {"name":""}': ["Invalid username: ''", 'Invalid username: '],
    'users: root PATCH /users/user-1 {"name":"user/1"}': [
      "Invalid username: 'user/1'",
      'Invalid username: user/1',
    ],
  }),
  ...messages(BODY_FIRST, [409, 400], {
    'users: root POST /users/user-1 {"nonsense":true}': [
      'User user-1 already exists',
      'Invalid JSON keys: nonsense',
    ],
  }),
  ...messages(BODY_FIRST, [404, 400], {
    'users: root PATCH /users/never': [null, 'Invalid JSON data: must be an object, not nothing'],
  }),
  {
    why: 'JupyterHub takes the name away from a user who is renamed to what they are called.',
    cases: ['users: root PATCH /users/user-same {"name":"user-same"}'],
    status: 200,
    differs: { 'body.name': [null, 'user-same'] },
  },
  ...messages(
    'Groups, roles and the authenticator’s state of a user are not changed here.',
    [500, 400],
    {
      'users: root PATCH /users/user-1 {"groups":["class-a"]}': [
        'Internal Server Error',
        'Invalid JSON keys: groups',
      ],
      'users: root PATCH /users/user-1 {"roles":["admin"]}': [
        'Internal Server Error',
        'Invalid JSON keys: roles',
      ],
      'users: root PATCH /users/user-1 {"auth_state":{"secret":1}}': [
        'Internal Server Error',
        'Invalid JSON keys: auth_state',
      ],
    },
  ),
  ...messages('Groups, roles and the authenticator’s state of a user are not changed here.', 400, {
    'users: root PATCH /users/user-1 {"auth_state":null}': [
      "user.auth_state must be <class 'dict'>, not: <class 'NoneType'>",
      'Invalid JSON keys: auth_state',
    ],
  }),
  ...refused('Only admins delete admins.', [204, 403], {
    'users: maker DELETE /users/user-6': 'Only admins can delete other admins',
  }),
  ...messages('What is given and empty is no time; JupyterHub takes it for nothing given.', 400, {
    'activity: root POST /users/active/activity {"last_activity":""}': [
      'body must contain at least one of `last_activity` or `servers`',
      "Not a valid timestamp: ''",
    ],
    'activity: root POST /users/active/activity {"last_activity":[]}': [
      'body must contain at least one of `last_activity` or `servers`',
      'Not a valid timestamp: []',
    ],
    'activity: root POST /users/active/activity {"servers":[]}': [
      'body must contain at least one of `last_activity` or `servers`',
      'servers must be a dict of the form {server_name: {last_activity: timestamp}}',
    ],
  }),
  ...messages('Values are written as in JSON, not as in Python.', 400, {
    'activity: root POST /users/active/activity {"last_activity":true}': [
      'Not a valid timestamp: True',
      'Not a valid timestamp: true',
    ],
    'activity: root POST /users/active/activity {"servers":{"lab":{"last_activity":null}}}': [
      'Not a valid timestamp: None',
      'Not a valid timestamp: null',
    ],
    'shutdown: stopper POST /shutdown {"proxy":null}': [
      'proxy must be true or false, got None',
      'proxy must be true or false, got null',
    ],
  }),
  ...messages(BODY_FIRST, 400, {
    'activity: root POST /users/active/activity {"last_activity":"2020-01-01T00:00:00Z","servers":{"none":{}}}':
      [
        "No such server 'none' for user active",
        'servers must be a dict of the form {server_name: {last_activity: timestamp}}',
      ],
  }),
]
