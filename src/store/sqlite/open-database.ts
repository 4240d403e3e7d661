import { accessSync, chmodSync, closeSync, constants, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StoreOpenError } from '../open-error.ts'
import { isLocked, resultCode, whenUnlocked } from './connection.ts'
import { hasSchema, makeSchema } from './schema.ts'

/** How long one statement blocks on another process's lock (milliseconds) before Connection waits without blocking. */
const BUSY_TIMEOUT_MS = 50

/** SQLite's result codes for a file that is no database, or a damaged one. */
const DAMAGED: ReadonlySet<number | undefined> = new Set([11, 26])

const CHOOSE = 'Choose another place for it (store: sqlite:PATH).'

/** Memory for pages of the database, in KiB; those of 10,000 users are some megabytes. */
const CACHE_KIB = 32_768

const SETTINGS = `
  PRAGMA trusted_schema = OFF;
  PRAGMA cache_size = -${CACHE_KIB};
  PRAGMA journal_size_limit = 67108864;
`

/**
 * Opens a database file that only this user can read, making it (0600), its directories (0700) and
 * its tables when they are not there.
 * @param path absolute
 * @throws StoreOpenError naming the file and what to do
 */
export async function openDatabase(path: string): Promise<DatabaseSync> {
  try {
    prepareFile(path)
    return await whenUnlocked(() => openOnce(path))
  } catch (error) {
    throw explainOpenError(error, path)
  }
}

function prepareFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  createFile(path)
  if (!statSync(path).isFile()) throw new StoreOpenError(`${path} is not a file. ${CHOOSE}`)
  accessSync(path, constants.R_OK | constants.W_OK)
  accessSync(dirname(path), constants.W_OK | constants.X_OK)
}

/** Never opens a file that exists: closing it would drop the locks of this process's other connections. */
function createFile(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
}

function openOnce(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS })
  try {
    hasSchema(db, path)
    restrict(path)
    useWal(db, path)
    db.exec(SETTINGS)
    makeSchema(db, path)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** SQLite gives its -wal and -shm files the mode of the database, but those may be there already. */
function restrict(path: string): void {
  for (const file of [path, `${path}-wal`, `${path}-shm`]) {
    const mode = statSync(file, { throwIfNoEntry: false })?.mode ?? 0
    if ((mode & 0o077) !== 0) chmodSync(file, 0o600)
  }
}

function useWal(db: DatabaseSync, path: string): void {
  const mode = db.prepare('PRAGMA journal_mode = WAL').get()?.['journal_mode']
  if (mode === 'wal') return
  throw new StoreOpenError(
    `${path} is on a file system that SQLite cannot share between processes. ` +
      `Put it on a local disk (store: sqlite:PATH).`,
  )
}

/** What whoever runs hubgate reads when the database at the path cannot be used. */
export function explainOpenError(error: unknown, path: string): Error {
  if (error instanceof StoreOpenError) return error
  const reason = error instanceof Error ? error.message : String(error)
  return new StoreOpenError(`Cannot open the database ${path}: ${reason}. ${advice(error)}`, {
    cause: error,
  })
}

function advice(error: unknown): string {
  if (DAMAGED.has(resultCode(error))) {
    return 'Restore it from a backup, or move it away with its -wal and -shm files to start empty.'
  }
  if (isLocked(error)) return 'Another program keeps it locked: end that program first.'
  return `Make sure that the user who runs hubgate can write the file and its directory. ${CHOOSE}`
}
