import { escapePath } from '../../../model/server-url.ts'
import { linkButton, submitButton } from '../../controls.ts'
import type { Markup } from '../../html.ts'
import { html } from '../../html.ts'
import type { Viewer } from '../../layout.ts'
import { layout, xsrfField } from '../../layout.ts'
import { adminNav } from '../admin-nav.ts'
import type { BulkDeed } from './bulk-deeds.ts'
import { bulkTitle } from './bulk-deeds.ts'
import type { UsersView } from './users-view.ts'
import { usersHref, writeUsersView } from './users-view.ts'

export interface BulkPageProps {
  /** `/hub/` */
  hubPath: string
  viewer: Viewer
  deed: BulkDeed
  group: string
  names: readonly string[]
  /** From where it was asked. */
  view: UsersView
}

/** What has become of one user. */
export interface BulkResult {
  name: string
  ok: boolean
  /** In a word or two; when it was not done, why. */
  text: string
}

/** Stand where the rows and the summary arrive: no escaped text has them. */
const ROWS = html`<!--rows-->`
const SUMMARY = html`<!--summary-->`

function back({ hubPath, view }: BulkPageProps): string {
  return usersHref(hubPath, view)
}

/** The wish once more, for a form. */
function fields({ viewer, deed, group, view }: BulkPageProps, names: readonly string[]): Markup {
  const hidden = (name: string, value: string): Markup =>
    html`<input type="hidden" name="${name}" value="${value}">`
  return html`${xsrfField(viewer.xsrf)}${hidden('deed', deed)}${hidden('group', group)}${hidden('view', writeUsersView(view))}${hidden('confirmed', 'yes')}${names.map((name) => hidden('user', name))}`
}

/** Asks before users are deleted, with all of their names. */
export function bulkConfirmPage(props: BulkPageProps): string {
  const { hubPath, viewer, deed, group, names } = props
  const title = bulkTitle(deed, names.length, group)
  return layout(
    { title, hubPath, viewer, section: 'admin' },
    html`${adminNav(hubPath, 'users')}
      <h1>${title}?</h1>
      <p>Their servers are stopped, their tokens and shares end, and they leave their groups. Files stay where they are. This cannot be undone.</p>
      <ul class="panel names">${names.map((name) => html`<li>${name}</li>`)}</ul>
      <form method="post" action="${hubPath}admin/bulk" class="actions">
        ${fields(props, names)}
        ${submitButton({ label: title, look: 'danger' })}
        ${linkButton({ label: 'Cancel', look: 'quiet', href: back(props) })}
      </form>`,
  )
}

function summary(props: BulkPageProps, results: readonly BulkResult[]): Markup {
  const { hubPath } = props
  const failed = results.filter(({ ok }) => !ok).map(({ name }) => name)
  const done = `${results.length - failed.length} done, ${failed.length} failed.`
  const again = html`<form method="post" action="${hubPath}admin/bulk">
          ${fields(props, failed)}
          ${submitButton({ label: 'Try the failed again', look: 'quiet' })}
        </form>`
  return html`<section id="summary" aria-labelledby="summary-title">
        <h2 id="summary-title">${done}</h2>
        <div class="actions">
          ${linkButton({ label: 'Back to the users', href: back(props) })}
          ${failed.length === 0 ? '' : again}
        </div>
      </section>`
}

export interface BulkFrame {
  /** What comes before the first result. */
  before: string
  /** What follows the last one. */
  after: (results: readonly BulkResult[]) => string
}

/** The page of what is done to many, which arrives as it is done. */
export function bulkFrame(props: BulkPageProps): BulkFrame {
  const { hubPath, viewer, deed, group, names } = props
  const title = bulkTitle(deed, names.length, group)
  // Not deferred as other scripts are: those wait until the page is whole.
  const head = html`<script async src="${hubPath}static/bulk.js"></script>`
  const page = layout(
    { title, hubPath, viewer, section: 'admin', head },
    html`${adminNav(hubPath, 'users')}
      <h1>${title}</h1>
      <div id="bulk" class="panel stack" hidden>
        <label for="bar">Progress</label>
        <progress id="bar" max="${names.length}" value="0"></progress>
        <p id="status" role="status"></p>
      </div>
      <p class="help">Each result appears when it is there. You may leave this page: the work goes on.</p>
      <div class="table" role="region" tabindex="0" aria-label="Results">
        <table>
          <thead><tr><th scope="col">Done</th><th scope="col">User</th><th scope="col">Result</th></tr></thead>
          <tbody id="results">
${ROWS}</tbody>
        </table>
      </div>
      ${SUMMARY}`,
  )
  const [before = '', rest = ''] = page.split(ROWS.toString())
  const [between = '', end = ''] = rest.split(SUMMARY.toString())
  const after = (results: readonly BulkResult[]): string =>
    `${between}${summary(props, results).toString()}${end}`
  return { before, after }
}

/** One result, as it arrives. */
export function bulkRow(props: BulkPageProps, result: BulkResult, count: number): string {
  const { name, ok, text } = result
  const href = `${props.hubPath}admin/users/${escapePath(name)}`
  const isGone = ok && props.deed === 'delete'
  const user = isGone ? html`${name}` : html`<a href="${href}">${name}</a>`
  const state = ok ? 'done' : 'failed'
  return html`<tr><td class="number">${count} of ${props.names.length}</td><th scope="row">${user}</th><td class="state ${state}">${ok ? '' : 'Failed: '}${text}</td></tr>
`.toString()
}
