import type { Markup } from './html.ts'
import { html } from './html.ts'

/** Who is signed in, for the page's head and its forms. */
export interface Viewer {
  name: string
  /** The session's XSRF value. */
  xsrf: string
}

export interface LayoutProps {
  /** What the page is about; the product's name is added. */
  title: string
  /** `/hub/` */
  hubPath: string
  viewer?: Viewer | undefined
  /** More for the head. */
  head?: Markup | undefined
  /** Names of files in `{hub}static/`. */
  scripts?: readonly string[]
}

/** The hidden field that every form of a session carries. */
export function xsrfField(value: string): Markup {
  return html`<input type="hidden" name="_xsrf" value="${value}">`
}

function account(hubPath: string, viewer: Viewer): Markup {
  return html`<form class="account" method="post" action="${hubPath}logout">
        ${xsrfField(viewer.xsrf)}
        <span>Signed in as <strong>${viewer.name}</strong></span>
        <button type="submit" class="quiet">Sign out</button>
      </form>`
}

function banner(props: LayoutProps): Markup {
  const { hubPath, viewer } = props
  return html`<header class="banner">
      <nav aria-label="Main">
        <a class="brand" href="${hubPath}">hubgate</a>
        ${viewer === undefined ? '' : html`<a href="${hubPath}home">Your servers</a>`}
      </nav>
      ${viewer === undefined ? '' : account(hubPath, viewer)}
    </header>`
}

/** A whole document: every page of the hub looks and is structured like this. */
export function layout(props: LayoutProps, body: Markup): string {
  const asset = (name: string): string => `${props.hubPath}static/${name}`
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${props.title} · hubgate</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="${asset('hubgate.css')}">
    ${(props.scripts ?? []).map((name) => html`<script type="module" src="${asset(name)}"></script>`)}
    ${props.head ?? ''}
  </head>
  <body>
    <a class="skip" href="#main">Skip to content</a>
    ${banner(props)}
    <main id="main" tabindex="-1">
      ${body}
    </main>
  </body>
</html>
`.toString()
}
