import type { Redis } from 'ioredis'
import type { Log } from '../../base/log.ts'
import { StoreOpenError } from '../open-error.ts'
import type { RedisAddress } from './address.ts'

/** The oldest Redis that this driver is tested for is 7; what it needs came with this one. */
const OLDEST = [6, 2]

type Info = ReadonlyMap<string, string>

/**
 * Warns of what would lose data: no persistence, an eviction policy, an old version. What may not be
 * asked (INFO and CONFIG are often forbidden) is said not to be known.
 * @throws StoreOpenError when the server is a replica: nothing can be written there
 */
export async function checkServer(client: Redis, address: RedisAddress, log: Log): Promise<void> {
  const info = await infoOf(client)
  if (address.master === undefined && info.get('role') === 'slave') {
    throw new StoreOpenError(
      `${address.description} is a replica, which takes no writes. Give hubgate the address of its ` +
        'master, or those of Sentinels: redis+sentinel://…',
    )
  }
  const settings = await settingsOf(client, info)
  const problems = [
    versionProblem(info.get('redis_version')),
    persistenceProblem(settings),
    evictionProblem(settings.get('maxmemory-policy')),
  ]
  for (const problem of problems) if (problem !== undefined) log.warn(problem)
}

async function infoOf(client: Redis): Promise<Info> {
  const text = await client.info().catch(() => '')
  return new Map(
    text.split(/\r?\n/).flatMap((line) => {
      const colon = line.indexOf(':')
      return colon > 0 ? [[line.slice(0, colon), line.slice(colon + 1)]] : []
    }),
  )
}

async function settingsOf(client: Redis, info: Info): Promise<Info> {
  const settings = new Map<string, string>()
  const aof = info.get('aof_enabled')
  if (aof !== undefined) settings.set('appendonly', aof === '1' ? 'yes' : 'no')
  const policy = info.get('maxmemory_policy')
  if (policy !== undefined) settings.set('maxmemory-policy', policy)
  for (const name of ['appendonly', 'appendfsync', 'save', 'maxmemory-policy']) {
    const answer = (await client.config('GET', name).catch(() => [])) as string[]
    if (answer[1] !== undefined) settings.set(name, answer[1])
  }
  return settings
}

function versionProblem(version: string | undefined): string | undefined {
  if (version === undefined) return 'the version of Redis could not be checked'
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return undefined
  return `Redis ${version} is too old: use ${OLDEST.join('.')} or newer`
}

function persistenceProblem(settings: Info): string | undefined {
  const appendOnly = settings.get('appendonly')
  const save = settings.get('save')
  if (appendOnly === 'yes') {
    return settings.get('appendfsync') === 'no'
      ? 'Redis leaves it to the system when to write its file (appendfsync no): a power cut may lose half a minute of changes. Set appendfsync to everysec or always'
      : undefined
  }
  if (appendOnly === undefined || save === undefined) {
    return 'it could not be checked whether Redis keeps its data when it is restarted. Make sure that it runs with appendonly yes'
  }
  return save === ''
    ? 'Redis keeps nothing on disk: when it ends, every user, token and server is lost. Set appendonly to yes'
    : 'Redis keeps snapshots only: when it ends unexpectedly, changes since the last one are lost. Set appendonly to yes'
}

function evictionProblem(policy: string | undefined): string | undefined {
  if (policy === 'noeviction') return undefined
  return policy === undefined
    ? 'it could not be checked whether Redis throws data away when its memory is full. Make sure that its maxmemory-policy is noeviction'
    : `Redis throws data away when its memory is full (maxmemory-policy ${policy}). Set it to noeviction`
}
