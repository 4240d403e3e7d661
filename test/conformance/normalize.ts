import type { Answer } from './exchange.ts'
import type { Json } from './notation.ts'

/** An answer with what cannot be the same on two hubs replaced by what it stands for. */
export interface Normal {
  status: number
  headers: Readonly<Record<string, string>>
  body: Json
}

interface JsonObject {
  [key: string]: Json
}

/** Members whose arrays of names are sets: JupyterHub gives them in no particular order. */
const SETS = new Set(['roles', 'scopes', 'groups', 'users'])
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/
const HOUR_MS = 3_600_000

/** Headers that are compared besides `access-control-*`. */
const HEADERS = ['content-type', 'location', 'retry-after', 'www-authenticate', 'allow']

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A moment about now is some moment; any other is meant, to the second. */
function normalTime(text: string): string {
  const ms = Date.parse(text)
  if (Math.abs(ms - Date.now()) < HOUR_MS) return '<now>'
  return new Date(Math.round(ms / 1000) * 1000).toISOString()
}

/** From so many seconds on a minute is no difference. */
const LONG = 86_400

/** How long something lives, in place of when it ends. */
function lifetime(model: JsonObject): Json | undefined {
  const [from, to] = [model['created'] ?? model['created_at'], model['expires_at']]
  if (typeof from !== 'string' || typeof to !== 'string') return undefined
  const seconds = (Date.parse(to) - Date.parse(from)) / 1000
  const step = seconds > LONG ? 60 : 5
  return `<${Math.round(seconds / step) * step} s later>`
}

/** Seconds, without those that passed between two moments that are one for us. */
const toMinute = (seconds: number): number => Math.round(seconds / 60) * 60

/** Names in a text that stand for a set are put in order. */
function inOrder(text: string): string {
  return text.replace(
    /(Not assigning requested scopes )(.*?)( not held by)/,
    (_, before: string, scopes: string, after: string) =>
      `${before}${scopes.split(',').toSorted().join(',')}${after}`,
  )
}

/** A URL of the hub with its query in order. */
function normalUrl(text: string): string {
  const [path = '', query] = text.split('?')
  if (query === undefined || !text.startsWith('http')) return text
  return `${path}?${query.split('&').toSorted().join('&')}`
}

/** Of a token (those of hubgate's configuration begin with c) or a share code. */
const ID = /^(?:(a|sc_)\d+|(c)[0-9a-f]{16})$/

/** Rewrites the answers of one hub. */
export class Normalizer {
  readonly #port: number
  readonly #version: string
  /** Values that cases gave a name to. */
  readonly #names = new Map<string, string>()

  constructor(port: number, version: string) {
    this.#port = port
    this.#version = version
  }

  /** From now on the value is written as its name, which is the same on both hubs. */
  name(value: string, name: string): void {
    const id = ID.exec(value)
    if (id !== null) this.#names.set(value, `<${id[1] ?? id[2]} ${name}>`)
  }

  normal(answer: Answer): Normal {
    return {
      status: answer.status,
      headers: this.#headers(answer.headers),
      body: this.#body(answer),
    }
  }

  #headers(headers: Answer['headers']): Record<string, string> {
    const kept = Object.entries(headers).filter(
      ([name]) => HEADERS.includes(name) || name.startsWith('access-control-'),
    )
    const normal = kept.map(([name, value]) => [name, this.#header(name, value)] as const)
    const version = 'x-jupyterhub-version' in headers ? { 'x-jupyterhub-version': '<present>' } : {}
    return { ...Object.fromEntries(normal), ...version }
  }

  #header(name: string, value: string): string {
    if (name === 'content-type') return value.replace(/;\s*charset=utf-8$/i, '')
    if (name === 'retry-after') return value.replace(/^\d+$/, '<seconds>')
    return this.#text(value)
  }

