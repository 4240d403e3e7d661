import type { Difference } from './differences.ts'
import type { Json } from './notation.ts'
import type { Outcome } from './review.ts'

interface Tally {
  requests: number
  equal: number
  listed: number
  failed: number
}

interface Failure {
  outcome: Outcome
  unlisted: readonly Difference[]
}

const LONGEST = 600

function shown(value: Json): string {
  const text = JSON.stringify(value)
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
}

function failureText({ outcome, unlisted }: Failure): string {
  const { jupyterhub, hubgate } = outcome.status
  const places = unlisted.map(
    (one) =>
      `  ${one.at}\n    - JupyterHub ${shown(one.jupyterhub)}\n    + hubgate    ${shown(one.hubgate)}`,
  )
  return [`${outcome.name}  (${jupyterhub} | ${hubgate})`, ...places].join('\n')
}

const COLUMNS = ['resource', 'requests', 'equal', 'listed', 'failed'] as const

function row(cells: readonly (string | number)[]): string {
  const [name, ...numbers] = cells
  return `${String(name).padEnd(16)}${numbers.map((cell) => String(cell).padStart(10)).join('')}`
}

/** Collects what was found and puts it in words. */
export class Report {
  readonly #versions: string
  readonly #tallies = new Map<string, Tally>()
  readonly #failures: Failure[] = []
  readonly #faults: string[] = []

  constructor(jupyterhub: string, hubgate: string) {
    const newer =
      jupyterhub === hubgate ? '' : ` (hubgate says that it speaks the API of ${hubgate})`
    this.#versions = `JupyterHub ${jupyterhub}${newer}`
  }

  get failed(): boolean {
    return this.#failures.length + this.#faults.length > 0
  }

  add(resource: string, outcome: Outcome, unlisted: readonly Difference[]): void {
    const tally = this.#tallies.get(resource) ?? { requests: 0, equal: 0, listed: 0, failed: 0 }
    this.#tallies.set(resource, tally)
    tally.requests += 1
    if (outcome.differences.length === 0) tally.equal += 1
    else if (unlisted.length === 0) tally.listed += 1
    else {
      tally.failed += 1
      this.#failures.push({ outcome, unlisted })
    }
  }

  /** Faults that are not of one request. */
  faults(title: string, faults: readonly string[]): void {
    if (faults.length > 0) this.#faults.push(`${title}:\n  ${faults.join('\n  ')}`)
  }

  /** @param seconds how long the run took */
  text(seconds: number): string {
    const tallies = [...this.#tallies]
    const sum = (key: keyof Tally): number => tallies.reduce((all, [, one]) => all + one[key], 0)
    const rows = tallies.map(([name, one]) =>
      row([name, one.requests, one.equal, one.listed, one.failed]),
    )
    const total = row(['all', sum('requests'), sum('equal'), sum('listed'), sum('failed')])
    return [
      ...this.#failures.map(failureText),
      ...this.#faults,
      '',
      `${this.#versions} beside hubgate, ${Math.round(seconds)} s`,
      row(COLUMNS),
      ...rows,
      total,
      '',
    ].join('\n')
  }

  /** Every difference that is not listed, as JSON, for who goes through them. */
  dump(): string {
    return JSON.stringify(this.#failures, null, 1)
  }
}
