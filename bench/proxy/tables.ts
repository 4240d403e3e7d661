import { markdownTable, median, whole } from '../figures.ts'
import type { Cell } from './cells.ts'
import type { Results } from './figures.ts'
import type { SubjectKey } from './subject.ts'
import { TITLES } from './subject.ts'

const NONE = '–'

const digits = (value: number): string => {
  if (Math.abs(value) < 1) return value.toFixed(3)
  return Math.abs(value) < 10 ? value.toFixed(2) : whole(value)
}

const ratio = (value: number | undefined, to: number | undefined): string =>
  value === undefined || to === undefined ? NONE : `${(value / to).toFixed(2)}×`

const COLUMNS = [
  ...['what', 'through', 'per second', 'to CHP', 'to nginx'],
  ...['p50 ms', 'p99 ms', 'CPU s / 1,000', 'CPU to CHP', 'CPU to nginx', 'cores'],
]

function rowOf(cell: Cell, subject: SubjectKey, results: Results): string[] {
  const own = results.of(cell.key, subject)
  const chp = results.of(cell.key, 'chp')
  const nginx = results.of(cell.key, 'nginx')
  const title = [cell.title, TITLES[subject]]
  if (own === undefined) return [...title, ...COLUMNS.slice(2).map(() => NONE)]
  const unit = cell.unit === 'MB' ? ' MB' : ''
  const rates = [
    `${whole(own.rate)}${unit}`,
    ratio(own.rate, chp?.rate),
    ratio(own.rate, nginx?.rate),
  ]
  const costs =
    subject === 'direct'
      ? [NONE, NONE, NONE, NONE]
      : [
          digits(own.cpu),
          ratio(own.cpu, chp?.cpu),
          ratio(own.cpu, nginx?.cpu),
          own.cores.toFixed(2),
        ]
  return [...title, ...rates, digits(own.p50), digits(own.p99), ...costs]
}

/** A table of cells, empty when there are none. */
export function cellsTable(
  cells: readonly Cell[],
  subjects: readonly SubjectKey[],
  results: Results,
): string {
  const rows = cells.flatMap((cell) => subjects.map((subject) => rowOf(cell, subject, results)))
  return rows.length === 0 ? '' : markdownTable(COLUMNS, rows)
}

export function memoryTable(subjects: readonly SubjectKey[], results: Results): string {
  const of = (values: readonly number[]): string =>
    values.length === 0 ? NONE : digits(median(values))
  const rows = subjects
    .filter((subject) => subject !== 'direct')
    .map((subject) => {
      const { idle, after, perSocket } = results.memoryOf(subject)
      return [TITLES[subject], of(idle), of(after), of(perSocket)]
    })
  return markdownTable(['through', 'idle MiB', 'after all cells MiB', 'KiB a WebSocket'], rows)
}
