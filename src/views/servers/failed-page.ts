import type { ServerFailure } from '../../model/server.ts'
import { linkButton } from '../controls.ts'
import type { Markup } from '../html.ts'
import { html } from '../html.ts'
import type { Viewer } from '../layout.ts'
import { layout } from '../layout.ts'
import { serverTitle } from './server-state.ts'
import type { StartProps } from './start-form.ts'
import { startForm } from './start-form.ts'

export interface FailedPageProps extends StartProps {
  /** `/hub/` */
  hubPath: string
  viewer: Viewer
  user: string
  server: string
  reason: ServerFailure['reason']
  /** What happened. */
  message: string
  /** The last lines of the server's own output; empty when there is none or it is not for the viewer. */
  output: string
}

const SHOW_OTHERS = 'If it fails again, show this page to whoever runs this hub.'

/** What to do about a failure. */
const ADVICE: Readonly<Record<ServerFailure['reason'], string>> = {
  command: 'The hub itself must be corrected: show this page to whoever runs it.',
  exited: `The last lines of its output, if there are any, often say why. Start it again. ${SHOW_OTHERS}`,
  timeout: `It may only have been slow: start it again. ${SHOW_OTHERS}`,
  lost: `Nothing is wrong with the server: start it again. ${SHOW_OTHERS}`,
  options: 'Choose other options and start it again.',
  cancelled: 'Start it again when you need it.',
  throttled: 'Start it again in a few minutes, when fewer people do the same.',
  internal: `Start it again. ${SHOW_OTHERS}`,
}

function outputOf(output: string): Markup | '' {
  if (output === '') return ''
  return html`<section>
        <h2 id="output-title">Last lines of the server’s output</h2>
        <pre class="output" role="region" tabindex="0" aria-labelledby="output-title">${output}</pre>
      </section>`
}

/** A start that failed: why, what to do, and what the server said. */
export function failedPage(props: FailedPageProps): string {
  const { hubPath, viewer, reason, message, output } = props
  const title = `${serverTitle(props.user, props.server)} failed to start`
  return layout(
    { title, hubPath, viewer },
    html`<h1>${title}</h1>
      <p role="alert" data-variant="error">${message}</p>
      <p>${ADVICE[reason]}</p>
      <div class="actions">
        ${props.mayStart ? startForm(viewer, props, { start: 'Start again', choose: 'Choose other options' }) : ''}
        ${linkButton({ label: 'Go to the home page', href: `${hubPath}home`, look: 'quiet' })}
      </div>
      ${outputOf(output)}`,
  )
}
