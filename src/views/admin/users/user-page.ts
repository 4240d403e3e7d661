import { escapePath } from '../../../model/server-url.ts'
import { confirmButton, formError, linkButton, postForm, submitButton } from '../../controls.ts'
import type { Markup } from '../../html.ts'
import { html } from '../../html.ts'
import type { Viewer } from '../../layout.ts'
import { layout } from '../../layout.ts'
import { moment } from '../../time.ts'
import { adminNav } from '../admin-nav.ts'
import type { UserServer } from './user-servers.ts'
import { userServers } from './user-servers.ts'
import { groupList } from './users-filters.ts'

/** What the viewer may do about the user. */
export interface UserDeeds {
  change: boolean
  /** Whether they may be made an admin, or be one no longer. */
  admin: boolean
  groups: boolean
  tokens: boolean
  delete: boolean
}

/** A user as the viewer may see them: what is not for the viewer is left out. */
export interface UserPageProps {
  /** `/hub/` */
  hubPath: string
  viewer: Viewer
  /** Milliseconds since the epoch. */
  now: number
  name: string
  admin?: boolean | undefined
  groups?: readonly string[] | undefined
  /** ISO 8601. */
  created?: string | undefined
  /** ISO 8601, or null when there was none. */
  lastActivity?: string | null | undefined
  servers: readonly UserServer[]
  may: UserDeeds
  /** Groups to choose from; not necessarily all. */
  offered: readonly string[]
  done?: string | undefined
  /** Why something was not done, with what was typed. */
  error?: string | undefined
  typed?: { name?: string | undefined; group?: string | undefined } | undefined
}

const own = ({ hubPath, name }: UserPageProps): string =>
  `${hubPath}admin/users/${escapePath(name)}`

function facts({ admin, created, lastActivity, now }: UserPageProps): Markup {
  return html`<p class="muted">${admin === true ? html`<span class="badge">Admin</span> ` : ''}
        ${lastActivity === undefined ? '' : html`Last activity: ${moment(lastActivity, now)}.`}
        ${created === undefined ? '' : html`Created: ${moment(created, now)}.`}</p>`
}

function groupRow(props: UserPageProps, group: string): Markup {
  const form = { viewer: props.viewer, action: `${own(props)}/groups`, inPlace: true }
  const leave = { label: 'Remove', of: `from ${group}`, look: 'quiet', name: 'leave' } as const
  return html`<li class="row">
            <div>${group}</div>
            ${props.may.groups ? postForm(form, submitButton({ ...leave, value: group })) : ''}
          </li>`
}

function joinForm(props: UserPageProps): Markup {
  const { viewer, typed } = props
  const form = { viewer, action: `${own(props)}/groups`, inPlace: true, class: 'fields' }
  return postForm(
    form,
    html`<label>Group
              <input type="text" name="join" value="${typed?.group ?? ''}" list="groups" required maxlength="255" autocomplete="off" autocapitalize="none" spellcheck="false"></label>
            ${submitButton({ label: 'Add', of: 'to the group', look: 'quiet' })}`,
  )
}

function groupsPart(props: UserPageProps): Markup | '' {
  const { groups, may } = props
  if (groups === undefined) return ''
  return html`<section aria-labelledby="groups-title">
        <h2 id="groups-title">Groups</h2>
        ${groups.length === 0 ? html`<p class="muted">In no group.</p>` : ''}
        <ul class="rows">${groups.map((group) => groupRow(props, group))}</ul>
        ${may.groups ? html`${groupList(props.offered)}${joinForm(props)}` : ''}
      </section>`
}

function adminForm(props: UserPageProps): Markup {
  const { viewer, admin = false, name } = props
  const form = { viewer, action: `${own(props)}/admin`, inPlace: true }
  const label = admin ? 'Take admin away' : 'Make admin'
  const button = { label, of: `from ${name}`, look: 'quiet', name: 'admin' } as const
  const says = admin ? `${name} is an admin and may do everything here.` : `${name} is no admin.`
  return html`<div class="row">
          <div>${says}</div>
          ${postForm(form, submitButton({ ...button, of: admin ? button.of : name, value: admin ? 'no' : 'yes' }))}
        </div>`
}

function accountPart(props: UserPageProps): Markup | '' {
  const { viewer, name, may, typed } = props
  const form = { viewer, action: `${own(props)}/rename`, class: 'panel stack' }
  if (!may.change) return ''
  return html`<section aria-labelledby="account-title">
        <h2 id="account-title">Account</h2>
        ${may.admin ? adminForm(props) : ''}
        ${postForm(
          form,
          html`<label for="name">Name</label>
            <input id="name" type="text" name="name" value="${typed?.name ?? name}" required maxlength="255" autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="name-help">
            <p id="name-help" class="help">Servers must be stopped first. Tokens, groups and shares go with the user.</p>
            ${submitButton({ label: 'Rename', look: 'quiet' })}`,
        )}
      </section>`
}

function endPart(props: UserPageProps): Markup | '' {
  const { hubPath, viewer, name, may } = props
  const tokens = `${hubPath}admin/tokens?user=${encodeURIComponent(name)}`
  if (!may.tokens && !may.delete) return ''
  return html`<section aria-label="More" class="actions">
        ${may.tokens ? linkButton({ label: 'Tokens', of: `of ${name}`, look: 'quiet', href: tokens }) : ''}
        ${
          may.delete
            ? confirmButton({
                id: 'delete',
                label: 'Delete',
                of: name,
                question: `Delete ${name} with all that is theirs: servers are stopped, tokens and shares end. Files stay where they are.`,
                yes: `Delete ${name}`,
                form: { viewer, action: `${own(props)}/delete` },
              })
            : ''
        }
      </section>`
}

/** One user, with what can be done about them. */
export function userPage(props: UserPageProps): string {
  const { hubPath, viewer, name, done, error, now } = props
  const title = `User ${name}`
  const isMoving = props.servers.some(({ state }) => state === 'starting' || state === 'stopping')
  const head = html`<noscript><meta http-equiv="refresh" content="3"></noscript>`
  return layout(
    { title, hubPath, viewer, section: 'admin', done, head: isMoving ? head : undefined },
    html`${adminNav(hubPath, 'users')}
      <h1>${name}</h1>
      ${facts(props)}
      ${formError(error)}
      ${userServers({ hubPath, viewer, now, user: name, servers: props.servers, isMoving })}
      ${groupsPart(props)}
      ${accountPart(props)}
      ${endPart(props)}`,
  )
}
