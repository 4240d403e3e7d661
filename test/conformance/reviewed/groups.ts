import type { Reviewed } from '../review.ts'
import { messages, refused } from './notation.ts'

const ADD = 'Must specify users to add'
const REMOVE = 'Must specify users to delete'

/** Groups. */
export const GROUPS_REVIEWED: readonly Reviewed[] = [
  ...refused('JupyterHub takes what cannot be meant.', [201, 400], {
    'groups: root POST /groups {"groups":"abc"}': 'groups must be a list, not a string',
    'groups: root POST /groups {"groups":[1]}': 'groups.0 must be a string, not a number',
    'groups: root POST /groups {"groups":{"x":1}}': 'groups must be a list, not an object',
  }),
  {
    why: 'JupyterHub breaks down when a member is named twice.',
    cases: ['groups: root POST /groups/group-twice {"users":["group-m","group-m","Group-M"]}'],
    status: [500, 201],
    differs: {
      body: [
        { message: 'Internal Server Error', status: 500 },
        {
          kind: 'group',
          name: 'group-twice',
          properties: {},
          roles: {},
          users: { 'group-m': '<in the set>' },
        },
      ],
    },
  },
  ...messages('A body without members is told so, whatever else it is.', 400, {
    'groups: root POST /groups/group-c/users null': ['Invalid JSON data: None', ADD],
    'groups: root POST /groups/group-c/users []': ['Invalid JSON data: []', ADD],
    'groups: root POST /groups/group-c/users "ada"': ["Invalid JSON data: 'ada'", ADD],
    'groups: root POST /groups/group-c/users': ['Invalid JSON data: None', ADD],
    'groups: root DELETE /groups/group-c/users null': ['Invalid JSON data: None', REMOVE],
    'groups: root DELETE /groups/group-c/users []': ['Invalid JSON data: []', REMOVE],
    'groups: root DELETE /groups/group-c/users "ada"': ["Invalid JSON data: 'ada'", REMOVE],
    'groups: root DELETE /groups/group-c/users': ['Invalid JSON data: None', REMOVE],
  }),
  {
    why: 'A page counts the groups that the caller may list, not all that there are.',
    cases: [
      'groups: grader GET /groups?limit=1 paged',
      'groups: grouper GET /groups?limit=1 paged',
    ],
    status: 200,
    differs: {
      'body._pagination.total': [9, 1],
      'body._pagination.next': [/"offset":1/, null],
    },
  },
  ...refused('Nobody adds members to a group whose roles allow more than they hold.', [200, 403], {
    'groups: group-admin POST /groups/class-b/users {"users":["bob"]}':
      /"Not adding users to group class-b: its roles.*which you do not hold"/,
  }),
]
