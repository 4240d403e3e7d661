import { postButton } from '../controls.ts'
import type { Markup } from '../html.ts'
import { html } from '../html.ts'
import type { Viewer } from '../layout.ts'
import { layout } from '../layout.ts'
import { elapsed } from './elapsed.ts'
import { serverTitle } from './server-state.ts'

export interface ProgressPageProps {
  /** `/hub/` */
  hubPath: string
  viewer: Viewer
  user: string
  server: string
  /** Who asked for the start. */
  by: string
  /** What was chosen for it, for people; empty when there was nothing to choose. */
  chosen: string
  /** Seconds since the start, or since it began to wait. */
  seconds: number
  events: readonly { progress: number; message: string }[]
  /** How it stands in the queue; undefined when it does not wait for room. */
  queue: string | undefined
  /** The event stream of the API. */
  progressUrl: string
  /** Where to go once the server is ready, as a checked path. */
  next: string
  stopHref: string
}

const percent = (progress: number): number => Math.min(100, Math.max(0, Math.round(progress)))

/** A start that waits is not on its way: its bar has no value. */
function bar(value: number, waits: boolean): Markup {
  if (waits) return html`<progress id="bar" max="100">waiting</progress>`
  return html`<progress id="bar" max="100" value="${value}">${value} %</progress>`
}

function facts({ viewer, user, by, chosen }: ProgressPageProps): Markup {
  const asked = by === viewer.name ? 'you' : by
  const notable = by !== user || by !== viewer.name
  return html`${chosen === '' ? '' : html`<p class="help">With: ${chosen}</p>`}
        ${notable ? html`<p class="help">Asked for by ${asked}</p>` : ''}`
}

/**
 * A server on its way. With JavaScript the steps arrive as they happen and the browser goes on by
 * itself; without it the page looks again every two seconds.
 */
export function progressPage(props: ProgressPageProps): string {
  const { hubPath, viewer, events, queue } = props
  const title = `Starting ${serverTitle(props.user, props.server)}`
  const last = events.at(-1)
  const status = queue ?? last?.message ?? 'Waiting for the first news'
  return layout(
    {
      title,
      hubPath,
      viewer,
      scripts: ['progress.js'],
      head: html`<noscript><meta http-equiv="refresh" content="2"></noscript>`,
    },
    html`<h1>${title}</h1>
      <div id="progress" class="panel stack" data-events="${props.progressUrl}" data-next="${props.next}" data-health="${hubPath}health">
        <div class="bar-line"><label for="bar">Progress</label> <span>Time passed: ${elapsed(props.seconds)}</span></div>
        ${bar(percent(last?.progress ?? 0), queue !== undefined)}
        <p id="status" role="status">${status}</p>
        <p id="queue-help" class="help"${queue === undefined ? html` hidden` : ''}>Many servers are starting. Yours starts by itself when it is its turn; you can leave this page and come back.</p>
        ${facts(props)}
        <details open>
          <summary>Steps so far</summary>
          <ol id="steps">${events.map(({ message }) => html`<li>${message}</li>`)}</ol>
        </details>
      </div>
      <div class="actions">${postButton({ viewer, action: props.stopHref, label: 'Cancel', of: 'the start', look: 'quiet' })}</div>`,
  )
}
