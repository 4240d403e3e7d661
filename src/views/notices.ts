import type { Markup } from './html.ts'
import { html } from './html.ts'

/** What was just done, by the word that the address carries: no text from an address is shown. */
const NOTICES = {
  'server-starting': 'The server is starting.',
  'server-stopping': 'The server is stopping.',
  'server-added': 'The server is added.',
  'server-renamed': 'The server has its new name.',
  'server-deleted': 'The server is deleted.',
  'token-revoked': 'The token is revoked. Nobody can use it any more.',
  'tokens-revoked': 'The tokens are revoked. Nobody can use them any more.',
  'application-revoked': 'The application’s access is revoked.',
  'applications-revoked': 'The applications’ access is revoked.',
  'session-ended': 'That session is over.',
  'sessions-ended': 'All your other sessions are over.',
  'share-accepted': 'The server is shared with you.',
  'share-made': 'The server is shared.',
  'share-ended': 'That share is over.',
  'share-left': 'The server is no longer shared with you.',
  'invitation-ended': 'That invitation is no longer good.',
  'invitations-ended': 'No invitation to this server is good any more.',
  'user-created': 'The user is created.',
  'users-created': 'The users are created.',
  'user-changed': 'The user is changed.',
  'user-deleted': 'The user is deleted.',
  'group-created': 'The group is created.',
  'group-changed': 'The group is changed.',
  'group-deleted': 'The group is deleted.',
  'members-added': 'The members are added.',
  'member-removed': 'The member is removed.',
  'service-created': 'The service is created.',
  'service-deleted': 'The service is deleted.',
} as const

/** The word for something that was just done, `?done=` in an address. */
export type Done = keyof typeof NOTICES

/** Where pages say what was just done; screen readers say it too, when it changes in place. */
export function noticeLine(done: string | undefined): Markup {
  const text = Object.hasOwn(NOTICES, done ?? '') ? NOTICES[done as Done] : ''
  return html`<p id="notice" class="notice" role="status">${text}</p>`
}
