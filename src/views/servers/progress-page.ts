import type { Markup } from '../html.ts'
import { html } from '../html.ts'
import type { Viewer } from '../layout.ts'
import { layout, xsrfField } from '../layout.ts'
import { serverTitle } from './server-state.ts'

export interface ProgressPageProps {
  /** `/hub/` */
  hubPath: string
  viewer: Viewer
  user: string
  server: string
  events: readonly { progress: number; message: string }[]
  /** The event stream of the API. */
  progressUrl: string
  /** Where to go once the server is ready, as a checked path. */
  next: string
  stopHref: string
}

const percent = (progress: number): number => Math.min(100, Math.max(0, Math.round(progress)))

/**
 * A server on its way. With JavaScript the steps arrive as they happen and the browser goes on by
 * itself; without it the page looks again every two seconds.
 */
export function progressPage(props: ProgressPageProps): string {
  const { hubPath, viewer, events } = props
  const title = `Starting ${serverTitle(props.user, props.server)}`
  const last = events.at(-1)
  const value = percent(last?.progress ?? 0)
  return layout(
    {
      title,
      hubPath,
      viewer,
      scripts: ['progress.js'],
      head: html`<noscript><meta http-equiv="refresh" content="2"></noscript>`,
    },
    html`<h1>${title}</h1>
      <div id="progress" class="panel stack" data-events="${props.progressUrl}" data-next="${props.next}">
        <label for="bar">Progress</label>
        <progress id="bar" max="100" value="${value}">${value} %</progress>
        <p id="status" role="status">${last?.message ?? 'Waiting for the first news'}</p>
        <details open>
          <summary>Steps so far</summary>
          <ol id="steps">${events.map(({ message }) => html`<li>${message}</li>`)}</ol>
        </details>
      </div>
      <form class="actions" method="post" action="${props.stopHref}">
        ${xsrfField(viewer.xsrf)}
        <button type="submit" class="outline">Cancel</button>
      </form>`,
  )
}

export interface FailedPageProps {
  /** `/hub/` */
  hubPath: string
  viewer: Viewer
  user: string
  server: string
  /** What happened. */
  message: string
  /** The last lines of the server's own output; empty when there is none or it is not for the viewer. */
  output: string
  startHref: string
  /** Where to go once it runs, as a checked path; empty for the server itself. */
  next: string
}

function outputOf(output: string): Markup | '' {
  if (output === '') return ''
  return html`<h2 id="output-title">Last lines of the server’s output</h2>
      <pre class="output" role="region" tabindex="0" aria-labelledby="output-title">${output}</pre>`
}

/** A start that failed: why, what the server said, and what to do. */
export function failedPage(props: FailedPageProps): string {
  const { hubPath, viewer } = props
  const title = `${serverTitle(props.user, props.server)} failed to start`
  return layout(
    { title, hubPath, viewer },
    html`<h1>${title}</h1>
      <p role="alert" data-variant="error">${props.message}</p>
      ${outputOf(props.output)}
      <p>Start it again. If it fails again, show this page to whoever runs this hub.</p>
      <form class="actions" method="post" action="${props.startHref}">
        ${xsrfField(viewer.xsrf)}
        <input type="hidden" name="next" value="${props.next}">
        <button type="submit">Start again</button>
        <a class="button outline" href="${hubPath}home">Go to the home page</a>
      </form>`,
  )
}
