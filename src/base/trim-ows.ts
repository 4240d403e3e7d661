const isSpace = (code: number): boolean => code === 0x20 || code === 0x09

/**
 * The text without spaces and tabs around it (RFC 9110 OWS). In linear time, which a pattern for the
 * end of a text is not (threats.md P47).
 */
export function trimOws(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isSpace(text.charCodeAt(start))) start += 1
  while (end > start && isSpace(text.charCodeAt(end - 1))) end -= 1
  return text.slice(start, end)
}
