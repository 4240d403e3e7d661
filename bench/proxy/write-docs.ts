import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const FILE = join(import.meta.dirname, '..', '..', 'docs', 'performance.md')
const BEGIN = '<!-- bench proxy: tables -->'
const END = '<!-- bench proxy: end -->'

/**
 * Puts a report in the place of the one before in docs/performance.md.
 * @throws Error when the file has no place for it
 */
export async function writeReport(report: string): Promise<void> {
  const text = await readFile(FILE, 'utf8')
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)]
  if (begin < 0 || end < begin) throw new Error(`${FILE} has no ${BEGIN} and ${END}`)
  const before = text.slice(0, begin + BEGIN.length)
  await writeFile(FILE, `${before}\n\n${report}\n\n${text.slice(end)}`)
}
