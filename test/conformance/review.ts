import type { Difference } from './differences.ts'
import type { Json } from './notation.ts'

/** A value, or what the text must be like. */
export type Expected = Json | RegExp
type Both = readonly [jupyterhub: Expected, hubgate: Expected]

/** A difference that somebody looked at and wants, with what each of the two answers. */
export interface Reviewed {
  /** Why hubgate differs. */
  why: string
  /** Names of cases, or what they are like: `groups: root POST /groups/x`. */
  cases: readonly (string | RegExp)[]
  /** What both answer; left out where the reason holds whatever the status. */
  status?: number | readonly [jupyterhub: number, hubgate: number]
  /** Place → what the two have there. `*` in a place stands for one part, `**` for any number. */
  differs?: Readonly<Record<string, Both>>
}

/** One case as it was run. */
export interface Outcome {
  name: string
  status: { jupyterhub: number; hubgate: number }
  differences: readonly Difference[]
}

const isLike = (value: Json, expected: Expected): boolean =>
  expected instanceof RegExp
    ? expected.test(typeof value === 'string' ? value : JSON.stringify(value))
    : JSON.stringify(value) === JSON.stringify(expected)

function patternOf(place: string): RegExp {
  const parts = place.split('.').map((part) => {
    if (part === '**') return '.*'
    return part === '*' ? '[^.]*' : part.replace(/[$()+?[\\\]^{|}]/g, '\\$&')
  })
  return new RegExp(`^${parts.join('\\.')}$`)
}

interface Place {
  place: string
  pattern: RegExp
  both: Both
}

/** The places that an entry speaks of, the status among them when it differs. */
function placesOf(entry: Reviewed): Place[] {
  const { status } = entry
  const statuses: Record<string, Both> = Array.isArray(status)
    ? { status: [status[0] as number, status[1] as number] }
    : {}
  return Object.entries({ ...statuses, ...entry.differs }).map(([place, both]) => ({
    place,
    pattern: patternOf(place),
    both,
  }))
}

function hasStatus({ status }: Reviewed, outcome: Outcome): boolean {
  if (status === undefined) return true
  const [theirs, ours] = typeof status === 'number' ? [status, status] : status
  return outcome.status.jupyterhub === theirs && outcome.status.hubgate === ours
}

const namesCase = (wanted: string | RegExp, name: string): boolean =>
  typeof wanted === 'string' ? wanted === name : wanted.test(name)

/** Holds the reviewed list against what was found. */
export class Review {
  readonly #entries: readonly { entry: Reviewed; places: readonly Place[] }[]
  /** Which case patterns and places of an entry were met. */
  readonly #met = new Map<Reviewed, Set<string>>()

  constructor(entries: readonly Reviewed[]) {
    this.#entries = entries.map((entry) => ({ entry, places: placesOf(entry) }))
  }

  /** @returns the differences that no entry accounts for */
  unlisted(outcome: Outcome): Difference[] {
    return outcome.differences.filter((difference) => !this.#isListed(outcome, difference))
  }

  #isListed(outcome: Outcome, difference: Difference): boolean {
    let listed = false
    for (const { entry, places } of this.#entries) {
      const named = entry.cases.filter((wanted) => namesCase(wanted, outcome.name))
      if (named.length === 0 || !hasStatus(entry, outcome)) continue
      const place = places.find((one) => accounts(one, difference))
      if (place === undefined) continue
      listed = true
      this.#note(entry, ...named.map((wanted) => `case ${String(wanted)}`), `at ${place.place}`)
    }
    return listed
  }

  #note(entry: Reviewed, ...what: readonly string[]): void {
    const met = this.#met.get(entry) ?? new Set()
    for (const one of what) met.add(one)
    this.#met.set(entry, met)
  }

  /**
   * What the list names and was not found.
   * @param isRun whether a case of this name could have been among those that were run
   */
  stale(isRun: (wanted: string | RegExp) => boolean): string[] {
    return this.#entries.flatMap(({ entry, places }) => {
      const met = this.#met.get(entry) ?? new Set()
      const cases = entry.cases.filter(isRun)
      if (cases.length === 0) return []
      const missing = [
        ...cases.map((wanted) => `case ${String(wanted)}`),
        ...(met.size === 0 ? [] : places.map(({ place }) => `at ${place}`)),
      ].filter((one) => !met.has(one))
      return missing.map((one) => `${entry.why}\n    ${one}`)
    })
  }
}

const accounts = ({ pattern, both }: Place, difference: Difference): boolean =>
  pattern.test(difference.at) &&
  isLike(difference.jupyterhub, both[0]) &&
  isLike(difference.hubgate, both[1])
