import { comparable } from '../base/authority.ts'
import type { Config } from '../config/schema.ts'

export type HostsConfig = Pick<Config, 'listen' | 'public_url' | 'spawner'>

/** What is looked at of a request. */
export interface Asked {
  readonly headers: { readonly host?: string | undefined }
  /** Where its connection came in. */
  readonly socket: { readonly localAddress?: string | undefined }
}

const MAPPED = /^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i

/** Names with any port, and names with their port. */
function ownNames({ listen, public_url, spawner }: HostsConfig): ReadonlySet<string> {
  const names = new Set<string>()
  for (const text of listen.hosts) {
    const { host, port } = comparable(text)
    names.add(port === '' ? host : `${host}:${port}`)
  }
  for (const url of [public_url, spawner.hub_connect_url]) {
    if (url !== undefined) names.add(comparable(new URL(url).hostname).host)
  }
  return names
}

/** Whether a host is the address at which a connection came in: probes know no other name. */
function isAddress(host: string, localAddress: string | undefined): boolean {
  if (localAddress === undefined) return false
  const address = localAddress.replace(MAPPED, '')
  return host === address || host === `[${address}]`
}

/**
 * Tells whether a request is meant for this gateway (threats.md P3): `Host` is one of `listen.hosts`,
 * or the host of `public_url` or `spawner.hub_connect_url`, or the very address that was connected to.
 * A page whose own name was made to lead here (DNS rebinding) has another. Without `listen.hosts` every
 * host is taken.
 */
export class OwnHosts {
  readonly #config: () => HostsConfig
  #known: { listen: HostsConfig['listen']; names: ReadonlySet<string> } | undefined

  /** @param config the configuration in force; its `listen` is another object after a reload */
  constructor(config: () => HostsConfig) {
    this.#config = config
  }

  /** @param request one with a valid `Host` */
  has(request: Asked): boolean {
    const { listen } = this.#config()
    if (listen.hosts.length === 0) return true
    if (this.#known?.listen !== listen) {
      this.#known = { listen, names: ownNames(this.#config()) }
    }
    const { headers, socket } = request
    const { host, port } = comparable(headers.host ?? '')
    const { names } = this.#known
    return names.has(host) || names.has(`${host}:${port}`) || isAddress(host, socket.localAddress)
  }
}
