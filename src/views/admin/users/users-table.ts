import { escapePath } from '../../../model/server-url.ts'
import type { Markup } from '../../html.ts'
import { html } from '../../html.ts'
import type { ServerState } from '../../servers/server-state.ts'
import { STATE_TEXT } from '../../servers/server-state.ts'
import { moment } from '../../time.ts'
import type { UserSort, UsersView } from './users-view.ts'
import { usersHref } from './users-view.ts'

/** Groups that a row names; it counts the others. */
const GROUPS_SHOWN = 3

/** A user, as far as the viewer may see. */
export interface UserRow {
  /** Of the record: 16 digits. */
  id: string
  name: string
  admin: boolean
  /** Undefined where they are not for the viewer, as below. */
  groups?: readonly string[] | undefined
  /** ISO 8601, or null when there was none. */
  lastActivity?: string | null | undefined
  /** ISO 8601. */
  created?: string | undefined
  /** Of the default server. */
  state?: ServerState | undefined
  /** How many of the named servers are active. */
  named: number
  openHref?: string | undefined
  progressHref?: string | undefined
  mayStart: boolean
  mayStop: boolean
}

export interface UsersTableProps {
  /** `/hub/` */
  hubPath: string
  /** Milliseconds since the epoch. */
  now: number
  view: UsersView
  rows: readonly UserRow[]
  checked?: ReadonlySet<string> | undefined
}

interface Heading {
  label: string
  /** What the heading sorts by first, and when it is pressed again. */
  sorts: readonly [UserSort, UserSort?]
}

const NAME: Heading = { label: 'User', sorts: ['name', '-name'] }
const SERVERS: Heading = { label: 'Servers', sorts: ['running'] }
const ACTIVITY: Heading = { label: 'Last activity', sorts: ['-last_activity', 'last_activity'] }
const CREATED: Heading = { label: 'Created', sorts: ['-id', 'id'] }

const ARROWS = { ascending: '▲', descending: '▼', other: '▼' } as const

function direction({ sort }: UsersView, { sorts }: Heading): keyof typeof ARROWS | undefined {
  if (!sorts.includes(sort)) return undefined
  if (sort === 'running') return 'other'
  return sort.startsWith('-') ? 'descending' : 'ascending'
}

function heading({ hubPath, view }: UsersTableProps, of: Heading): Markup {
  const [first, second] = of.sorts
  const sort = view.sort === first ? (second ?? first) : first
  const sorted = direction(view, of)
  const state = sorted === undefined ? '' : html` aria-sort="${sorted}"`
  const arrow = sorted === undefined ? '' : html` <span aria-hidden="true">${ARROWS[sorted]}</span>`
  const href = usersHref(hubPath, { ...view, sort, offset: 0 })
  return html`<th scope="col"${state}><a href="${href}">${of.label}</a>${arrow}</th>`
}

function groupLinks({ hubPath, view }: UsersTableProps, groups: readonly string[]): Markup {
  const shown = groups.slice(0, GROUPS_SHOWN).map((group, i) => {
    const href = usersHref(hubPath, { ...view, group, offset: 0 })
    return html`${i === 0 ? '' : ', '}<a href="${href}">${group}</a>`
  })
  const more = groups.length - GROUPS_SHOWN
  const others = more <= 0 ? '' : html` <span title="${groups.join(', ')}">+${more}</span>`
  return html`${shown}${others}`
}

function servers({ state, named }: UserRow): Markup {
  const own =
    state === undefined ? '' : html`<span class="state ${state}">${STATE_TEXT[state]}</span>`
  return named === 0 ? html`${own}` : html`${own} <span class="muted">+${named} named</span>`
}

function actions(hubPath: string, row: UserRow): Markup {
  const { name, openHref, progressHref, mayStart, mayStop } = row
  const of = html`<span class="hidden"> ${name}’s server</span>`
  const deed = (value: string, label: string): Markup =>
    html`<button class="outline" form="row" formaction="${hubPath}admin/users/${escapePath(name)}/server" name="do" value="${value}">${label}${of}</button>`
  return html`${openHref === undefined ? '' : html`<a class="button outline" href="${openHref}">Open${of}</a>`}${
    progressHref === undefined
      ? ''
      : html`<a class="button outline" href="${progressHref}">Progress${of}</a>`
  }${mayStop ? deed('stop', 'Stop') : ''}${mayStart ? deed('start', 'Start') : ''}`
}

// The weight of a page is that of its rows: no blanks between tags. The row's id keeps what is
// checked with its user when the table changes in place.
function tableRow(props: UsersTableProps, row: UserRow): Markup {
  const { hubPath, now } = props
  const { id, name, admin, groups = [], lastActivity, created } = row
  const checked = props.checked?.has(name) === true ? html` checked` : ''
  const mark = admin ? html` <span class="badge">Admin</span>` : ''
  const active = lastActivity === undefined ? '' : moment(lastActivity, now)
  const made = created?.slice(0, 10) ?? ''
  return html`<tr id="u${id}"><td><input type="checkbox" name="user" value="${name}" aria-label="Select ${name}"${checked}></td><th scope="row"><a href="${hubPath}admin/users/${escapePath(name)}">${name}</a>${mark}</th><td>${servers(row)}</td><td>${active}</td><td>${groupLinks(props, groups)}</td><td>${made}</td><td><div class="actions">${actions(hubPath, row)}</div></td></tr>
`
}

/** Users with their servers, inside the form for what is done to many at once. */
export function usersTable(props: UsersTableProps): Markup {
  return html`<div class="table" role="region" tabindex="0" aria-label="Users">
          <table>
            <thead><tr>
              <td><input type="checkbox" data-check-all="user" aria-label="Select all on this page"></td>
              ${heading(props, NAME)}
              ${heading(props, SERVERS)}
              ${heading(props, ACTIVITY)}
              <th scope="col">Groups</th>
              ${heading(props, CREATED)}
              <th scope="col">Default server</th>
            </tr></thead>
            <tbody>
${props.rows.map((row) => tableRow(props, row))}</tbody>
          </table>
        </div>`
}
