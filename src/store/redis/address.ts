import { StoreOpenError } from '../open-error.ts'

interface HostAndPort {
  readonly host: string
  readonly port: number
}

/** Where a Redis is and how to sign in, as the URL says. */
export interface RedisAddress {
  /** The server, or the Sentinels that know where it is. */
  readonly hosts: readonly HostAndPort[]
  /** The name that the Sentinels have for the server; undefined without Sentinels. */
  readonly master: string | undefined
  readonly tls: boolean
  readonly username: string | undefined
  readonly password: string | undefined
  readonly sentinelUsername: string | undefined
  readonly sentinelPassword: string | undefined
  readonly db: number
  /** What all keys begin with, in braces. */
  readonly prefix: string
  /** PEM files: whom to trust instead of the system's authorities, and how to show who we are. */
  readonly ca: string | undefined
  readonly cert: string | undefined
  readonly key: string | undefined
  /** Without secrets, for the log. */
  readonly description: string
}

const FORMS =
  'redis://[user:password@]host[:port][/db], rediss://… for TLS, or ' +
  'redis+sentinel://[user:password@]host[:port],…/master-name[/db]'

const URL_PATTERN =
  /^(?<scheme>rediss?)(?<sentinel>\+sentinel)?:\/\/(?:(?<user>[^/?#]*)@)?(?<hosts>[^/?#@]+)(?:\/(?<path>[^?#]*))?(?:\?(?<query>[^#]*))?$/i

const OPTIONS: ReadonlySet<string> = new Set([
  'ca',
  'cert',
  'key',
  'prefix',
  'sentinel_username',
  'sentinel_password',
])

/** @returns whether the URL is one for this driver, well-formed or not */
export function isRedisUrl(url: string): boolean {
  return /^rediss?(\+sentinel)?:/i.test(url)
}

/**
 * Reads a store URL. User, password and options are percent-encoded.
 * @throws StoreOpenError that quotes nothing which may be secret
 */
export function parseAddress(url: string): RedisAddress {
  const parts = URL_PATTERN.exec(url.trim())?.groups
  if (parts === undefined) {
    throw new StoreOpenError(
      `The store's address cannot be read. It must be ${FORMS}; write special characters in a ` +
        'password as %XX.',
    )
  }
  const sentinel = parts['sentinel'] !== undefined
  const [username, password] = credentialsOf(parts['user'])
  const option = optionsOf(parts['query'] ?? '')
  const { db, master } = pathOf(parts['path'] ?? '', sentinel)
  const hosts = hostsOf(parts['hosts'] ?? '', sentinel)
  const tls = parts['scheme']?.toLowerCase() === 'rediss'
  const prefix = option.get('prefix') ?? 'hubgate'
  checkOptions(option, prefix, tls)
  return {
    hosts,
    master,
    tls,
    username,
    password,
    sentinelUsername: option.get('sentinel_username'),
    sentinelPassword: option.get('sentinel_password'),
    db,
    prefix,
    ca: option.get('ca'),
    cert: option.get('cert'),
    key: option.get('key'),
    description: describe(tls, hosts, master, db, prefix),
  }
}

function describe(
  tls: boolean,
  hosts: readonly HostAndPort[],
  master: string | undefined,
  db: number,
  prefix: string,
): string {
  const places = hosts.map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`)
  const where = `${places.join(',')}${master === undefined ? '' : `/${master}`}/${db}`
  return `${tls ? 'rediss' : 'redis'} ${where}${prefix === 'hubgate' ? '' : ` (prefix ${prefix})`}`
}

function credentialsOf(text: string | undefined): [string | undefined, string | undefined] {
  if (text === undefined) return [undefined, undefined]
  const colon = text.indexOf(':')
  const parts = colon === -1 ? [text] : [text.slice(0, colon), text.slice(colon + 1)]
  const [username, password] = parts.map((part) => (part === '' ? undefined : decoded(part)))
  if (username !== undefined && password === undefined) {
    throw new StoreOpenError('The store has a user but no password: redis://user:password@host.')
  }
  return [username, password]
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch (error) {
    throw new StoreOpenError(
      "The store's user or password has a % that begins no %XX: write % itself as %25.",
      { cause: error },
    )
  }
}

function hostsOf(text: string, sentinel: boolean): HostAndPort[] {
  const hosts = text.split(',').map((one) => {
    const [, bracketed, plain, port] =
      /^(?:\[([0-9a-f:.]+)\]|([^:[\]\s]+))(?::(\d{1,5}))?$/i.exec(one) ?? []
    const host = bracketed ?? plain
    const number = port === undefined ? (sentinel ? 26_379 : 6379) : Number(port)
    if (host === undefined || number < 1 || number > 65_535) {
      throw new StoreOpenError(`The store's host cannot be read. The address must be ${FORMS}.`)
    }
    return { host, port: number }
  })
  if (hosts.length > 1 && !sentinel) {
    throw new StoreOpenError(
      'The store has several hosts: those of Sentinels are written redis+sentinel://h1,h2/name.',
    )
  }
  return hosts
}

function pathOf(path: string, sentinel: boolean): { db: number; master: string | undefined } {
  const parts = path.split('/')
  const master = sentinel ? decoded(parts.shift() ?? '') : undefined
  if (master === '') {
    throw new StoreOpenError(
      'The store lacks the name that its Sentinels have for it: redis+sentinel://host/name.',
    )
  }
  const [db = '', ...rest] = parts
  if (!/^\d{0,5}$/.test(db) || rest.length > 0) {
    throw new StoreOpenError(
      `The store's database must be a number. The address must be ${FORMS}; write special ` +
        'characters in a password as %XX.',
    )
  }
  return { db: Number(db), master }
}

function optionsOf(query: string): Map<string, string> {
  const options = new Map(new URLSearchParams(query))
  for (const name of options.keys()) {
    if (!OPTIONS.has(name)) {
      throw new StoreOpenError(
        `The store's address has an option that is not known: "${name}". There are ` +
          `${[...OPTIONS].join(', ')}.`,
      )
    }
  }
  return options
}

function checkOptions(option: Map<string, string>, prefix: string, tls: boolean): void {
  if (!/^[\w.-]{1,64}$/.test(prefix)) {
    throw new StoreOpenError(
      "The prefix of the store's keys is of letters, digits and . _ -, 64 of them at most.",
    )
  }
  if (!tls && ['ca', 'cert', 'key'].some((name) => option.has(name))) {
    throw new StoreOpenError('The store has certificates but no TLS: begin its address rediss:…')
  }
  if (option.has('cert') !== option.has('key')) {
    throw new StoreOpenError('The store needs both cert and key, or neither.')
  }
}
