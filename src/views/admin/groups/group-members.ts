import { escapePath } from '../../../model/server-url.ts'
import { formError, postForm, submitButton } from '../../controls.ts'
import type { Markup } from '../../html.ts'
import { html } from '../../html.ts'
import type { Viewer } from '../../layout.ts'
import { pager } from '../../pager.ts'

export interface GroupMembersProps {
  /** `/hub/` */
  hubPath: string
  viewer: Viewer
  /** The group's own page, escaped. */
  href: string
  /** The group's. */
  name: string
  /** Of all members. */
  total: number
  /** The members on this page. */
  shown: readonly string[]
  /** Of the first one that is shown, from 0. */
  offset: number
  limit: number
  /** How many have the search in their name. */
  found: number
  /** What the members' names contain; empty for all. */
  search: string
  mayChange: boolean
  /** Names that could not be added, as they were typed, and why. */
  draft?: { users: string; error: string } | undefined
}

function memberList(props: GroupMembersProps): Markup {
  const { hubPath, viewer, href, name, shown, offset, search, mayChange } = props
  const link = (user: string): Markup =>
    html`<a href="${hubPath}admin/users/${escapePath(user)}">${user}</a>`
  if (!mayChange) {
    return html`<ul class="chips">${shown.map((user) => html`<li>${link(user)}</li>`)}</ul>`
  }
  const remove = (user: string): Markup =>
    html`<button type="submit" class="outline small" name="user" value="${user}">Remove<span class="hidden"> ${user} from ${name}</span></button>`
  const fields = { offset: String(offset), find: search }
  return postForm(
    { viewer, action: `${href}/members/remove`, inPlace: true, fields },
    html`<ul class="chips">${shown.map((user) => html`<li>${link(user)} ${remove(user)}</li>`)}</ul>`,
  )
}

function searchForm({ href, search, total, limit }: GroupMembersProps): Markup | '' {
  if (total <= limit && search === '') return ''
  return html`<form class="fields" method="get" action="${href}" role="search">
        <label>Name contains <input type="search" name="find" value="${search}"></label>
        ${submitButton({ label: 'Search', of: 'members', look: 'quiet' })}
        ${search === '' ? '' : html`<a href="${href}">Show all members</a>`}
      </form>`
}

function addForm({ viewer, href, draft }: GroupMembersProps): Markup {
  return postForm(
    { viewer, action: `${href}/members`, class: 'stack panel', inPlace: true },
    html`${formError(draft?.error)}
            <label for="add-users">Add members</label>
            <textarea id="add-users" name="users" rows="2" required aria-describedby="add-users-help">${draft?.users ?? ''}</textarea>
            <p id="add-users-help" class="help">Names of users, with spaces, commas or new lines between them.</p>
            ${submitButton({ label: 'Add' })}`,
  )
}

/** The members of a group, a page at a time, and what can be changed of them. */
export function groupMembers(props: GroupMembersProps): Markup {
  const { href, total, shown, offset, limit, found, search, mayChange } = props
  const hrefOf = (to: number): string => {
    const query = new URLSearchParams({ ...(search === '' ? {} : { find: search }) })
    query.set('offset', String(to))
    return `${href}?${query.toString()}`
  }
  const none = total === 0 ? 'Nobody is in this group.' : 'No member has this in their name.'
  return html`<section aria-labelledby="members-title">
        <h2 id="members-title">Members (${total})</h2>
        ${mayChange ? addForm(props) : ''}
        ${searchForm(props)}
        ${shown.length === 0 ? html`<p class="panel">${none}</p>` : memberList(props)}
        ${found > limit ? pager({ offset, limit, total: found, of: 'members', hrefOf }) : ''}
      </section>`
}
