import type { Config } from '../../config/schema.ts'

/** Whether there is something to choose before a server is started. */
export function hasOptions({ spawner }: Config): boolean {
  return spawner.profiles.length > 0
}
