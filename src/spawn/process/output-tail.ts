import { open } from 'node:fs/promises'
import { stripVTControlCharacters } from 'node:util'
import { codeOf } from '../fault.ts'

const MAX_LINES = 40
const MAX_BYTES = 8 * 1024
/** Read beyond that, so that a secret cut by the beginning of what is read is never shown. */
const MARGIN_BYTES = 512

/** Everything of Unicode's category "control" but tab and newline. */
const CONTROLS = /[^\P{Cc}\t\n]/gu
const SECRET_PATTERNS: [RegExp, string][] = [
  [/\b(token=)[^\s&"'<>]+/gi, '$1[redacted]'],
  [/\b(JUPYTER_TOKEN=)\S+/g, '$1[redacted]'],
  [/\b(authorization['"]?\s*[:=]\s*['"]?(?:token|bearer|basic)\s+)[^\s'"]+/gi, '$1[redacted]'],
]

/**
 * Text of a server, fit for its owner's eyes: without terminal codes, control characters, and
 * whatever looks like a token or is the secret.
 */
export function cleanOutput(text: string, secret?: string): string {
  let clean = stripVTControlCharacters(text).replace(CONTROLS, '')
  if (secret !== undefined && secret !== '') clean = clean.replaceAll(secret, '[redacted]')
  for (const [pattern, replacement] of SECRET_PATTERNS) clean = clean.replace(pattern, replacement)
  return clean
}

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
