import { userInfo } from 'node:os'
import { defaultClientId } from '../../model/service.ts'
import { clientIdFault, redirectFault, urlFault } from '../../model/service-fault.ts'
import type { ConfigTree, Finding } from '../config-tree.ts'
import type { ConfigPath } from '../path.ts'
import { readCustomScopes, unknownScope } from './check-roles.ts'
import { itemsOf, textOf, textsOf } from './read.ts'

/** A rule about one text of a service; it answers what is wrong, or null. */
type Rule = readonly [key: string, fault: (text: string) => string | null]

const RULES: readonly Rule[] = [
  ['url', (text) => urlFault(text, 'url')],
  ['oauth_client_id', clientIdFault],
  ['oauth_redirect_uri', redirectFault],
  ['user', userFault],
]

/** The gateway never becomes anybody else: that would need root, and it should not be root. */
function userFault(text: string): string | null {
  return text === ownName()
    ? null
    : 'the gateway cannot run a service as another user; run it by other means, or remove this key'
}

/** Who the gateway is; undefined for a uid without a name, as in many containers. */
function ownName(): string | undefined {
  try {
    return userInfo().username
  } catch {
    return undefined
  }
}

function checkTexts(tree: ConfigTree, service: ConfigPath): Finding[] {
  return RULES.flatMap(([key, fault]) => {
    const path = [...service, key]
    const text = textOf(tree, path)
    const message = text === undefined ? null : fault(text)
    return message === null ? [] : [{ path, message }]
  })
}

/** OAuth needs to know where to lead people back to. */
function checkRedirect(tree: ConfigTree, service: ConfigPath): Finding[] {
  const has = (key: string): boolean => tree.get([...service, key]) !== undefined
  if (has('url') || has('oauth_redirect_uri')) return []
  const asks = ['oauth_client_id', 'oauth_no_confirm'].find(
    (key) => has(key) && tree.get([...service, key]) !== false,
  )
  return asks === undefined
    ? []
    : [
        {
          path: [...service, asks],
          at: 'key',
          message: 'OAuth needs an oauth_redirect_uri, or a url',
        },
      ]
}

/** What only says something about a service that the gateway runs itself, and its token. */
function checkCommand(tree: ConfigTree, service: ConfigPath): Finding[] {
  const command = tree.get([...service, 'command'])
  const isManaged = Array.isArray(command) && command.length > 0
  if (!isManaged) {
    return ['cwd', 'environment', 'user']
      .map((key) => [...service, key])
      .filter((path) => tree.get(path) !== undefined)
      .map((path) => ({
        path,
        at: 'key',
        message: 'this is for services with a command, which the gateway runs itself',
      }))
  }
  const path = [...service, 'api_token']
  return textOf(tree, path)?.toLowerCase().startsWith('sha256:') === true
    ? [
        {
          path,
          message:
            'a service with a command is given its token: write the secret here, or leave it out and one is made at each start',
        },
      ]
    : []
}

function checkScopes(tree: ConfigTree, service: ConfigPath): Finding[] {
  const custom = readCustomScopes(tree)
  return textsOf(tree, [...service, 'oauth_client_allowed_scopes']).flatMap(({ path, text }) =>
    unknownScope(tree, path, text, custom, 'a service'),
  )
}

/** No two services are the same OAuth client; the standard ids are reserved for their services. */
function checkClientIds(tree: ConfigTree, services: readonly ConfigPath[]): Finding[] {
  const owners = new Map<string, ConfigPath>()
  for (const path of services) {
    const name = textOf(tree, [...path, 'name'])
    if (name !== undefined && !owners.has(defaultClientId(name))) {
      owners.set(defaultClientId(name), path)
    }
  }
  return services.flatMap((service) => {
    const path = [...service, 'oauth_client_id']
    const id = textOf(tree, path)
    if (id === undefined) return []
    const owner = owners.get(id)
    if (owner === undefined) owners.set(id, service)
    if (owner === undefined || owner === service) return []
    const line = tree.positionOf(owner)?.line ?? 0
    return [{ path, message: `the service on line ${line} has this oauth_client_id` }]
  })
}

/** What is said of a service fits together, and can be done. */
export function checkServices(tree: ConfigTree): Finding[] {
  const services = itemsOf(tree, ['services']).map(({ path }) => path)
  return [
    ...services.flatMap((service) => [
      ...checkTexts(tree, service),
      ...checkRedirect(tree, service),
      ...checkCommand(tree, service),
      ...checkScopes(tree, service),
    ]),
    ...checkClientIds(tree, services),
  ]
}
