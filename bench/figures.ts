import { availableParallelism, cpus } from 'node:os'

/** How often each thing is measured; the median counts. */
export const ROUNDS = 3

/** @param values at least one, in any order */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  if (sorted.length % 2 === 1) return sorted[middle]!
  return (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** A number as people read it: `12,345`. */
export const whole = (value: number): string => Math.round(value).toLocaleString('en')

/** Prints a table whose first row names its columns. The first column holds words, the others figures. */
export function printTable(title: string, rows: readonly (readonly string[])[]): void {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  console.log(`\n${title}\n`)
  for (const row of rows) {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!),
    )
    console.log(`  ${cells.join('  ')}`)
  }
}

/** When and on what the figures come about: without it they say nothing. */
export function printMachine(): void {
  const date = new Date().toISOString().slice(0, 10)
  const model = cpus()[0]?.model.trim() ?? 'unknown processor'
  console.log(`${date}, Node ${process.versions.node}, ${availableParallelism()} cores (${model})`)
}
