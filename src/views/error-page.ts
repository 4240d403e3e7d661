import type { Markup } from './html.ts'
import { html } from './html.ts'
import type { Viewer } from './layout.ts'
import { layout } from './layout.ts'

export interface ErrorPageProps {
  status: number
  /** `/hub/` */
  hubPath: string
  /** What happened, in a sentence for the visitor; null or left out where nothing precise is known. */
  message?: string | null | undefined
  /** A heading in place of the status's own. */
  title?: string | undefined
  /** What the visitor can do, in place of the status's own advice. */
  advice?: string | undefined
  /** Where to go on; the hub's home page when left out. */
  link?: { href: string; label: string } | undefined
  /** What an operator finds in the log. */
  requestId?: string | undefined
  viewer?: Viewer | undefined
}

const GENERIC = {
  title: 'Something went wrong',
  message: 'hubgate could not answer this request.',
  advice: 'Try again. If it keeps happening, tell whoever runs this hub.',
}

const BY_STATUS = new Map<number, { title: string; message: string; advice: string }>([
  [
    400,
    {
      title: 'Request not understood',
      message: 'The request is not valid.',
      advice: 'Check the address, or go back and try again.',
    },
  ],
  [
    403,
    {
      title: 'Not allowed',
      message: 'You may not do or see this.',
      advice: 'Sign in with another account, or ask whoever runs this hub for access.',
    },
  ],
  [
    404,
    {
      title: 'Not found',
      message: 'There is nothing at this address, or you may not see it.',
      advice: 'Check the address for typing mistakes.',
    },
  ],
  [
    405,
    {
      title: 'Not possible here',
      message: 'This address does not take that kind of request.',
      advice: 'Go back and use the buttons of the page.',
    },
  ],
  [
    413,
    {
      title: 'Too large',
      message: 'What was sent is larger than this page takes.',
      advice: 'Go back and send less.',
    },
  ],
  [
    424,
    {
      title: 'Server not running',
      message: 'The server is not running.',
      advice: 'Start it from your home page.',
    },
  ],
  [
    429,
    {
      title: 'Too many requests',
      message: 'There were too many requests in a short time.',
      advice: 'Wait a minute, then try again.',
    },
  ],
  [
    502,
    {
      title: 'Server did not answer',
      message: 'The notebook server did not answer as it should.',
      advice: 'Try again. If it keeps happening, stop the server and start it again.',
    },
  ],
  [
    503,
    {
      title: 'Out of service for a moment',
      message: 'The hub cannot reach what it needs.',
      advice: 'Try again in a few seconds.',
    },
  ],
  [
    504,
    {
      title: 'Server too slow',
      message: 'The notebook server took too long to answer.',
      advice: 'Try again. If it keeps happening, stop the server and start it again.',
    },
  ],
])

function reference(requestId: string | undefined): Markup | '' {
  if (requestId === undefined) return ''
  return html`<p class="reference">Request <code>${requestId}</code></p>`
}

/** The page for an error: what happened, what to do, and how an operator finds it in the log. */
export function errorPage(props: ErrorPageProps): string {
  const known = BY_STATUS.get(props.status) ?? GENERIC
  const title = props.title ?? known.title
  const link = props.link ?? { href: props.hubPath, label: 'Go to the home page' }
  return layout(
    { title, hubPath: props.hubPath, viewer: props.viewer },
    html`<h1>${title}</h1>
      <p role="alert" data-variant="error"><strong>${props.status}</strong> ${props.message ?? known.message}</p>
      <p>${props.advice ?? known.advice}</p>
      <p><a class="button" href="${link.href}">${link.label}</a></p>
      ${reference(props.requestId)}`,
  )
}
