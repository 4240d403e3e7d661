/** Names of headers that browsers, clients of Jupyter and its servers send with most messages. */
const USUAL = [
  ...['accept', 'accept-encoding', 'accept-language', 'accept-ranges', 'age', 'authorization'],
  ...['access-control-allow-origin', 'access-control-expose-headers', 'allow', 'cache-control'],
  ...['access-control-request-headers', 'access-control-request-method', 'connection'],
  ...['content-disposition', 'content-encoding', 'content-language', 'content-length'],
  ...['content-security-policy', 'content-type', 'cookie', 'cross-origin-resource-policy', 'date'],
  ...['dnt', 'etag', 'expires', 'forwarded', 'host', 'if-modified-since', 'if-none-match'],
  ...['if-range', 'keep-alive', 'last-modified', 'location', 'origin', 'pragma', 'priority'],
  ...['range', 'referer', 'referrer-policy', 'sec-ch-ua', 'sec-ch-ua-mobile', 'sec-gpc'],
  ...['sec-ch-ua-platform', 'sec-fetch-dest', 'sec-fetch-mode', 'sec-fetch-site', 'sec-fetch-user'],
  ...['sec-websocket-accept', 'sec-websocket-extensions', 'sec-websocket-key'],
  ...['sec-websocket-protocol', 'sec-websocket-version', 'server', 'set-cookie', 'te', 'trailer'],
  ...['transfer-encoding', 'upgrade', 'upgrade-insecure-requests', 'user-agent', 'vary', 'via'],
  ...['x-content-type-options', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-port'],
  ...['x-forwarded-proto', 'x-frame-options', 'x-jupyterhub-version', 'x-real-ip', 'x-request-id'],
  ...['x-requested-with', 'x-scheme', 'x-xsrftoken', 'x-xss-protection'],
]

/** `content-type` as it is mostly written in capitals: `Content-Type`. */
const capitalized = (name: string): string =>
  name.replace(/(?:^|-)[a-z]/g, (letters) => letters.toUpperCase())

/**
 * A function of headers' names, with its results for usual names known beforehand. Nothing is added
 * later: what a stranger sends takes no memory.
 * @param compute looks at a name in any case
 */
export function nameTable<Result>(compute: (name: string) => Result): (name: string) => Result {
  const spellings = USUAL.flatMap((name) => [name, capitalized(name)])
  const known = new Map(
    [...spellings, 'DNT', 'ETag', 'TE'].map((name): [string, Result] => [name, compute(name)]),
  )
  return (name) => known.get(name) ?? compute(name)
}
