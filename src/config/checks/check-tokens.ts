import { isValidUsername, normalizeUsername } from '../../model/username.ts'
import type { ConfigTree, Finding } from '../config-tree.ts'
import type { ConfigPath } from '../path.ts'
import { secretDigest, secretFault } from '../secrets.ts'
import { INVALID_USERNAME } from './check-names.ts'
import { entriesOf, itemsOf, serviceNames, textOf } from './read.ts'

/** A secret in the file, and whose token it is. */
interface Given {
  readonly path: ConfigPath
  readonly at: 'key' | 'value'
  readonly secret: string
  /** Undefined when that is faulty itself. */
  readonly owner: string | undefined
}

function givenTokens(tree: ConfigTree): Given[] {
  const services = serviceNames(tree)
  const ofMap = entriesOf(tree, ['api_tokens']).map(({ path, key }): Given => {
    const owner = textOf(tree, path)
    const named = owner !== undefined && services.has(owner) ? `service ${owner}` : undefined
    const user = owner === undefined ? undefined : `user ${normalizeUsername(owner)}`
    return { path, at: 'key', secret: key, owner: named ?? user }
  })
  const ofServices = itemsOf(tree, ['services']).flatMap(({ path }): Given[] => {
    const own = [...path, 'api_token']
    const secret = textOf(tree, own)
    const name = textOf(tree, [...path, 'name'])
    const owner = name === undefined ? undefined : `service ${name}`
    return secret === undefined ? [] : [{ path: own, at: 'value', secret, owner }]
  })
  return [...ofMap, ...ofServices]
}

/**
 * Secrets are strong enough (threats P53), and none is given to two owners, be it once plain and
 * once as a digest.
 */
export function checkTokens(tree: ConfigTree): Finding[] {
  const owners = new Map<string, Given>()
  const findings: Finding[] = []
  for (const given of givenTokens(tree)) {
    const { path, at, secret, owner } = given
    const weak = secretFault(secret)
    if (weak !== null) {
      findings.push({ path, at, message: weak })
      continue
    }
    const digest = secretDigest(secret)
    const first = owners.get(digest)
    if (first === undefined) owners.set(digest, given)
    else if (first.owner !== owner) {
      const line = tree.positionOf(first.path, first.at)?.line ?? 0
      findings.push({ path, at, message: `another owner has the same secret, on line ${line}` })
    }
  }
  return findings
}

/** Each token of `api_tokens` is a configured service's, or that of somebody who can be a user. */
export function checkOwners(tree: ConfigTree): Finding[] {
  const services = serviceNames(tree)
  return entriesOf(tree, ['api_tokens']).flatMap(({ path }) => {
    const owner = textOf(tree, path)
    if (owner === undefined || services.has(owner)) return []
    return isValidUsername(normalizeUsername(owner)) ? [] : [{ path, message: INVALID_USERNAME }]
  })
}
