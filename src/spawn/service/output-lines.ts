import type { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import { cleanOutput } from '../clean-output.ts'

/** What is kept of one line, in characters. */
const MAX_LINE = 4096

/**
 * Hands on what a process prints, line by line, without terminal codes, control characters, the
 * secret, and whatever looks like a token. Of a line that does not end, its beginning; the rest of it
 * is left out, so that a process can neither fill the memory nor have a secret cut in two.
 * @param secret taken out wherever it occurs; empty for none
 */
export function eachLine(output: Readable, secret: string, take: (line: string) => void): void {
  const decoder = new StringDecoder('utf8')
  let line = ''
  let cut = false
  const end = (): void => {
    const text = cleanOutput(line, secret).trimEnd()
    const shown = text.length > MAX_LINE || cut ? `${text.slice(0, MAX_LINE)}…` : text
    if (shown !== '') take(shown)
    line = ''
    cut = false
  }
  const add = (text: string): void => {
    // Room for a secret that begins just before the end of what is kept.
    const room = MAX_LINE + secret.length - line.length
    if (text.length > room) cut = true
    if (room > 0) line += text.slice(0, room)
  }
  output.on('data', (chunk: Buffer) => {
    const parts = decoder.write(chunk).split('\n')
    parts.forEach((part, index) => {
      if (index > 0) end()
      add(part)
    })
  })
  output.once('end', () => {
    add(decoder.end())
    end()
  })
  output.on('error', () => undefined)
}
