import { stripVTControlCharacters } from 'node:util'

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
