import type { PlainAnswer } from './plain-request.ts'
import { plainRequest } from './plain-request.ts'

interface Cookie {
  name: string
  value: string
  /** Without port. */
  domain: string
  hostOnly: boolean
  path: string
}

/** Whether a cookie's path covers a request's (RFC 6265 §5.1.4). */
function covers(path: string, requested: string): boolean {
  if (requested === path) return true
  return requested.startsWith(path.endsWith('/') ? path : `${path}/`)
}

/**
 * A browser's cookies and redirects, without its names: every host is this machine, and the `Host`
 * header says which one is meant.
 */
export class Visitor {
  #cookies: Cookie[] = []

  /** One request as a browser makes it that goes to a page, or with these headers instead. */
  async send(
    method: string,
    address: string,
    headers: Record<string, string> = {},
    body = '',
  ): Promise<PlainAnswer> {
    const url = new URL(address)
    const cookie = this.cookiesFor(url)
    const all = {
      host: url.host,
      accept: 'text/html',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
      'sec-fetch-site': 'same-origin',
      ...(cookie === '' ? {} : { cookie }),
      ...headers,
    }
    const there = `http://127.0.0.1:${url.port}${address.slice(url.origin.length) || '/'}`
    const answer = await plainRequest(method, there, all, body)
    for (const line of answer.headers['set-cookie'] ?? []) this.#keep(line, url.hostname)
    return answer
  }

  get(address: string, headers?: Record<string, string>): Promise<PlainAnswer> {
    return this.send('GET', address, headers)
  }

  /** Goes to a page and follows redirects; tells the addresses as well. */
  async visit(address: string): Promise<PlainAnswer & { visited: string[] }> {
    const visited = [address]
    for (;;) {
      const at = visited.at(-1) ?? ''
      const answer = await this.get(at)
      const { location } = answer.headers
      if (answer.status < 300 || answer.status > 399 || location === undefined) {
        return { ...answer, visited }
      }
      visited.push(new URL(location, at).href)
      if (visited.length > 12) throw new Error(`redirects without end: ${visited.join(' ')}`)
    }
  }

  /** Signs in on the login page at this address, and follows where that leads. */
  async signIn(
    login: string,
    username: string,
    password: string,
  ): Promise<ReturnType<this['visit']>> {
    const { text } = await this.get(login)
    const xsrf = /name="_xsrf" value="([^"]*)"/.exec(text)?.[1] ?? ''
    const next = new URL(login).searchParams.get('next') ?? ''
    const form = new URLSearchParams({ username, password, _xsrf: xsrf, next }).toString()
    const { origin } = new URL(login)
    const type = { 'content-type': 'application/x-www-form-urlencoded', origin }
    const sent = { ...type, 'content-length': String(form.length) }
    const answer = await this.send('POST', login, sent, form)
    if (answer.status !== 302) throw new Error(`not signed in: ${answer.status} ${answer.text}`)
    return this.visit(new URL(answer.headers.location ?? '', login).href) as ReturnType<
      this['visit']
    >
  }

  /** The `Cookie` header that a browser sends there; empty for none. */
  cookiesFor({ hostname, pathname }: URL): string {
    return this.#cookies
      .filter(({ domain, hostOnly, path }) => {
        const isThere = hostname === domain || (!hostOnly && hostname.endsWith(`.${domain}`))
        return isThere && covers(path, pathname)
      })
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ')
  }

  #keep(line: string, hostname: string): void {
    const [pair = '', ...attributes] = line.split('; ')
    const attribute = (name: string): string | undefined =>
      attributes.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1)
    const [name = '', value = ''] = pair.split('=')
    const domain = attribute('Domain') ?? hostname
    const path = attribute('Path') ?? '/'
    const others = this.#cookies.filter((one) => {
      return one.name !== name || one.path !== path || one.domain !== domain
    })
    const hostOnly = attribute('Domain') === undefined
    const isGone = attribute('Max-Age') === '0'
    this.#cookies = isGone ? others : [...others, { name, value, domain, hostOnly, path }]
  }
}
