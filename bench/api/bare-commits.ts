import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/**
 * How often per second SQLite brings one small row to the disk, one after the other, as JupyterHub's
 * and hubgate's settings ask for it: what a single caller that waits for each answer cannot exceed.
 */
export function bareCommits(dir: string, forMs: number): number {
  const db = new DatabaseSync(join(dir, 'bare.sqlite'))
  try {
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE row (text TEXT)')
    const insert = db.prepare('INSERT INTO row (text) VALUES (?)')
    const begin = performance.now()
    let done = 0
    for (; performance.now() - begin < forMs; done++) insert.run('x'.repeat(150))
    return (done * 1_000) / (performance.now() - begin)
  } finally {
    db.close()
  }
}
