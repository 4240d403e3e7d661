import type { Config } from '../../config/schema.ts'
import { secretDigest } from '../../config/secrets.ts'
import type { ManagedServiceRecord } from '../../model/managed-service.ts'
import type { Service } from '../../model/service.ts'
import type { CacheReader } from '../../store/cache.ts'
import { keys } from '../keys.ts'

/**
 * The digests of the tokens that a service is known by as an OAuth client: the one that the
 * configuration gives it, or was made for the run of one with a command; those of one that was made
 * over the API.
 */
export async function serviceSecretDigests(
  read: Pick<CacheReader, 'get' | 'list'>,
  config: Config,
  { name, id, source }: Service,
): Promise<string[]> {
  if (source === 'api') {
    const places = await read.list<{ digest: string }>(keys.tokensOf('service', id))
    return places.map(({ digest }) => digest)
  }
  const configured = config.services.find((service) => service.name === name)
  if (configured?.api_token !== undefined) return [secretDigest(configured.api_token)]
  if (configured === undefined || configured.command.length === 0) return []
  const run = await read.get<ManagedServiceRecord>(keys.managedService(name))
  return run?.token == null ? [] : [run.token.digest]
}
