import type { ExternalUrl } from '../../model/external-url.ts'
import { isWithinDomain, overlapsHub, parseExternalUrl } from '../../model/external-url.ts'
import { parseScope } from '../../model/parse-scope.ts'
import type { ConfigTree, Finding } from '../config-tree.ts'
import type { ConfigPath } from '../path.ts'
import { readCustomScopes, unknownScope } from './check-roles.ts'
import { itemsOf, textOf, textsOf } from './read.ts'

/** What the whole file says that the parts of a service must fit. */
interface Surroundings {
  publicUrl: URL | undefined
  baseUrl: string
  /** The external URLs so far, by what they cover. */
  taken: Map<string, ConfigPath>
}

function checkScope(tree: ConfigTree, at: ConfigPath): Finding[] {
  const path = [...at, 'scope']
  const text = textOf(tree, path)
  if (text === undefined) return []
  const filter = parseScope(text)?.filter
  if (filter?.name === null && filter.kind !== 'service') {
    return [{ path, message: `name what it is for: !${filter.kind}=NAME` }]
  }
  return unknownScope(tree, path, text, readCustomScopes(tree))
}

function urlFault(
  url: ExternalUrl,
  domain: string | undefined,
  { publicUrl, baseUrl }: Surroundings,
): string | undefined {
  if (publicUrl === undefined) return 'this needs public_url: people are sent there to sign in'
  if (publicUrl.protocol === 'https:' && !url.origin.startsWith('https:')) {
    return 'this must be https like public_url: browsers send no secure cookie elsewhere'
  }
  if (url.hostname === publicUrl.hostname) {
    return overlapsHub(url.path, baseUrl)
      ? "this covers the gateway's own paths; give the service a path or a host of its own"
      : undefined
  }
  return domain === undefined || isWithinDomain(url.hostname, domain)
    ? undefined
    : 'this host is not in cookie_domain'
}

function checkUrls(tree: ConfigTree, at: ConfigPath, around: Surroundings): Finding[] {
  const domain = textOf(tree, [...at, 'cookie_domain'])
  return textsOf(tree, [...at, 'external_urls']).flatMap(({ path, text }) => {
    const url = parseExternalUrl(text)
    if (url === undefined) {
      return [{ path, message: 'this is no plain URL like https://grafana.example.org/path/' }]
    }
    const fault = urlFault(url, domain, around)
    if (fault !== undefined) return [{ path, message: fault }]
    const covers = url.origin + url.path
    const before = around.taken.get(covers)
    around.taken.set(covers, before ?? path)
    if (before === undefined) return []
    return [{ path, message: `this is taken on line ${tree.positionOf(before)?.line ?? 0}` }]
  })
}

function checkDomain(tree: ConfigTree, at: ConfigPath, { publicUrl }: Surroundings): Finding[] {
  const path = [...at, 'cookie_domain']
  const domain = textOf(tree, path)
  if (domain === undefined) return []
  if (publicUrl !== undefined && isWithinDomain(publicUrl.hostname, domain)) return []
  return [
    { path, message: 'the host of public_url must be in this domain, or it can set no cookie' },
  ]
}

/** What services with `forward_auth` ask for exists, and their addresses are theirs alone. */
export function checkForwardAuth(tree: ConfigTree): Finding[] {
  const around: Surroundings = {
    publicUrl: URL.parse(textOf(tree, ['public_url']) ?? '') ?? undefined,
    baseUrl: textOf(tree, ['base_url']) ?? '/',
    taken: new Map(),
  }
  return itemsOf(tree, ['services']).flatMap((service) => {
    const at = [...service.path, 'forward_auth']
    return [
      ...checkScope(tree, at),
      ...checkUrls(tree, at, around),
      ...checkDomain(tree, at, around),
    ]
  })
}
