/** A way to the backend that is measured. */
export interface Subject {
  key: SubjectKey
  /** On 127.0.0.1. */
  port: number
  /** Whether it lets nobody through without a credential. */
  guards: boolean
  /** What it serves, one or many. */
  targets: readonly Target[]
  /** The processes that it is made of, now. */
  pids(): Promise<readonly number[]>
}

/** A server behind a subject, and what opens it. */
export interface Target {
  /** Begins and ends with `/`. */
  prefix: string
  /** Header lines, each with its end. */
  credential: string
  /** What the visitor knows and the server must not see. */
  visitorSecret: string
  /** What the server is told instead; undefined when it is told nothing. */
  serverSecret: string | undefined
}

export type SubjectKey =
  | 'direct'
  | 'chp'
  | 'nginx'
  | 'nginx-64k'
  | 'nginx-auth'
  | 'token'
  | 'cookie'
  | 'token-2'
  | 'cookie-2'

export const TITLES: Readonly<Record<SubjectKey, string>> = {
  direct: 'direct',
  chp: 'CHP',
  nginx: 'nginx, plain',
  'nginx-64k': 'nginx, unbuffered, 64k',
  'nginx-auth': 'nginx + auth_request',
  token: 'hubgate, token',
  cookie: 'hubgate, cookie',
  'token-2': 'hubgate, token, 2 workers',
  'cookie-2': 'hubgate, cookie, 2 workers',
}

/** How many processes answer requests, of those with more than one. */
export const WORKERS: Readonly<Partial<Record<SubjectKey, number>>> = {
  'token-2': 2,
  'cookie-2': 2,
}

/** What every subject is started with. */
export interface Place {
  /** Scratch, the subject's own. */
  dir: string
  routes: readonly BackendRoute[]
  /** The backend's process. */
  backend: number
  cleanup: AsyncDisposableStack
  signal: AbortSignal
}

/** A server that a subject has to lead to. */
export interface BackendRoute {
  user: string
  /** Without a path. */
  url: string
  /** What the gateway shows the server. */
  secret: string
}

/** What those are sent who ask for no credential, so that all requests are of the same length. */
export const IDLE_CREDENTIAL = `Authorization: token ${'0123456789abcdef'.repeat(2)}\r\n`
