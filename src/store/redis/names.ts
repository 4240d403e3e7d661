/** Names of everything that hubgate keeps in a Redis. */
export interface Names {
  /** Hash: encoded key → packed entry. */
  readonly entries: string
  /** Sorted set of all encoded keys, all of one score: their order is that of their bytes. */
  readonly order: string
  /** Sorted set: encoded key → when it expires. */
  readonly expiry: string
  /** Hash: encoded name → fence and holder. */
  readonly leases: string
  /** Sorted set: encoded name → when the lease ends. */
  readonly leaseEnds: string
  /** Hash: version of the layout, number of the last change, last fence. */
  readonly meta: string
  /** Channel on which every change is announced. */
  readonly changes: string
  /** Channel of one replica's heartbeat. */
  readonly ticks: string
}

/**
 * All names begin with `{prefix}:`; the braces keep them in one slot of a cluster. Channels carry
 * the number of the database too: Redis shares them between all of its databases.
 * @param replica a name that no other replica has
 */
export function namesFor(prefix: string, db: number, replica: string): Names {
  const tag = `{${prefix}}:`
  return {
    entries: `${tag}entries`,
    order: `${tag}order`,
    expiry: `${tag}expiry`,
    leases: `${tag}leases`,
    leaseEnds: `${tag}lease-ends`,
    meta: `${tag}meta`,
    changes: `${tag}changes:${db}`,
    ticks: `${tag}ticks:${db}:${replica}`,
  }
}
