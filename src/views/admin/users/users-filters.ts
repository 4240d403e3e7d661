import { linkButton, submitButton } from '../../controls.ts'
import type { Markup } from '../../html.ts'
import { html } from '../../html.ts'
import type { UserState, UsersView } from './users-view.ts'
import { usersHref, writeUsersView } from './users-view.ts'

export interface UsersFiltersProps {
  /** `/hub/` */
  hubPath: string
  view: UsersView
}

const STATES: readonly [UserState | '', string][] = [
  ['', 'Any'],
  ['active', 'Active: running, starting or stopping'],
  ['ready', 'Running'],
  ['inactive', 'Not active'],
]

/** Names for a field with `list="groups"`. */
export function groupList(groups: readonly string[]): Markup {
  return html`<datalist id="groups">${groups.map((group) => html`<option value="${group}"></option>`)}</datalist>`
}

/** Which users are shown; everything ends up in the address. */
export function usersFilters({ hubPath, view }: UsersFiltersProps): Markup {
  const { search, state, group } = view
  const options = STATES.map(([value, label]) => {
    const selected = value === state ? html` selected` : ''
    return html`<option value="${value}"${selected}>${label}</option>`
  })
  const bare = { ...view, search: '', state: '', group: '', offset: 0 } as const
  const isFiltered = search !== '' || state !== '' || group !== ''
  const kept = new URLSearchParams(writeUsersView(bare))
  const clear = { label: 'Show all', look: 'quiet', href: usersHref(hubPath, bare) } as const
  return html`<form class="fields" method="get" action="${hubPath}admin" role="search" aria-label="Users">
        ${[...kept].map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
        <label>Name contains
          <input type="search" name="search" value="${search}" maxlength="255" autocomplete="off" autocapitalize="none" spellcheck="false"></label>
        <label>Servers
          <select name="state">${options}</select></label>
        <label>In group
          <input type="text" name="group" value="${group}" list="groups" maxlength="255" autocomplete="off" autocapitalize="none" spellcheck="false"></label>
        <div class="actions">
          ${submitButton({ label: 'Show', look: 'quiet' })}
          ${isFiltered ? linkButton(clear) : ''}
        </div>
      </form>`
}
