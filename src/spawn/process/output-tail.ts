import { open } from 'node:fs/promises'
import { cleanOutput } from '../clean-output.ts'
import { codeOf } from '../fault.ts'

const MAX_LINES = 40
const MAX_BYTES = 8 * 1024
/** Read beyond that, so that a secret cut by the beginning of what is read is never shown. */
const MARGIN_BYTES = 512

async function readEnd(path: string): Promise<{ text: string; isWhole: boolean }> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const start = Math.max(0, size - MAX_BYTES - MARGIN_BYTES)
    const buffer = Buffer.alloc(size - start)
    const { bytesRead } = await file.read(buffer, 0, buffer.length, start)
    return { text: buffer.toString('utf8', 0, bytesRead), isWhole: start === 0 }
  } finally {
    await file.close()
  }
}

/** Without the line that was cut, or without the margin of a single endless line. */
function withoutCutLine(text: string): string {
  const lineEnd = text.indexOf('\n')
  return lineEnd === -1 ? text.slice(MARGIN_BYTES) : text.slice(lineEnd + 1)
}

/**
 * The last lines of a server's output, at most 40 and 8 KiB.
 * @param secret removed when it occurs
 * @returns empty when there is no file
 */
export async function outputTail(path: string, secret?: string): Promise<string> {
  let end: { text: string; isWhole: boolean }
  try {
    end = await readEnd(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return ''
    throw error
  }
  const clean = cleanOutput(end.text, secret)
  const text = (end.isWhole ? clean : withoutCutLine(clean)).trimEnd()
  return text.split('\n').slice(-MAX_LINES).join('\n').slice(-MAX_BYTES)
}
