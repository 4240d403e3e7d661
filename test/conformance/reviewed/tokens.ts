import type { Reviewed } from '../review.ts'
import { messages, refused } from './notation.ts'

const MINTING = 'Nobody makes a token that allows more than the credential they ask with.'

/** Tokens. */
export const TOKENS_REVIEWED: readonly Reviewed[] = [
  ...refused('JupyterHub takes what cannot be meant.', [201, 400], {
    'tokens: holder-before POST /users/holder/tokens []': 'Body must be a JSON dict or empty',
    'tokens: holder-before POST /users/holder/tokens {"note":1}':
      'note must be a string, not a number',
    'tokens: holder-before POST /users/holder/tokens {"expires_in":true}':
      'token expires_in must be null or integer, not true',
  }),
  ...messages('A scope that cannot be is told so, before who holds it is asked.', 400, {
    'tokens: holder-before POST /users/holder/tokens {"scopes":[""]}': [
      '"Scope \'\' for token does not exist"',
      'token scopes must not be empty strings',
    ],
    'tokens: holder-before POST /users/holder/tokens {"scopes":["read:users!"]}': [
      /^Not assigning requested scopes read:users,/,
      "\"Scope filter  '!' in scope 'read:users!' for token does not exist\"",
    ],
    'tokens: holder-before POST /users/holder/tokens {"scopes":["read:users!user="]}': [
      /^Empty string is not a valid filter: /,
      "\"Scope filter user= '!user=' in scope 'read:users!user=' for token does not exist\"",
    ],
  }),
  {
    why: 'Names of users are put in lower case and NFC everywhere, in paths too.',
    cases: ['tokens: holder-before POST /users/HOLDER/tokens {"note":"upper case"}'],
    status: [403, 201],
    differs: { body: [/^\{"message":"User HOLDER not found/, /"note":"upper case"/] },
  },
  {
    why: 'JupyterHub gives the id of a token that is gone to the next one.',
    cases: ['tokens: root POST /users/holder/tokens {"note":"made for holder"}'],
    status: 201,
    differs: { 'body.id': ['<a short-id>', '<a some id>'] },
  },
  ...refused(MINTING, [201, 403], {
    'tokens: tokener POST /users/holder/tokens {"note":"made for holder"}':
      /"Not assigning requested scopes access:servers!user=holder,.* not held by Service tokener"/,
    'tokens: root-unfiltered POST /users/root/tokens {"note":"of an admin"}':
      /"Not assigning requested scopes access:servers,.* not held by User root"/,
    'tokens: ada-user-filter POST /users/ada/tokens {"note":"more than it has","scopes":["servers!user=ada"]}':
      'Not assigning requested scopes delete:servers!user=ada,read:servers!user=ada,servers!user=ada,start:servers!user=ada not held by User ada',
    'tokens: ada-user-filter POST /users/ada/tokens {"note":"all","scopes":["inherit"]}':
      /"Not assigning requested scopes access:servers!user=ada,.* not held by User ada"/,
  }),
  ...messages(MINTING, [400, 403], {
    'tokens: tokener POST /users/holder/tokens {"scopes":["admin:users"]}': [
      /^Not assigning requested scopes admin:auth_state,.* not held by User holder$/,
      /^Not assigning requested scopes .* not held by Service tokener$/,
    ],
  }),
  ...refused('Only admins make tokens for admins.', [201, 403], {
    'tokens: tokener POST /users/root/tokens {"note":"of an admin"}':
      'Service root not found or no permissions to generate tokens',
    'tokens: tokener POST /users/root/tokens {"scopes":["read:users:name!user=root"]}':
      'Service root not found or no permissions to generate tokens',
  }),
]
