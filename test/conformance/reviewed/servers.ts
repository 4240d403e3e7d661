import { ABSENT } from '../differences.ts'
import type { Reviewed } from '../review.ts'
import { messages, refused } from './notation.ts'

/** Servers, stopped and running. */
export const SERVERS_REVIEWED: readonly Reviewed[] = [
  ...refused('JupyterHub takes what cannot be meant.', [201, 400], {
    'servers: root PUT /users/owner/servers/brackets []': 'Body must be a JSON object',
    'running: runner POST /users/runner/servers/brackets []': 'Body must be a JSON object',
  }),
  ...refused('JupyterHub takes what cannot be meant.', [204, 400], {
    'servers: root DELETE /users/owner/servers/plan []':
      'Invalid JSON data: must be an object, not a list',
    'servers: root DELETE /users/owner/servers/plan {"remove":"yes"}':
      'remove must be true or false, not a string',
  }),
  ...refused('A name to display follows the same rule when it is changed.', [200, 400], {
    'servers: root PATCH /users/owner/servers/plan {"display_name":" x"}':
      "Invalid display_name: ' x'",
  }),
  ...messages('What is wrong with a body is told before whether the thing exists.', [409, 400], {
    'servers: root PUT /users/owner/servers/plan [1] #2': [
      'User owner already has server plan',
      'Body must be a JSON object',
    ],
  }),
  {
    why: 'JupyterHub does not show options that were changed until the server is loaded anew.',
    cases: ['servers: root GET /users/owner/server #2'],
    status: 200,
    differs: { 'body.user_options.of': [ABSENT, 'the default one'] },
  },
  {
    why: 'A server in gateway mode has a secret of its own instead of a token of its user.',
    cases: ['running: root GET /users/runner/tokens'],
    status: 200,
    differs: { 'body.api_tokens.*': [/"note":"Server at \/user\/runner\//, ABSENT] },
  },
  {
    why: 'Why a start failed is told, with the last that the server printed.',
    cases: ['running: runner POST /users/runner/servers/fails'],
    status: 500,
    differs: {
      broken: [500, 500],
      'body.message': [
        'Internal Server Error',
        'The server exited with code 1. It had not answered yet.',
      ],
      'body.output': [ABSENT, 'It fails, as its name says.'],
    },
  },
  {
    why: 'Why a start failed is told, with the last that the server printed.',
    cases: ['running: runner GET /users/runner/servers/fails/progress'],
    status: 200,
    differs: {
      'body.0.message': [
        'Spawn failed: The server exited.',
        'Spawn failed: The server exited with code 1. It had not answered yet.',
      ],
      'body.0.output': [ABSENT, 'It fails, as its name says.'],
    },
  },
  {
    why: 'How the last start ended is told as long as the server is stopped, not by what a process holds in memory.',
    cases: ['running: runner GET /users/runner/servers/slow-2/progress'],
    status: [404, 200],
    differs: {
      body: [
        { message: null, status: 404 },
        [{ failed: true, message: 'Spawn cancelled', progress: 100 }],
      ],
    },
  },
  {
    why: 'A start that a limit refused leaves no server behind.',
    cases: ['running: root GET /users/runner-2?include_stopped_servers'],
    status: 200,
    differs: { 'body.servers.s2': [/"stopped":true/, ABSENT] },
  },
  {
    why: 'Servers of a user who is deleted are stopped; JupyterHub breaks down when a named one runs.',
    cases: ['running: root DELETE /users/runner-2'],
    status: [500, 204],
    differs: {
      body: [{ message: 'Internal Server Error', status: 500 }, ''],
    },
  },
]
