import type { TokenKind } from '../../model/token.ts'
import { linkButton } from '../controls.ts'
import type { Markup } from '../html.ts'
import { html } from '../html.ts'
import type { Viewer } from '../layout.ts'
import { layout } from '../layout.ts'
import { moment } from '../time.ts'
import { scopesText } from './scope-text.ts'

export interface NewTokenPageProps {
  /** `/hub/` */
  hubPath: string
  viewer: Viewer
  token: string
  kind: TokenKind
  note: string
  /** ISO 8601; null for never. */
  expires: string | null
  /** Raw. */
  scopes: readonly string[]
  /** Where it is used, a URL that ends with a slash: the hub's API, or a server. */
  address: string
  /** Milliseconds since the epoch. */
  now: number
}

const KINDS: Readonly<
  Record<TokenKind, { title: string; opens: string; path: string; try: string }>
> = {
  hub: {
    title: 'Your new hub token',
    opens: 'The hub’s API. No notebook server takes it.',

    path: 'user',
    try: 'It answers who you are, and what the token allows.',
  },
  notebook: {
    title: 'Your new notebook token',
    opens: 'Notebook servers. The hub’s API does not take it.',

    path: 'api/status',
    try: 'It answers what runs in the server, which must be started.',
  },
}

/** A text as one word of a shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/** A command that uses the token. */
export function curlLine(url: string, token: string): string {
  return `curl -H ${quoted(`Authorization: token ${token}`)} \\
${quoted(url)}`
}

/** A program that uses the token. Python reads JSON's strings as its own. */
export function pythonLines(url: string, token: string): string {
  return `import requests
headers = {"Authorization": ${JSON.stringify(`token ${token}`)}}
answer = requests.get(${JSON.stringify(url)}, headers=headers)
print(answer.json())`
}

function sample(id: string, title: string, text: string): Markup {
  return html`<div class="sample">
        <h3 id="${id}-title">${title}</h3>
        <pre id="${id}" class="secret" aria-labelledby="${id}-title">${text}</pre>
        <p><button type="button" class="outline" data-copy="${id}" hidden>Copy<span class="hidden"> the ${title} lines</span></button></p>
      </div>`
}

/** A new token, shown this once, and how to use it. */
export function newTokenPage(props: NewTokenPageProps): string {
  const { hubPath, viewer, token, kind, address } = props
  const words = KINDS[kind]
  const url = `${address}${words.path}`
  return layout(
    { title: words.title, hubPath, viewer, section: 'token' },
    html`<h1>${words.title}</h1>
      <p role="alert" data-variant="warning"><strong>Copy it now: it is shown only this once.</strong> The hub keeps no copy that could be read.</p>
      <pre id="new-token" class="secret" aria-label="The token">${token}</pre>
      <div class="actions">
        <button type="button" data-copy="new-token" hidden>Copy token</button>
        ${linkButton({ label: 'Done', look: 'quiet', href: `${hubPath}token` })}
      </div>
      <section aria-labelledby="about-title">
        <h2 id="about-title">What it is</h2>
        <dl class="facts">
          <dt>Note</dt><dd>${props.note}</dd>
          <dt>Opens</dt><dd>${words.opens}</dd>
          <dt>Allows</dt><dd>${scopesText(props.scopes)}</dd>
          <dt>Expires</dt><dd>${moment(props.expires, props.now)}</dd>
          <dt>Address</dt><dd><code>${address}</code></dd>
        </dl>
      </section>
      <section aria-labelledby="try-title">
        <h2 id="try-title">Try it</h2>
        <p class="muted">${words.try} In a script of yours, take the token from the environment or from a file that only you can read.</p>
        ${sample('curl', 'curl', curlLine(url, token))}
        ${sample('python', 'Python', pythonLines(url, token))}
      </section>`,
  )
}
