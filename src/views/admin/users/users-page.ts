import { formError, linkButton, postForm } from '../../controls.ts'
import type { Markup } from '../../html.ts'
import { html } from '../../html.ts'
import type { Viewer } from '../../layout.ts'
import { layout, xsrfField } from '../../layout.ts'
import { pager } from '../../pager.ts'
import { adminNav } from '../admin-nav.ts'
import type { BulkDeed } from './bulk-deeds.ts'
import { bulkBar } from './users-bulk-bar.ts'
import { groupList, usersFilters } from './users-filters.ts'
import type { UserRow } from './users-table.ts'
import { usersTable } from './users-table.ts'
import type { UsersView } from './users-view.ts'
import { usersHref, writeUsersView } from './users-view.ts'

const COUNT = new Intl.NumberFormat('en')

export interface UsersPageProps {
  /** `/hub/` */
  hubPath: string
  viewer: Viewer
  /** Milliseconds since the epoch. */
  now: number
  view: UsersView
  /** On all pages. */
  total: number
  rows: readonly UserRow[]
  /** Names of groups to choose from; not necessarily all. */
  groups: readonly string[]
  /** What the viewer may do to many. */
  deeds: readonly BulkDeed[]
  mayCreate: boolean
  done?: string | undefined
  /** Why something was not done. */
  error?: string | undefined
  /** What was chosen when that was tried. */
  chosen?: { deed: string; group: string; names: readonly string[] } | undefined
}

function isMoving({ state }: UserRow): boolean {
  return state === 'starting' || state === 'stopping'
}

/** Looks again while something on the page is on its way: with a script, or when somebody asks. */
function looksAgain({
  hubPath,
  view,
  rows,
}: UsersPageProps): { by: Markup; link: Markup } | undefined {
  if (!rows.some(isMoving)) return undefined
  const href = usersHref(hubPath, view)
  return {
    by: html` hx-get="${href}" hx-trigger="every 2s" hx-select="#users" hx-target="#users" hx-swap="outerMorph show:none"`,
    link: html`<noscript><p>Servers are on their way. <a href="${href}">Look again</a></p></noscript>`,
  }
}

function manyForm(props: UsersPageProps): Markup {
  const { hubPath, viewer, view, rows, deeds, chosen } = props
  const names = rows.map(({ name }) => name)
  const checked = new Set(chosen?.names)
  const form = { viewer, action: `${hubPath}admin/bulk`, fields: { view: writeUsersView(view) } }
  const table = html`${bulkBar({ deeds, chosen, names })}
        ${usersTable({ ...props, checked })}`
  const again = looksAgain(props)
  return html`<div id="users"${again?.by ?? ''}>
        ${again?.link ?? ''}
        ${rows.length === 0 ? html`<p class="panel">No user is like this.</p>` : postForm(form, table)}
      </div>`
}

/** Where the buttons of the rows belong: one form for all, which each sends to its own address. */
function rowForm({ hubPath, viewer, view }: UsersPageProps): Markup {
  return html`<form id="row" method="post" action="${hubPath}admin" hx-boost="true">
        ${xsrfField(viewer.xsrf)}
        <input type="hidden" name="view" value="${writeUsersView(view)}">
      </form>`
}

function pages({ hubPath, view, total }: UsersPageProps): Markup {
  const hrefOf = (offset: number): string => usersHref(hubPath, { ...view, offset })
  return pager({ offset: view.offset, limit: view.limit, total, of: 'users', hrefOf })
}

/** All users that the viewer may see, a page at a time, with what can be done about them. */
export function usersPage(props: UsersPageProps): string {
  const { hubPath, viewer, view, total, groups, mayCreate, done, error } = props
  const create = { label: 'Create users', href: `${hubPath}admin/create-users` }
  return layout(
    { title: 'Users', hubPath, viewer, section: 'admin', wide: true, done },
    html`${adminNav(hubPath, 'users')}
      <div class="heading">
        <h1>Users <span class="muted">${COUNT.format(total)}</span></h1>
        ${mayCreate ? linkButton(create) : ''}
      </div>
      ${formError(error)}
      ${usersFilters({ hubPath, view })}
      ${groupList(groups)}
      ${rowForm(props)}
      ${manyForm(props)}
      ${pages(props)}`,
  )
}
