import { ReplyError } from 'ioredis'

/** Whether Redis itself refused, and so did nothing; all else may have happened before it was lost. */
export function isRefusal(error: unknown): boolean {
  return error instanceof (ReplyError as typeof Error)
}

/** Whether it never left this process, so that trying again cannot do it twice. */
export function isUnsent(error: unknown): boolean {
  return (
    error instanceof NotConnected || (error instanceof Error && /writeable/.test(error.message))
  )
}

/** Whether waiting does not help: someone has to put the address or the server right. */
export function isHopeless(error: Error): boolean {
  const code = 'code' in error ? String(error.code) : ''
  return (
    /^(WRONGPASS|NOAUTH|NOPERM|ERR (invalid password|.*AUTH|.*DB index))/.test(error.message) ||
    /CERT|SIGNED|SIGNATURE|TLS|SSL|EPROTO/.test(code)
  )
}

/** There is no connection to send anything over. */
export class NotConnected extends Error {
  override readonly name = 'NotConnected'
}

/**
 * The same error with nothing but its text: errors of ioredis carry the command with all that was
 * written or the password, and some of Redis quote it.
 */
export function withoutSecrets(error: unknown): Error {
  const { name, message } = error instanceof Error ? error : new Error(String(error))
  const clean = new Error(message.replace(/,? with args beginning with.*/s, ''))
  clean.name = name
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? Object.assign(clean, { code }) : clean
}
