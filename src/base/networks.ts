import { BlockList, isIP } from 'node:net'

interface Network {
  family: 'ipv4' | 'ipv6'
  address: string
  bits: number
}

function parseNetwork(text: string): Network | undefined {
  const [address = '', bits, ...rest] = text.split('/')
  const version = isIP(address)
  if (version === 0 || address.includes('%') || rest.length > 0) return undefined
  const most = version === 4 ? 32 : 128
  if (bits !== undefined && !/^(?:0|[1-9][0-9]{0,2})$/.test(bits)) return undefined
  const length = bits === undefined ? most : Number(bits)
  if (length > most) return undefined
  return { family: version === 4 ? 'ipv4' : 'ipv6', address, bits: length }
}

/** Whether a text is an address (`10.0.0.1`, `::1`) or a network (`10.0.0.0/8`). */
export function isNetwork(text: string): boolean {
  return parseNetwork(text) !== undefined
}

/** Addresses, compared as numbers (threats.md P7): `::ffff:10.0.0.1` is `10.0.0.1`. */
export class Networks {
  readonly #list = new BlockList()

  /** @param texts such as {@link isNetwork} likes; others are left out */
  constructor(texts: readonly string[]) {
    for (const text of texts) {
      const network = parseNetwork(text)
      if (network !== undefined) this.#list.addSubnet(network.address, network.bits, network.family)
    }
  }

  /** Whether the address is in one of them; what is no address is not. */
  has(address: string): boolean {
    const version = isIP(address)
    if (version === 0) return false
    return this.#list.check(address.split('%', 1)[0] ?? '', version === 4 ? 'ipv4' : 'ipv6')
  }
}
