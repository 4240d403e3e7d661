import type { PlainAnswer } from './plain-request.ts'
import { plainRequest } from './plain-request.ts'

/** By name, or in order where names are repeated. */
type Fields = Readonly<Record<string, string>> | readonly (readonly [string, string])[]

interface Cookie {
  name: string
  value: string
  path: string
}

/** Where the browser came to, and what it was answered there. */
export interface Visited extends Omit<PlainAnswer, 'cookies'> {
  /** The path with its query. */
  at: string
}

const MAX_REDIRECTS = 10

/**
 * A browser without a window: cookies by path, redirects, forms. The replicas of a hub are one host to
 * it, whatever their ports, as behind one address.
 */
export class HttpBrowser {
  readonly #cookies = new Map<string, Cookie>()

  /** The `Cookie` header for a path. */
  cookiesFor(path: string): string {
    const plain = path.split('?', 1)[0] ?? ''
    return [...this.#cookies.values()]
      .filter((one) => plain.startsWith(one.path))
      .sort((a, b) => b.path.length - a.path.length)
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ')
  }

  /** Opens a page, as somebody who types its address, and follows redirects. */
  get(origin: string, path: string): Promise<Visited> {
    return this.#visit(origin, 'GET', path)
  }

  /** Sends a form of a page, and follows redirects. */
  post(origin: string, path: string, fields: Fields): Promise<Visited> {
    return this.#visit(origin, 'POST', path, formOf(fields))
  }

  /** Signs somebody in, with the password of the test configuration. */
  async signIn(origin: string, username: string): Promise<Visited> {
    const form = await this.get(origin, '/hub/login')
    return this.post(origin, '/hub/login', {
      username,
      password: 'open sesame',
      _xsrf: xsrfIn(form.text),
    })
  }

  /** The value that the forms of whoever is signed in carry. */
  async xsrf(origin: string): Promise<string> {
    return xsrfIn((await this.get(origin, '/hub/home')).text)
  }

  async #visit(origin: string, method: string, path: string, body = ''): Promise<Visited> {
    let [verb, at, sent] = [method, path, body]
    for (let i = 0; i < MAX_REDIRECTS; i++) {
      const answer = await this.#send(origin, verb, at, sent)
      const { location } = answer.headers
      if (location === undefined) return { ...answer, at }
      const next = new URL(location, origin + at)
      at = next.pathname + next.search
      ;[verb, sent] = ['GET', '']
    }
    throw new Error(`redirected in a circle: ${at}`)
  }

  async #send(origin: string, method: string, path: string, body: string): Promise<PlainAnswer> {
    const cookie = this.cookiesFor(path)
    const form = { 'content-type': 'application/x-www-form-urlencoded', origin }
    const headers = {
      ...{ accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
      ...(cookie === '' ? {} : { cookie }),
      ...(method === 'POST' ? form : {}),
    }
    const answer = await plainRequest(method, origin + path, headers, body)
    for (const line of answer.headers['set-cookie'] ?? []) this.#keep(line)
    return answer
  }

  #keep(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    const path = /; Path=([^;]+)/.exec(line)?.[1] ?? '/'
    if (/; Max-Age=0(;|$)/.test(line)) this.#cookies.delete(`${name} ${path}`)
    else this.#cookies.set(`${name} ${path}`, { name, value, path })
  }
}

function formOf(fields: Fields): string {
  const form = new URLSearchParams()
  const pairs = Array.isArray(fields) ? fields : Object.entries(fields)
  for (const [name, value] of pairs) form.append(name, value)
  return form.toString()
}

/** The value of `_xsrf` in a page's first form; empty when there is none. */
export function xsrfIn(html: string): string {
  return /name="_xsrf" value="([^"]+)"/.exec(html)?.[1] ?? ''
}
