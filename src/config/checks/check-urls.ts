import type { ConfigTree, Finding } from '../config-tree.ts'
import { textOf } from './read.ts'

/** Servers are told an origin: what they ask for below it follows from `base_url`. */
export function checkHubConnectUrl(tree: ConfigTree): Finding[] {
  const path = ['spawner', 'hub_connect_url']
  const text = textOf(tree, path) ?? ''
  if (!URL.canParse(text)) return []
  const { username, password, pathname, search, hash } = new URL(text)
  const isOrigin = username + password + search + hash === '' && pathname === '/'
  return isOrigin ? [] : [{ path, message: 'this URL has a host and a port and nothing else' }]
}

/** `public_url` is an origin, or an origin with the base URL, and nothing that would leak. */
export function checkPublicUrl(tree: ConfigTree): Finding[] {
  const path = ['public_url']
  const text = textOf(tree, path) ?? ''
  if (!URL.canParse(text)) return []
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') {
    return [{ path, message: 'a public URL has no user or password in it' }]
  }
  if (url.search !== '' || url.hash !== '') return [{ path, message: 'a public URL has no ? or #' }]
  const base = textOf(tree, ['base_url']) ?? '/'
  const own = url.pathname.endsWith('/') ? url.pathname : `${url.pathname}/`
  return own === '/' || own === base
    ? []
    : [{ path, message: 'the path of a public URL is that of base_url, or left out' }]
}
