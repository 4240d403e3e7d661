import { markdownTable, median } from '../figures.ts'
import type { Cell } from './cells.ts'
import type { Medians, Results } from './figures.ts'
import type { SubjectKey } from './subject.ts'
import { TITLES } from './subject.ts'

/** What is to be reached: by how much hubgate's figure is another's. */
interface Mark {
  what: string
  figure: (subject: SubjectKey) => number | undefined
  other: SubjectKey
  /** Of the other's, at least or at most. */
  bound: number
  isLeast: boolean
}

const OURS: readonly SubjectKey[] = ['token', 'cookie', 'token-2', 'cookie-2']

function marksOf(results: Results, cells: readonly Cell[]): Mark[] {
  const of =
    (cell: string, field: keyof Medians) =>
    (subject: SubjectKey): number | undefined =>
      results.of(cell, subject)?.[field]
  const rate = (cell: string, other: SubjectKey, bound: number, what: string): Mark => {
    return { what, figure: of(cell, 'rate'), other, bound, isLeast: true }
  }
  const titled = (group: Cell['group']) => cells.filter((cell) => cell.group === group)
  const perSocket = (subject: SubjectKey): number | undefined => {
    const { perSocket: values } = results.memoryOf(subject)
    return values.length === 0 ? undefined : median(values)
  }
  return [
    rate('small-32', 'chp', 2.5, 'small, 32 connections: requests/s'),
    {
      what: 'small, 32 connections: p99',
      figure: of('small-32', 'p99'),
      other: 'chp',
      bound: 1,
      isLeast: false,
    },
    rate('small-32', 'nginx', 0.5, 'small, 32 connections: requests/s'),
    ...titled('large').map(({ key, title }) => rate(key, 'nginx', 0.8, `${title}: MB/s`)),
    ...titled('sockets').map(({ key, title }) => rate(key, 'chp', 1, `${title}: messages/s`)),
    {
      what: 'memory of an idle WebSocket',
      figure: perSocket,
      other: 'chp',
      bound: 1,
      isLeast: false,
    },
  ]
}

interface Verdict {
  text: string
  isReached: boolean
}

function verdictOf(mark: Mark, subject: SubjectKey): Verdict | undefined {
  const { figure, other, bound, isLeast } = mark
  const [own, theirs] = [figure(subject), figure(other)]
  if (own === undefined || theirs === undefined) return undefined
  const is = own / theirs
  const isReached = isLeast ? is >= bound : is <= bound
  return { text: `${is.toFixed(2)}× ${isReached ? 'reached' : 'NOT REACHED'}`, isReached }
}

/**
 * Says for each mark whether hubgate reached it, empty when nothing was measured that has one.
 * @param subjects those that were measured
 */
export function marksText(
  results: Results,
  cells: readonly Cell[],
  subjects: readonly SubjectKey[],
): string {
  const ours = OURS.filter((subject) => subjects.includes(subject))
  const judged = marksOf(results, cells).flatMap((mark) => {
    const verdicts = ours.map((subject) => verdictOf(mark, subject))
    return verdicts.every((verdict) => verdict === undefined) ? [] : [{ mark, verdicts }]
  })
  if (judged.length === 0) return ''
  const rows = judged.map(({ mark: { what, other, bound, isLeast }, verdicts }) => [
    what,
    `${isLeast ? '≥' : '≤'} ${bound}× ${TITLES[other]}`,
    ...verdicts.map((verdict) => verdict?.text ?? '–'),
  ])
  const table = markdownTable(['mark', 'wanted', ...ours.map((key) => TITLES[key])], rows)
  const counts = ours.map((subject, i) => {
    const reached = judged.filter(({ verdicts }) => verdicts[i]?.isReached === true)
    return `${TITLES[subject]}: ${reached.length} of ${judged.length}`
  })
  return `${table}\n\nReached by ${counts.join('; ')}.`
}