  #body({ headers, text }: Answer): Json {
    const type = headers['content-type'] ?? ''
    if (text === '') return ''
    if (type.startsWith('text/event-stream')) return this.#events(text)
    if (type.startsWith('text/html')) return '<a page>'
    if (type.includes('version=')) return metricNames(text)
    if (!type.startsWith('application/json')) return this.#text(text)
    try {
      return this.#value(JSON.parse(text) as Json, '')
    } catch {
      return `<no JSON> ${this.#text(text)}`
    }
  }

  /** The first and the last event: those between are the spawner's own. */
  #events(text: string): Json {
    const events = text.split('\n\n').filter((frame) => frame.trim() !== '')
    const [first = '', last = ''] = [events[0], events.at(-1)]
    const read = (frame: string): Json =>
      frame.startsWith('data: ') ? this.#value(JSON.parse(frame.slice(6)) as Json, '') : frame
    return events.length < 2 ? [read(first)] : [read(first), read(last)]
  }

  #value(value: Json, key: string): Json {
    if (Array.isArray(value)) return this.#array(value, key)
    if (isObject(value)) return this.#object(value)
    return typeof value === 'string' ? this.#member(value, key) : value
  }

  #array(array: Json[], key: string): Json {
    if (SETS.has(key) && array.every((item) => typeof item === 'string')) {
      return Object.fromEntries(array.toSorted().map((item) => [item, '<in the set>']))
    }
    return (key === 'api_tokens' ? byNote(array) : array).map((item) => this.#value(item, ''))
  }

  #object(object: JsonObject): Json {
    const entries = Object.entries(object).toSorted(([a], [b]) => (a < b ? -1 : 1))
    const later = lifetime(object)
    return Object.fromEntries(
      entries.map(([key, value]) => {
        if (key === 'expires_at' && later !== undefined) return [key, later]
        if (key === 'state' && isObject(value)) return [key, '<state>']
        if (key === 'expires_in' && typeof value === 'number') return [key, toMinute(value)]
        return [key, this.#value(value, key)]
      }),
    )
  }

  #member(text: string, key: string): string {
    const known = this.#names.get(text)
    if (known !== undefined) return known
    if (key === 'token' || key === 'code' || key === 'access_token') return '<secret>'
    if (key === 'scope') return text.split(' ').toSorted().join(' ')
    if (key === 'session_id' && /^[0-9a-f]{32}$/.test(text)) return '<a session>'
    const id = ID.exec(text)
    if ((key === 'id' || key === 'token_id') && id !== null) return `<${id[1] ?? id[2]} some id>`
    if (key === 'version' && text === this.#version) return '<the version of JupyterHub>'
    if (key === 'message') return inOrder(this.#text(this.#withoutIds(text)))
    return TIME.test(text) ? normalTime(text) : this.#text(text)
  }

  #withoutIds(text: string): string {
    return text
      .replace(/[\w-]+/g, (word) => this.#names.get(word) ?? word)
      .replace(/again in \d+ (?:second|minute)s?/, 'again in <time>')
  }

  #text(text: string): string {
    const local = text.replaceAll(`127.0.0.1:${this.#port}`, '<host>')
    const secretless = local.replace(/(?<=[?&]code=)[\w-]+/, '<secret>')
    return normalUrl(secretless.replace(/http:\/\/127\.0\.0\.1:\d+/g, 'http://<server>'))
  }
}

function byNote(tokens: Json[]): Json[] {
  const note = (token: Json): string => (isObject(token) ? String(token['note']) : '')
  return tokens.toSorted((a, b) => (note(a) < note(b) ? -1 : 1))
}

/** Of Prometheus' text only which metrics of the hub there are, not when Python made them. */
function metricNames(text: string): Json {
  const names = [...text.matchAll(/^# TYPE (jupyterhub_\w+) (\w+)$/gm)]
    .map(([, name = '', kind = '']) => [name, kind] as const)
    .filter(([name]) => !name.endsWith('_created'))
  return Object.fromEntries(names)
}
