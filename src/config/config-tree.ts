import type { Json } from '../model/json.ts'
import type { ConfigFault } from './faults.ts'
import { COMMAND_LINE } from './faults.ts'
import type { ConfigPath } from './path.ts'
import { isSecretPath, pathId, printPath } from './path.ts'

/** A place in the file; both count from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** A fault that has not been given its place yet. */
export interface Finding {
  readonly path: ConfigPath
  readonly message: string
  /** Whether the key or the value is at fault; the value when left out. */
  readonly at?: 'key' | 'value'
  /** The last key may be a secret in the wrong place. */
  readonly hideKey?: boolean
}

/** The content of a config file, references replaced, with the place of everything in it. */
export class ConfigTree {
  readonly file: string
  /** Objects in it have no prototype. */
  root: Json = {}
  /** Found while reading: syntax, references, doubled keys. */
  readonly faults: ConfigFault[] = []
  /** The line from which on a syntax error makes the content doubtful. */
  doubtfulFrom = Number.POSITIVE_INFINITY
  readonly #keys = new Map<string, Position>()
  readonly #values = new Map<string, Position>()
  readonly #keySources = new Map<string, string>()
  readonly #references = new Map<string, { whole: boolean }>()
  readonly #unresolved = new Set<string>()
  readonly #overridden = new Set<string>()

  constructor(file: string) {
    this.file = file
  }

  /**
   * Notes where a key is; of doubled keys the first counts.
   * @param source the key as written, when it was made from references
   */
  noteKey(path: ConfigPath, position: Position, source?: string): void {
    if (!this.#keys.has(pathId(path))) this.#keys.set(pathId(path), position)
    if (source !== undefined) this.#keySources.set(pathId(path), source)
  }

  noteValue(path: ConfigPath, position: Position): void {
    this.#values.set(pathId(path), position)
  }

  /** @param whole the value is one reference and nothing else */
  noteReference(path: ConfigPath, whole: boolean): void {
    this.#references.set(pathId(path), { whole })
  }

  /** The value could not be made from its references: whatever else is said about it is noise. */
  noteUnresolved(path: ConfigPath): void {
    this.#unresolved.add(pathId(path))
  }

  isUnresolved(path: ConfigPath): boolean {
    return this.#unresolved.has(pathId(path))
  }

  /** Whether anything in the value comes from outside the file. */
  isReference(path: ConfigPath): boolean {
    return this.#references.has(pathId(path))
  }

  isWholeReference(path: ConfigPath): boolean {
    return this.#references.get(pathId(path))?.whole === true
  }

  /** Whether a message may show the value: it is neither a secret nor made from references. */
  isShowable(path: ConfigPath): boolean {
    return !isSecretPath(path) && !this.isReference(path)
  }

  /** The value at a path; undefined when there is none. */
  get(path: ConfigPath): Json | undefined {
    let value: Json | undefined = this.root
    for (const key of path) value = member(value, key)
    return value
  }

  /** Replaces a value whose parent exists. */
  set(path: ConfigPath, value: Json): void {
    const parent = this.get(path.slice(0, -1))
    const key = path.at(-1)
    if (key === undefined || typeof parent !== 'object' || parent === null) return
    Reflect.set(parent, key, value)
  }

  /**
   * Puts a value from the command line in the place of the file's. Does nothing where the file has
   * something else than a mapping around it, which is a fault of its own.
   */
  override(path: ConfigPath, value: Json): void {
    for (let length = 1; length < path.length; length++) {
      const around = path.slice(0, length)
      if (this.get(around) === undefined) this.set(around, Object.create(null))
    }
    this.set(path, value)
    this.#references.delete(pathId(path))
    this.#unresolved.delete(pathId(path))
    this.#overridden.add(pathId(path))
  }

  /** Where the key or value at a path is, or what is nearest around it. */
  positionOf(path: ConfigPath, at: 'key' | 'value' = 'value'): Position | null {
    const id = pathId(path)
    const [first, second] = at === 'key' ? [this.#keys, this.#values] : [this.#values, this.#keys]
    const position = first.get(id) ?? second.get(id)
    if (position !== undefined) return position
    return path.length === 0 ? null : this.positionOf(path.slice(0, -1), 'key')
  }

  /** A fault as the user reads it. */
  locate(finding: Finding): ConfigFault {
    const { path, message } = finding
    const shown = finding.hideKey === true ? [...path.slice(0, -1), '*'] : path
    const printed = printPath(shown, (key) => this.#keySources.get(pathId(key)))
    if (this.#overridden.has(pathId(path))) {
      return { file: COMMAND_LINE, line: null, column: null, path: printed, message }
    }
    const position = this.positionOf(path, finding.at)
    const { line, column } = position ?? { line: null, column: null }
    return { file: this.file, line, column, path: printed, message }
  }
}

function member(value: Json | undefined, key: string | number): Json | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (Array.isArray(value)) return typeof key === 'number' ? value[key] : undefined
  return value[key]
}
