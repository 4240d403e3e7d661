import type { ParsedNode } from 'yaml'
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import type { Json } from '../model/json.ts'
import type { Position } from './config-tree.ts'
import { ConfigTree } from './config-tree.ts'
import type { Resolver } from './interpolate.ts'
import { interpolate, shield, unshield } from './interpolate.ts'
import type { ConfigPath } from './path.ts'
import { configSchema } from './schema.ts'
import { syntaxFault } from './syntax-faults.ts'
import type { Node } from './yaml-nodes.ts'
import { openAt, outermostKey, startOf } from './yaml-nodes.ts'

/** Aliases can make a small file huge; nobody needs as many values as this. */
const MAX_NODES = 100_000
const MAX_DEPTH = 64
/** Stands in paths for a key that could not be made from its references. */
const UNRESOLVED_KEY = '*'

/**
 * Reads the text of a config file. Never throws: what is wrong is in the tree's faults, and the rest
 * can still be checked.
 * @param resolver see interpolate.ts
 */
export function readTree(text: string, file: string, resolver: Resolver): ConfigTree {
  return new TreeReader(file, resolver).read(text)
}

class TreeReader {
  readonly #tree: ConfigTree
  readonly #resolver: Resolver
  readonly #lines = new LineCounter()
  readonly #anchors = new Map<string, ParsedNode>()
  /** Aliases that are being followed. */
  readonly #following = new Set<ParsedNode>()
  #nodes = 0

  constructor(file: string, resolver: Resolver) {
    this.#tree = new ConfigTree(file)
    this.#resolver = resolver
  }

  read(text: string): ConfigTree {
    const document = parseDocument(shield(text), {
      lineCounter: this.#lines,
      prettyErrors: false,
      stringKeys: true,
      uniqueKeys: false,
      logLevel: 'error',
    })
    const { contents, errors, warnings } = document
    for (const error of [...errors, ...warnings]) {
      const [offset] = error.pos
      const inside = error.code === 'MULTIPLE_DOCS' ? null : outermostKey(contents, offset)
      // What is never closed is missed at the end of the file; its beginning helps more.
      const atEnd = error.code === 'MISSING_CHAR' && offset >= text.trimEnd().length
      const start = atEnd ? startOf(openAt(contents, offset)) : undefined
      this.#addFault(this.#at(start ?? offset), pathOf(inside), syntaxFault(error.code))
    }
    if (errors.length > 0) {
      const first = Math.min(...errors.map((error) => error.pos[0]))
      const start = startOf(outermostKey(contents, first)) ?? first
      this.#tree.doubtfulFrom = this.#at(Math.min(start, first)).line
    }
    const root = this.#node(contents, [])
    this.#tree.root = root ?? Object.create(null)
    return this.#tree
  }

  #at(offset: number): Position {
    const { line, col } = this.#lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }

  #addFault(position: Position | null, path: ConfigPath, message: string): void {
    const located = this.#tree.locate({ path, message })
    this.#tree.faults.push(position === null ? located : { ...located, ...position })
  }

  #node(node: Node, path: ConfigPath): Json {
    if (node === null) return null
    this.#nodes++
    if (this.#nodes === MAX_NODES) {
      this.#addFault(this.#positionOf(node), [], 'too many values; aliases (*) may multiply them')
    }
    if (this.#nodes >= MAX_NODES) return null
    if (path.length > MAX_DEPTH) {
      this.#addFault(this.#positionOf(node), path.slice(0, 4), 'nested too deeply')
      return null
    }
    if (isAlias(node)) return this.#alias(node, path)
    if (node.anchor !== undefined && this.#following.size === 0)
      this.#anchors.set(node.anchor, node)
    if (isMap(node)) return this.#map(node, path)
    if (isSeq(node)) return this.#list(node, path)
    return this.#scalar(node, path)
  }

  #positionOf(node: ParsedNode): Position {
    return this.#at(node.range[0])
  }

  #alias(node: ParsedNode & { source: string }, path: ConfigPath): Json {
    const target = this.#anchors.get(node.source)
    if (target === undefined || this.#following.has(target)) {
      const why = target === undefined ? 'has no anchor (&) above it' : 'is part of itself'
      this.#addFault(this.#positionOf(node), path, `this alias ${why}`)
      this.#tree.noteUnresolved(path)
      return null
    }
    this.#following.add(target)
    const value = this.#node(target, path)
    this.#following.delete(target)
    return value
  }

  /** A list or mapping is reported at its key; without one, where it begins. */
  #noteStart(node: ParsedNode, path: ConfigPath): void {
    if (typeof path.at(-1) !== 'string') this.#tree.noteValue(path, this.#positionOf(node))
  }

  #list(node: ParsedNode & { items: unknown[] }, path: ConfigPath): Json {
    this.#noteStart(node, path)
    return node.items.map((item, index) => this.#node(item as Node, [...path, index]))
  }

  #map(node: ParsedNode & { items: { key: unknown; value: unknown }[] }, path: ConfigPath): Json {
    this.#noteStart(node, path)
    const result: Record<string, Json> = Object.create(null)
    const seen = new Map<string, Position>()
    for (const { key, value } of node.items) {
      const position = this.#at(startOf(key as Node) ?? node.range[0])
      const name = this.#key(key as Node, path, position)
      if (name === null) this.#node(value as Node, [...path, UNRESOLVED_KEY])
      else if (seen.has(name)) {
        const line = seen.get(name)?.line ?? 0
        this.#addFault(position, [...path, name], `this key is here already, on line ${line}`)
      } else {
        seen.set(name, position)
        result[name] = this.#node(value as Node, [...path, name])
      }
    }
    return result
  }

  /** @returns the key, or null when a reference in it has no value, which is a fault by then */
  #key(node: Node, path: ConfigPath, position: Position): string | null {
    const source = isScalar(node) ? unshield(String(node.value ?? '')) : ''
    const made = interpolate(source, this.#resolver)
    if (made.faults.length > 0) {
      for (const fault of made.faults) this.#addFault(position, [...path, UNRESOLVED_KEY], fault)
      return null
    }
    const own = [...path, made.text]
    this.#tree.noteKey(own, position, made.replaced ? source : undefined)
    if (made.text === '__proto__') this.#addFault(position, own, 'this key cannot be used')
    return made.text
  }

  #scalar(node: ParsedNode & { value?: unknown }, path: ConfigPath): Json {
    const { value } = node
    if (value === null || value === undefined) return null
    this.#tree.noteValue(path, this.#positionOf(node))
    if (typeof value !== 'string') {
      return typeof value === 'number' || typeof value === 'boolean' ? value : String(value)
    }
    const made = interpolate(unshield(value), this.#resolver)
    if (made.replaced) this.#tree.noteReference(path, made.whole)
    if (made.faults.length === 0) return made.text
    for (const fault of made.faults) this.#addFault(this.#positionOf(node), path, fault)
    this.#tree.noteUnresolved(path)
    return null
  }
}

/** The path of an outermost key that the schema knows; the place of others says nothing. */
function pathOf(key: Node): ConfigPath {
  const name = isScalar(key) ? String(key.value) : ''
  return name in configSchema.shape ? [name] : []
}
