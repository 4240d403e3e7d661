/** Small questions about the nodes that the YAML parser returns. */
import type { ParsedNode } from 'yaml'
import { isMap, isPair, isScalar, isSeq, parseDocument } from 'yaml'

/** A YAML node, or what stands where there is none. */
export type Node = ParsedNode | null

/** Where a node begins: characters from the start of the text. */
export function startOf(node: Node): number | undefined {
  return node?.range[0]
}

/** The outermost key in whose value an offset is; null when there is none. */
export function outermostKey(contents: Node, offset: number): Node {
  let found: Node = null
  for (const { key } of isMap(contents) ? contents.items : []) {
    const start = startOf(key as Node)
    if (start !== undefined && start <= offset) found = key as Node
  }
  return found
}

function childrenOf(node: Node): Node[] {
  if (!isMap(node) && !isSeq(node)) return []
  const items = node.items as unknown[]
  return items.flatMap((item) =>
    isPair(item) ? [item.key as Node, item.value as Node] : [item as Node],
  )
}

/** The innermost node that has not ended before an offset: what a quote or bracket left open. */
export function openAt(contents: Node, offset: number): Node {
  let found: Node = null
  let next: Node = contents
  while (next !== null) {
    found = next
    next = childrenOf(next).findLast((child) => child !== null && child.range[1] >= offset) ?? null
  }
  return found
}

/** What a text means in YAML when it stands there without quotes: `8000` is a number. */
export function plainScalar(text: string): unknown {
  const { contents } = parseDocument(text, { prettyErrors: false, logLevel: 'silent' })
  return isScalar(contents) ? contents.value : undefined
}
