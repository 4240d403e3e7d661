import { addressKey } from '../../base/address-key.ts'
import { Networks } from '../../base/networks.ts'

/** What {@link AddressLimit} goes by; a part of the configuration in force. */
export interface AddressRule {
  readonly limits: { readonly connections_per_address: number }
  /** Networks that are not counted: all visitors come from there. */
  readonly trusted_proxies: readonly string[]
}

const ignore = (): void => undefined

/** Counts open connections by where they come from (threats.md P44). */
export class AddressLimit {
  readonly #counts = new Map<string, number>()
  #exempt: { of: readonly string[]; networks: Networks } | undefined

  /**
   * Counts a connection in.
   * @param address a socket's `remoteAddress`
   * @returns a function that counts it out, to be called once; undefined when there are too many
   */
  enter(address: string, { limits, trusted_proxies }: AddressRule): (() => void) | undefined {
    const limit = limits.connections_per_address
    if (limit === 0 || this.#isExempt(address, trusted_proxies)) return ignore
    const key = addressKey(address)
    const count = this.#counts.get(key) ?? 0
    if (count >= limit) return undefined
    this.#counts.set(key, count + 1)
    return () => this.#leave(key)
  }

  /** How many addresses have a connection that is counted. */
  get size(): number {
    return this.#counts.size
  }

  #leave(key: string): void {
    const count = this.#counts.get(key) ?? 0
    if (count <= 1) this.#counts.delete(key)
    else this.#counts.set(key, count - 1)
  }

  #isExempt(address: string, trusted: readonly string[]): boolean {
    if (this.#exempt?.of !== trusted) {
      this.#exempt = { of: trusted, networks: new Networks(trusted) }
    }
    return this.#exempt.networks.has(address)
  }
}
