import { join } from 'node:path'
import type { LoadProcess } from '../load-process.ts'
import { startLoadProcess } from '../load-process.ts'
import type { LoadOrder, LoadResult } from './load.ts'

export type Load = LoadProcess<LoadOrder, LoadResult>

export const startLoad = (cleanup: AsyncDisposableStack): Load =>
  startLoadProcess(join(import.meta.dirname, 'load.ts'), cleanup)
