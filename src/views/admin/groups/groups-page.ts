import type { JsonObject } from '../../../model/json.ts'
import { formError, postForm, submitButton } from '../../controls.ts'
import type { Markup } from '../../html.ts'
import { html } from '../../html.ts'
import type { Viewer } from '../../layout.ts'
import { layout } from '../../layout.ts'
import { pager } from '../../pager.ts'
import { adminNav } from '../admin-nav.ts'
import { groupHref } from './group-href.ts'

/** A group as far as the viewer may see it. */
export interface GroupItem {
  name: string
  users?: readonly string[]
  properties?: JsonObject
}

/** A group that could not be made, as it was asked for. */
export interface GroupDraft {
  name: string
  /** Names as they were typed. */
  users: string
  error: string
}

export interface GroupsPageProps {
  /** `/hub/` */
  hubPath: string
  viewer: Viewer
  groups: readonly GroupItem[]
  /** Of the first group that is shown, from 0. */
  offset: number
  limit: number
  /** Of all groups that match. */
  total: number
  /** What the names contain; empty for all groups. */
  search: string
  /** Whether the viewer may make a group of some name. */
  mayCreate: boolean
  draft?: GroupDraft | undefined
  done?: string | undefined
}

/** Characters of a group's properties that the list shows. */
const SHORT = 80

function shortProperties(properties: JsonObject | undefined): Markup | '' {
  if (properties === undefined || Object.keys(properties).length === 0) return ''
  const text = JSON.stringify(properties)
  return html`<code>${text.length > SHORT ? `${text.slice(0, SHORT)}…` : text}</code>`
}

function row(hubPath: string, { name, users, properties }: GroupItem): Markup {
  return html`<tr>
            <th scope="row"><a href="${groupHref(hubPath, name)}">${name}</a></th>
            <td class="number">${users?.length ?? ''}</td>
            <td>${shortProperties(properties)}</td>
          </tr>`
}

function table({ hubPath, groups, search }: GroupsPageProps): Markup {
  if (groups.length === 0) {
    const none = search === '' ? 'There are no groups yet.' : 'No group has this in its name.'
    return html`<p class="panel">${none}</p>`
  }
  return html`<div class="table" role="region" tabindex="0" aria-label="Groups">
        <table>
          <thead><tr><th scope="col">Name</th><th scope="col" class="number">Members</th><th scope="col">Properties</th></tr></thead>
          <tbody>${groups.map((group) => row(hubPath, group))}</tbody>
        </table>
      </div>`
}

function searchForm({ hubPath, search }: GroupsPageProps): Markup {
  return html`<form class="fields" method="get" action="${hubPath}admin/groups" role="search">
        <label>Name contains <input type="search" name="name" value="${search}"></label>
        ${submitButton({ label: 'Search', look: 'quiet' })}
        ${search === '' ? '' : html`<a href="${hubPath}admin/groups">Show all groups</a>`}
      </form>`
}

function createForm({ hubPath, viewer, draft }: GroupsPageProps): Markup {
  const { name = '', users = '', error } = draft ?? {}
  const form = postForm(
    { viewer, action: `${hubPath}admin/groups`, class: 'stack' },
    html`${formError(error)}
            <label for="group-name">Name</label>
            <input id="group-name" name="name" value="${name}" required maxlength="255" autocomplete="off">
            <label for="group-users">Members (optional)</label>
            <textarea id="group-users" name="users" rows="3" aria-describedby="group-users-help">${users}</textarea>
            <p id="group-users-help" class="help">Names of users, with spaces, commas or new lines between them.</p>
            ${submitButton({ label: 'Create group' })}`,
  )
  return html`<details${draft === undefined ? '' : html` open`}>
        <summary>New group</summary>
        ${form}
      </details>`
}

/** All groups that the viewer may see, a page at a time. */
export function groupsPage(props: GroupsPageProps): string {
  const { hubPath, viewer, offset, limit, total, search, done } = props
  const title = 'Groups'
  const hrefOf = (to: number): string => {
    const query = new URLSearchParams({ ...(search === '' ? {} : { name: search }) })
    query.set('offset', String(to))
    return `${hubPath}admin/groups?${query.toString()}`
  }
  return layout(
    { title, hubPath, viewer, section: 'admin', wide: true, done },
    html`${adminNav(hubPath, 'groups')}
      <h1>${title}</h1>
      ${searchForm(props)}
      ${table(props)}
      ${total === 0 ? '' : pager({ offset, limit, total, of: 'groups', hrefOf })}
      ${props.mayCreate ? createForm(props) : ''}`,
  )
}
