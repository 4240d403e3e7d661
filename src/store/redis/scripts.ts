import { readFileSync } from 'node:fs'
import type { Redis } from 'ioredis'
import type { Names } from './names.ts'

/** Version of the layout that the scripts write: a store with another one is refused. */
export const LAYOUT = 1

export type Argument = string | number | Buffer

/** Which keys each script takes, in the order in which its header names them. */
const KEYS = {
  open: ['entries', 'order', 'expiry', 'leases', 'leaseEnds', 'meta'],
  beat: ['entries', 'order', 'expiry', 'leases', 'leaseEnds', 'meta'],
  commit: ['entries', 'order', 'expiry', 'leases', 'leaseEnds', 'meta'],
  read: ['entries'],
  list: ['entries', 'order', 'expiry'],
  count: ['order', 'expiry'],
  'acquire-lease': ['leases', 'leaseEnds', 'meta'],
  'renew-lease': ['leases', 'leaseEnds'],
  'release-lease': ['leases', 'leaseEnds'],
} as const satisfies Record<string, readonly (keyof Names)[]>

export type ScriptName = keyof typeof KEYS

const SCRIPTS = Object.keys(KEYS) as ScriptName[]
const SHARED = sourceOf('shared')
const SOURCES = new Map(SCRIPTS.map((name) => [name, `${SHARED}\n${sourceOf(name)}`]))

type Call = (args: readonly Argument[]) => Promise<unknown>

/** Makes the scripts known to a client, which then sends them by their hashes. */
export function defineScripts(client: Redis): void {
  for (const [name, lua] of SOURCES) {
    client.defineCommand(commandOf(name), { lua, numberOfKeys: KEYS[name].length })
  }
}

/**
 * Runs a script.
 * @param encoding whether strings of its answer are text or bytes
 * @returns its answer as the header of the script says
 */
export function runScript(
  client: Redis,
  names: Names,
  name: ScriptName,
  args: readonly Argument[],
  encoding: 'text' | 'bytes' = 'text',
): Promise<unknown> {
  const command = commandOf(name) + (encoding === 'bytes' ? 'Buffer' : '')
  const call = (client as unknown as Record<string, Call | undefined>)[command]
  if (call === undefined) throw new TypeError(`The client does not know the script ${name}.`)
  return call.call(client, [...KEYS[name].map((key) => names[key]), ...args])
}

function commandOf(name: ScriptName): string {
  return `hubgate-${name}`
}

function sourceOf(name: string): string {
  return readFileSync(new URL(`scripts/${name}.lua`, import.meta.url), 'utf8')
}
