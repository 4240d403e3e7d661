import type { Markup } from './html.ts'
import { html } from './html.ts'
import { noticeLine } from './notices.ts'

/** Who is signed in, for the page's head and its forms. */
export interface Viewer {
  name: string
  /** The session's XSRF value. */
  xsrf: string
  /** Whether the admin pages are for them. */
  admin: boolean
}

/** The parts of the hub that the head of each page leads to. */
export type Section = 'home' | 'token' | 'admin'

export interface LayoutProps {
  /** What the page is about; the product's name is added. */
  title: string
  /** `/hub/` */
  hubPath: string
  viewer?: Viewer | undefined
  /** The part of the hub that the page belongs to. */
  section?: Section | undefined
  /** Room for tables. */
  wide?: boolean
  /** The word in the address for what was just done; words that there are not are left out. */
  done?: string | undefined
  /**
   * What the browser is to remember in place of the page's address, which has a secret: pages of the
   * same origin that come later in the tab can read where it has been.
   */
  address?: string | undefined
  /** More for the head. */
  head?: Markup | undefined
  /** Names of files in `{hub}static/`, beside those of every page. */
  scripts?: readonly string[]
}

/** The hidden field that every form of a session carries. */
export function xsrfField(value: string): Markup {
  return html`<input type="hidden" name="_xsrf" value="${value}">`
}

function navigation({ hubPath, viewer, section }: LayoutProps): Markup | '' {
  if (viewer === undefined) return ''
  const link = (to: Section, label: string): Markup =>
    html`<a href="${hubPath}${to}"${section === to ? html` aria-current="page"` : ''}>${label}</a>`
  return html`<nav aria-label="Main">
        ${link('home', 'Home')}
        ${link('token', 'Tokens')}
        ${viewer.admin ? link('admin', 'Admin') : ''}
        <a href="${hubPath}api/docs">API</a>
      </nav>
      <div class="account">
        <span class="hidden">Signed in as</span> <strong>${viewer.name}</strong>
        <a href="${hubPath}logout">Sign out</a>
      </div>`
}

/** What htmx puts in place of what, and how it shows that it asks for a page of ours (signed-in.ts). */
function inPlace(viewer: Viewer | undefined): Markup | '' {
  if (viewer === undefined) return ''
  return html` hx-target:inherited="#main" hx-select:inherited="#main" hx-swap:inherited="outerMorph show:none" hx-headers:inherited="${JSON.stringify({ 'X-Hubgate-XSRF': viewer.xsrf })}"`
}

/** A whole document: every page of the hub looks and is structured like this. */
export function layout(props: LayoutProps, body: Markup): string {
  const { hubPath, viewer, wide = false, address } = props
  const asset = (name: string): string => `${hubPath}static/${name}`
  const scripts = [
    ...(viewer === undefined ? [] : ['htmx.js']),
    ...(viewer === undefined && address === undefined ? [] : ['hubgate.js']),
    ...(props.scripts ?? []),
  ]
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="htmx-config" content="history:false, includeIndicatorCSS:false">
    <title>${props.title} · hubgate</title>
    <link rel="icon" type="image/svg+xml" href="${asset('hubgate.svg')}">
    <link rel="stylesheet" href="${asset('oat.css')}">
    <link rel="stylesheet" href="${asset('hubgate.css')}">
    ${scripts.map((name) => html`<script defer src="${asset(name)}"></script>`)}
    ${address === undefined ? '' : html`<meta name="hubgate-address" content="${address}">`}
    ${props.head ?? ''}
  </head>
  <body${inPlace(viewer)}>
    <a class="skip" href="#main">Skip to content</a>
    <header class="banner">
      <a class="brand" href="${hubPath}">hubgate</a>
      ${navigation(props)}
    </header>
    <main id="main" tabindex="-1"${wide ? html` class="wide"` : ''}>
      ${viewer === undefined ? '' : noticeLine(props.done)}
      ${body}
    </main>
  </body>
</html>
`.toString()
}
