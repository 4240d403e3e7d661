import type { FSWatcher } from 'node:fs'
import { readFileSync, realpathSync, statSync, watch } from 'node:fs'
import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { sha256 } from '../base/hash.ts'
import { filesNamedIn } from './interpolate.ts'

export interface WatchOptions {
  /** Milliseconds that the content must stay the same before it counts. */
  debounceMs?: number
  /** Milliseconds between looks that do not depend on the system's notices. */
  pollMs?: number
}

/**
 * Notices when the content of a config file, or of a file that it names with `${file:PATH}`, has
 * changed: by a write, by a rename over it, or by a swapped symbolic link on the way to it, as
 * Kubernetes does. Call it before loading, so that no change falls in between.
 * @param file absolute path; need not exist
 * @param onChange called once for each change that has settled; must not throw
 */
export function watchConfig(
  file: string,
  onChange: () => void,
  options: WatchOptions = {},
): { close(): void } {
  return new ConfigWatcher(file, onChange, options)
}

interface Folder {
  readonly watcher: FSWatcher
  /** Device and inode, to tell when another folder has taken its place. */
  readonly identity: string
}

class ConfigWatcher {
  readonly #file: string
  readonly #onChange: () => void
  readonly #debounceMs: number
  readonly #poll: NodeJS.Timeout
  readonly #folders = new Map<string, Folder>()
  #settling: NodeJS.Timeout | undefined
  #closed = false
  /** The content that the outside knows of, and one that may still be half written. */
  #reported: string
  #candidate: string | undefined
  /** What the system says about the files, cheap to ask for. */
  #signature: string | undefined

  constructor(file: string, onChange: () => void, options: WatchOptions) {
    this.#file = file
    this.#onChange = onChange
    this.#debounceMs = options.debounceMs ?? 100
    this.#reported = this.#look()
    this.#poll = setInterval(() => void this.#pollOnce(), options.pollMs ?? 2000).unref()
  }

  close(): void {
    this.#closed = true
    clearInterval(this.#poll)
    clearTimeout(this.#settling)
    for (const { watcher } of this.#folders.values()) watcher.close()
    this.#folders.clear()
  }

  /** Settled is what two looks in a row find the same. */
  #check(): void {
    this.#settling = undefined
    const content = this.#look()
    if (content === this.#reported) {
      this.#candidate = undefined
    } else if (content === this.#candidate) {
      this.#candidate = undefined
      this.#reported = content
      this.#onChange()
    } else {
      this.#candidate = content
      this.#checkSoon()
    }
  }

  #checkSoon(): void {
    if (this.#closed || this.#settling !== undefined) return
    this.#settling = setTimeout(() => this.#check(), this.#debounceMs).unref()
  }

  async #pollOnce(): Promise<void> {
    const files = this.#files(contentOf(this.#file))
    const signature = (await Promise.all(files.map(signatureOf))).join('\n')
    if (signature === this.#signature) return
    this.#signature = signature
    this.#checkSoon()
  }

  /** @returns a digest of all content, and watches the folders that it comes from */
  #look(): string {
    const text = contentOf(this.#file)
    const files = this.#files(text)
    this.#watchFolders(files)
    return sha256(JSON.stringify([text, ...files.slice(1).map((path) => [path, contentOf(path)])]))
  }

  #files(text: string | null): string[] {
    return [this.#file, ...filesNamedIn(text ?? '', this.#file)]
  }

  #watchFolders(files: readonly string[]): void {
    const wanted = new Set(files.flatMap(foldersOf))
    for (const [path, { watcher, identity }] of this.#folders) {
      if (wanted.has(path) && identityOf(path) === identity) continue
      watcher.close()
      this.#folders.delete(path)
    }
    for (const path of wanted) if (!this.#folders.has(path)) this.#watchFolder(path)
  }

  /** A folder that cannot be watched (missing, too many watches) is left to the poll. */
  #watchFolder(path: string): void {
    const identity = identityOf(path)
    if (identity === null) return
    try {
      const watcher = watch(path, { persistent: false }, () => this.#checkSoon())
      watcher.on('error', () => watcher.close())
      this.#folders.set(path, { watcher, identity })
    } catch {
      this.#folders.delete(path)
    }
  }
}

/** The content as it is now; null when there is none to read. */
function contentOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

async function signatureOf(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true })
    return [path, dev, ino, size, mtimeNs, ctimeNs].join(' ')
  } catch {
    return path
  }
}

/** Where a file's name is, and where the file itself is when the name is a link. */
function foldersOf(path: string): string[] {
  try {
    return [dirname(path), dirname(realpathSync(path))]
  } catch {
    return [dirname(path)]
  }
}

function identityOf(folder: string): string | null {
  try {
    const { dev, ino } = statSync(folder)
    return `${dev} ${ino}`
  } catch {
    return null
  }
}
