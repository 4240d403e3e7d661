import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A temporary directory that is there as long as what it is made for. */
export async function scratchDir(cleanup: AsyncDisposableStack): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'hubgate-bench-'))
  cleanup.defer(() => rm(dir, { recursive: true, force: true, maxRetries: 5 }))
  return dir
}
