import type { Markup } from './html.ts'
import { html } from './html.ts'

export interface PagerProps {
  /** Of the first row that is shown, from 0. */
  offset: number
  limit: number
  /** Of all pages. */
  total: number
  /** What the rows are, in the plural: `users`. */
  of: string
  /** The address of the page that begins at an offset. */
  hrefOf: (offset: number) => string
}

const COUNT = new Intl.NumberFormat('en')

/** Which rows of how many are shown, and the way to the others. */
export function pager({ offset, limit, total, of, hrefOf }: PagerProps): Markup {
  const last = Math.min(total, offset + limit)
  const lastPage = Math.max(0, Math.ceil(total / limit) - 1) * limit
  const link = (to: number, label: string): Markup =>
    to === offset || to < 0 || to > lastPage
      ? html``
      : html`<a class="button outline" href="${hrefOf(to)}">${label}</a>`
  const range =
    total === 0
      ? `No ${of}`
      : `${COUNT.format(offset + 1)} to ${COUNT.format(last)} of ${COUNT.format(total)} ${of}`
  return html`<nav class="actions" aria-label="Pages">
        <p class="muted">${range}</p>
        ${offset === 0 ? '' : link(0, 'First')}
        ${link(offset - limit, 'Previous')}
        ${link(offset + limit, 'Next')}
        ${offset >= lastPage ? '' : link(lastPage, 'Last')}
      </nav>`
}
