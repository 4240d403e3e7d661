import type { DatabaseSync } from 'node:sqlite'
import { StoreOpenError } from '../open-error.ts'

/** The schema that this code reads and writes; kept in the file as `user_version`. */
export const SCHEMA_VERSION = 1

/** `hubg`: marks the file as ours, so that another program's database is never written to. */
const APPLICATION_ID = 0x68_75_62_67

/**
 * `entry` is the data; it has row ids so that looking for a key never reads the values on the way: one
 * long value in such a tree would make every read slow. `change` is the log by which other processes learn of commits: its sequence
 * has no holes, and is also the version of what the commit wrote. `counter` keeps both numbers that
 * must never repeat, whatever is deleted. Times are REAL because JavaScript's are.
 */
const SCHEMA = `
  CREATE TABLE entry (
    key BLOB PRIMARY KEY,
    value TEXT NOT NULL,
    version INTEGER NOT NULL,
    expires_at REAL
  ) STRICT;
  CREATE INDEX entry_by_expiry ON entry (expires_at) WHERE expires_at IS NOT NULL;
  CREATE TABLE change (
    sequence INTEGER PRIMARY KEY,
    keys TEXT NOT NULL
  ) STRICT;
  CREATE TABLE lease (
    name BLOB PRIMARY KEY,
    holder TEXT NOT NULL,
    fence INTEGER NOT NULL,
    expires_at REAL NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE counter (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  INSERT INTO counter (name, value) VALUES ('sequence', 0), ('fence', 0);
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${SCHEMA_VERSION};
`

/**
 * Looks, and changes nothing.
 * @param path for the messages
 * @returns whether the tables are there; false for an empty database
 * @throws StoreOpenError when the database is newer than this code, or another program's
 */
export function hasSchema(db: DatabaseSync, path: string): boolean {
  const version = numberOf(db, 'PRAGMA user_version')
  const application = numberOf(db, 'PRAGMA application_id')
  if (application === APPLICATION_ID) {
    refuseOtherVersion(version, path)
    return true
  }
  if (application !== 0 || numberOf(db, 'SELECT count(*) FROM sqlite_schema') > 0) {
    throw new StoreOpenError(
      `${path} is a database of another program. Give hubgate a file of its own (store: sqlite:PATH).`,
    )
  }
  return false
}

/** Makes the tables unless another process did. */
export function makeSchema(db: DatabaseSync, path: string): void {
  db.exec('BEGIN IMMEDIATE')
  if (!hasSchema(db, path)) db.exec(SCHEMA)
  assertWritable(db)
  db.exec('COMMIT')
}

/** SQLite opens a file that it may only read without a word, and complains at the first write. */
function assertWritable(db: DatabaseSync): void {
  db.exec('UPDATE counter SET value = value WHERE FALSE')
}

function refuseOtherVersion(version: number, path: string): void {
  if (version === SCHEMA_VERSION) return
  throw new StoreOpenError(
    `${path} was written by another version of hubgate (schema ${version}; this one knows ` +
      `${SCHEMA_VERSION}). Run the hubgate that wrote it, or a newer one.`,
  )
}

function numberOf(db: DatabaseSync, query: string): number {
  return Number(Object.values(db.prepare(query).get() ?? {})[0])
}
