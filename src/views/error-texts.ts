import type { ErrorCode } from '../base/errors.ts'
import { ERRORS } from '../base/errors.ts'

/** What a page for an error says. */
export interface ErrorText {
  title: string
  /** What happened. */
  message: string
  /** What the visitor can do. */
  advice: string
}

const GENERIC: ErrorText = {
  title: 'Something went wrong',
  message: 'The hub could not answer this request.',
  advice:
    'Try again. If it keeps happening, tell whoever runs this hub, and give the id of the request.',
}

const BY_STATUS = new Map<number, ErrorText>([
  [
    400,
    {
      title: 'Request not understood',
      message: 'The request is not valid.',
      advice: 'Check the address, or go back and try again.',
    },
  ],
  [
    403,
    {
      title: 'Not allowed',
      message: 'You may not do or see this.',
      advice: 'Use another account, or ask whoever runs this hub for access.',
    },
  ],
  [
    404,
    {
      title: 'Not found',
      message: 'There is nothing at this address, or you may not see it.',
      advice: 'Check the address for typing mistakes.',
    },
  ],
  [
    405,
    {
      title: 'Not possible here',
      message: 'This address does not take that kind of request.',
      advice: 'Go back and use the buttons of the page.',
    },
  ],
  [
    409,
    {
      title: 'Not possible now',
      message: 'The change conflicts with what exists.',
      advice: 'Go back, look at what there is now, and try again.',
    },
  ],
  [
    413,
    {
      title: 'Too large',
      message: 'What was sent is larger than this page takes.',
      advice: 'Go back and send less.',
    },
  ],
  [
    421,
    {
      title: 'Another address',
      message: 'This hub does not answer to the name in the address bar.',
      advice:
        'Use the address that you were given for this hub. Its operator can add this name to listen.hosts.',
    },
  ],
  [
    424,
    {
      title: 'Server not running',
      message: 'The server is not running.',
      advice: 'Start it from your home page.',
    },
  ],
  [
    429,
    {
      title: 'Too many requests',
      message: 'There were too many requests in a short time.',
      advice: 'Wait a minute, then try again.',
    },
  ],
  [
    502,
    {
      title: 'No answer',
      message: 'The server did not answer as it should. It may have just ended.',
      advice:
        'Wait a moment and try again. If it is a server of yours and does not come back, stop it at your home page and start it again.',
    },
  ],
  [
    503,
    {
      title: 'Out of service for a moment',
      message: 'The hub cannot reach what it needs.',
      advice: 'Try again in a few seconds. What runs in your servers goes on.',
    },
  ],
  [
    504,
    {
      title: 'Server too slow',
      message: 'The server took too long to answer.',
      advice:
        'Try again. If it keeps happening, stop the server at your home page and start it again.',
    },
  ],
])

/** Where the registry's words are for programs, and a person is told more. */
const BY_CODE: Partial<Record<ErrorCode, ErrorText>> = {
  unauthenticated: {
    title: 'Not signed in',
    message: 'You are not signed in, or no longer.',
    advice: 'Sign in, and do again what you wanted to do.',
  },
  insufficient_scope: {
    title: 'Not allowed',
    message: 'Your account may not do or see this.',
    advice: 'Use another account, or ask whoever runs this hub for access.',
  },
  xsrf: {
    title: 'Form out of date',
    message: 'The form was sent from a page that is no longer good. Nothing was done.',
    advice: 'Go back, reload that page, and try again.',
  },
  no_access: {
    title: 'Not found',
    message: 'There is no such server, or you may not use it.',
    advice: 'Check the address, or ask the owner of the server to share it with you.',
  },
  internal: GENERIC,
}

/**
 * What to say about an error: by its code where that is known to be worth it, else by its status.
 * @param message what is known precisely; null or undefined for nothing
 */
export function errorText(
  status: number,
  code: ErrorCode | undefined,
  message: string | null | undefined,
): ErrorText {
  const coded = code === undefined ? undefined : BY_CODE[code]
  const known = coded ?? BY_STATUS.get(status) ?? GENERIC
  // The registry's own text is for whoever reads JSON.
  const isPrecise = message != null && (code === undefined || message !== ERRORS[code].message)
  return isPrecise ? { ...known, message } : known
}
