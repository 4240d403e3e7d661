import { html as honoHtml } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'

/** HTML that is safe to put into HTML: everything in it that came from outside was escaped. */
export type Markup = HtmlEscapedString

/**
 * Builds HTML; every interpolated value is escaped unless it is {@link Markup} itself. Attributes
 * must be quoted.
 * @throws TypeError for a promise among the values: views do no I/O
 */
export function html(strings: TemplateStringsArray, ...values: unknown[]): Markup {
  const markup = honoHtml(strings, ...values)
  if (markup instanceof Promise) throw new TypeError('views are synchronous')
  return markup
}
