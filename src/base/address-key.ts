const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i

/** Groups of an IPv6 address before the host's part. */
const NETWORK_GROUPS = 4

const groupsOf = (text: string): string[] => (text === '' ? [] : text.split(':'))

/**
 * What one client is counted by: its IPv4 address, or the /64 of its IPv6 address, all of which is
 * its own.
 * @param address a socket's `remoteAddress`
 */
export function addressKey(address: string): string {
  const mapped = MAPPED.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  if (!address.includes(':')) return address
  const [plain = ''] = address.split('%', 1)
  const [before = '', after = ''] = plain.split('::', 2)
  const [left, right] = [groupsOf(before), groupsOf(after)]
  const zeros = Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0')
  return [...left, ...zeros, ...right].slice(0, NETWORK_GROUPS).join(':')
}
