import { formError } from '../controls.ts'
import type { Markup } from '../html.ts'
import { html } from '../html.ts'
import type { Viewer } from '../layout.ts'
import { layout } from '../layout.ts'
import type { SessionListProps } from '../session/session-list.ts'
import { sessionList } from '../session/session-list.ts'
import type { AddServerProps } from './add-server.ts'
import { addServer } from './add-server.ts'
import type { HomeServer, OwnServersProps } from './own-servers.ts'
import { ownServers } from './own-servers.ts'
import type { ServiceLink } from './service-list.ts'
import { serviceList } from './service-list.ts'
import type { SharedServersProps } from './shared-servers.ts'
import { sharedServers } from './shared-servers.ts'

export interface HomePageProps {
  /** `/hub/` */
  hubPath: string
  viewer: Viewer
  own: Omit<OwnServersProps, 'viewer'>
  /** How a new named server is added; undefined when there are no named servers. */
  add?: Omit<AddServerProps, 'viewer'> | undefined
  shared: Omit<SharedServersProps, 'viewer'>
  services: readonly ServiceLink[]
  /** Where the viewer is signed in. */
  sessions: SessionListProps
  /** The word for what was just done. */
  done?: string | undefined
  /** What could not be done, unless it was to add a server. */
  error?: string | undefined
}

const isPending = ({ state }: HomeServer): boolean => state === 'starting' || state === 'stopping'

/** What is under way is no news any more when it is over. */
function newsOf({ done, own }: HomePageProps): string | undefined {
  const goesOn = (state: string): boolean => own.servers.some((server) => server.state === state)
  if (done === 'server-starting' && !goesOn('starting')) return undefined
  if (done === 'server-stopping' && !goesOn('stopping')) return undefined
  return done
}

/** While something is under way the page looks again by itself, in place or as a whole. */
function lookAgain(props: HomePageProps): { poll: Markup | ''; head?: Markup } {
  if (!props.own.servers.some(isPending)) return { poll: '' }
  const done = newsOf(props)
  const query = done === undefined ? '' : `?done=${encodeURIComponent(done)}`
  const href = `${props.hubPath}home${query}`
  return {
    poll: html`<div id="poll" hx-get="${href}" hx-trigger="every 2s"></div>`,
    head: html`<noscript><meta http-equiv="refresh" content="2;url=${href}"></noscript>`,
  }
}

/** The viewer's servers and those shared with them, with what can be done about each. */
export function homePage(props: HomePageProps): string {
  const { add, hubPath, own, services, sessions, shared, viewer } = props
  const { poll, head } = lookAgain(props)
  return layout(
    { title: 'Your servers', hubPath, viewer, section: 'home', done: newsOf(props), head },
    html`<h1>Your servers</h1>
      ${formError(props.error)}
      ${ownServers({ ...own, viewer })}
      ${poll}
      ${add === undefined ? '' : addServer({ ...add, viewer })}
      ${sharedServers({ ...shared, viewer })}
      ${serviceList(services)}
      ${sessionList(sessions)}`,
  )
}
