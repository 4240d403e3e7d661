import { loadavg } from 'node:os'
import { machineText, whole } from '../figures.ts'
import type { Cell } from './cells.ts'
import { MANY, ROUTES_CELL } from './cells.ts'
import { chpVersion } from './chp.ts'
import type { Results } from './figures.ts'
import { marksText } from './marks.ts'
import { IDLE_SOCKETS } from './measure.ts'
import { nginxVersion } from './nginx.ts'
import type { SubjectKey } from './subject.ts'
import { WITH_ROUTES } from './subjects.ts'
import { cellsTable, memoryTable } from './tables.ts'

/** What a report is about. */
export interface Reported {
  results: Results
  cells: readonly Cell[]
  keys: readonly SubjectKey[]
  rounds: number
  /** Whether memory and many routes were looked at. */
  memory: boolean
  routes: boolean
  /** {@link loadBefore} when nothing was started yet. */
  load: string
}

/** How many processes wanted a core in the last minute: other work makes rates and delays worse. */
export const loadBefore = (): string => loadavg()[0]!.toFixed(1)

/** All tables, as they are in docs/performance.md. */
export async function reportText(reported: Reported): Promise<string> {
  const { results, cells, keys, rounds, memory, routes, load } = reported
  const of = (group: Cell['group']): string =>
    cellsTable(
      cells.filter((cell) => cell.group === group),
      keys,
      results,
    )
  const routed = keys.filter((key) => WITH_ROUTES.includes(key))
  const sections: [title: string, table: string][] = [
    ['Small answers', of('small')],
    ['Large bodies', of('large')],
    ['WebSockets, four messages under way on each', of('sockets')],
    [`${whole(MANY)} routes`, routes ? cellsTable([ROUTES_CELL], routed, results) : ''],
    [
      `Resident memory, and what each of ${whole(IDLE_SOCKETS)} idle WebSockets for each process adds`,
      memory ? memoryTable(keys, results) : '',
    ],
    ['What is to be reached', marksText(results, cells, keys)],
  ]
  const how = `${rounds === 1 ? 'One round' : `Median of ${rounds} rounds`}, CHP ${await chpVersion()} and nginx ${await nginxVersion()}.`
  const before = `The load of the machine was ${load} when it began.`
  return [
    `${machineText()}. ${how} ${before}`,
    ...sections.flatMap(([title, table]) => (table === '' ? [] : [`**${title}**`, table])),
  ].join('\n\n')
}
