type Named = readonly [pattern: RegExp, name: string]

/** Each claims to be those below it. */
const BROWSERS: readonly Named[] = [
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Chrome|CriOS|Chromium)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
]

const SYSTEMS: readonly Named[] = [
  [/\bWindows\b/, 'Windows'],
  [/\bAndroid\b/, 'Android'],
  [/\b(?:iPhone|iPad|iPod)\b/, 'iOS'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
]

const nameIn = (list: readonly Named[], agent: string): string | undefined =>
  list.find(([pattern]) => pattern.test(agent))?.[1]

/**
 * A browser in a few words, `Firefox on Linux`, for a person who knows where they signed in: a program
 * may call itself anything. Not yet escaped.
 * @param agent the `User-Agent` header, null when there was none
 */
export function agentText(agent: string | null): string {
  if (agent === null) return 'Unknown browser'
  const program = nameIn(BROWSERS, agent) ?? /^[^\s/(]{1,40}/.exec(agent)?.[0] ?? 'Unknown browser'
  const system = nameIn(SYSTEMS, agent)
  return system === undefined ? program : `${program} on ${system}`
}
