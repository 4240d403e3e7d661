import { COMMON_HEADERS } from './common-headers.ts'

/** What is written for an answer of a type, name and value in turn. */
const fixed = new Map<string | null, readonly string[]>()

function fixedHeaders(type: string | null): readonly string[] {
  const known = fixed.get(type)
  if (known !== undefined) return known
  const all = [...(type === null ? [] : [['Content-Type', type]]), ...COMMON_HEADERS].flat()
  fixed.set(type, all)
  return all
}

/**
 * What endpoints answer whose whole body is at hand. Node makes a stream of each body that a
 * `Response` is given, which costs more than most answers do: here the body is `content` instead,
 * and the edge writes it as it is.
 */
export class TextAnswer extends Response {
  readonly content: string
  readonly #type: string | null

  /** @param type of the content; null when there is none */
  constructor(content: string, status: number, type: string | null) {
    super(null, status === 200 ? undefined : { status })
    this.content = content
    this.#type = type
  }

  /** All headers with the common ones, name and value in turn, as they are written. */
  get rawHeaders(): readonly string[] {
    const own = [...this.headers]
    const rest = fixedHeaders(this.#type)
    return own.length === 0 ? rest : [...own.flat(), ...rest]
  }

  /** The same for those who read bodies. */
  whole(): Response {
    const headers = new Headers()
    const raw = this.rawHeaders
    for (let i = 0; i < raw.length; i += 2) headers.append(raw[i] ?? '', raw[i + 1] ?? '')
    return new Response(this.status === 204 ? null : this.content, { status: this.status, headers })
  }
}
