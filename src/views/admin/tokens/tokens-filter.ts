import { linkButton, submitButton } from '../../controls.ts'
import type { Markup } from '../../html.ts'
import { html } from '../../html.ts'

/** What narrows the tokens, by the names that the REST API has for it; texts as they were typed. */
export const TOKEN_FILTERS = [
  'owner',
  'owner_kind',
  'kind',
  'note',
  'scope',
  'unused_since',
  'created_before',
  'expires',
] as const

/** The filters that are set; none of them is empty. */
export type TokenFilter = Partial<Record<(typeof TOKEN_FILTERS)[number], string>>

const WORDS: Readonly<Record<keyof TokenFilter, string>> = {
  owner: 'owner',
  owner_kind: 'owner is a',
  kind: 'kind',
  note: 'note contains',
  scope: 'scope',
  unused_since: 'not used since',
  created_before: 'created before',
  expires: 'expires',
}

/** A filter in words: `owner ada, not used since 2026-01-01`. */
export function filterText(filter: TokenFilter): Markup {
  const parts = TOKEN_FILTERS.flatMap((name) => {
    const value = filter[name]
    return value === undefined ? [] : [html`${WORDS[name]} <strong>${value}</strong>`]
  })
  return html`${parts.map((part, i) => html`${i === 0 ? '' : ', '}${part}`)}`
}

function choice(
  name: keyof TokenFilter,
  label: string,
  filter: TokenFilter,
  choices: readonly (readonly [string, string])[],
): Markup {
  const options = [['', 'any'] as const, ...choices].map(([value, text]) => {
    const selected = (filter[name] ?? '') === value ? html` selected` : ''
    return html`<option value="${value}"${selected}>${text}</option>`
  })
  return html`<label>${label} <select name="${name}">${options}</select></label>`
}

function input(name: keyof TokenFilter, label: string, filter: TokenFilter, type = 'text'): Markup {
  return html`<label>${label} <input type="${type}" name="${name}" value="${filter[name] ?? ''}"></label>`
}

/** The form that narrows the tokens. */
export function tokensFilter(action: string, filter: TokenFilter): Markup {
  const isSet = Object.keys(filter).length > 0
  return html`<form class="fields" method="get" action="${action}" role="search">
        ${input('owner', 'Owner', filter)}
        ${choice('owner_kind', 'Owner is a', filter, [
          ['user', 'user'],
          ['service', 'service'],
        ])}
        ${choice('kind', 'Kind', filter, [
          ['hub', 'hub token'],
          ['notebook', 'notebook token'],
        ])}
        ${input('note', 'Note contains', filter)}
        ${input('scope', 'Scope', filter)}
        ${input('unused_since', 'Not used since', filter, 'date')}
        ${input('created_before', 'Created before', filter, 'date')}
        ${choice('expires', 'Expires', filter, [['never', 'never']])}
        ${submitButton({ label: 'Filter' })}
        ${isSet ? linkButton({ label: 'Clear', of: 'all filters', look: 'quiet', href: action }) : ''}
      </form>`
}
