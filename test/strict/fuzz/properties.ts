import { ANSWER_PROPERTIES } from './answers.ts'
import { COOKIE_PROPERTIES } from './cookies.ts'
import { CREDENTIAL_PROPERTIES } from './credentials.ts'
import { HEADER_PROPERTIES } from './headers.ts'
import type { Property } from './property.ts'
import { TARGET_PROPERTIES } from './target.ts'
import { WEBSOCKET_PROPERTIES } from './websocket.ts'

/** All of them: of functions that read what others sent. */
export const PROPERTIES: readonly Property[] = [
  ...TARGET_PROPERTIES,
  ...HEADER_PROPERTIES,
  ...COOKIE_PROPERTIES,
  ...CREDENTIAL_PROPERTIES,
  ...ANSWER_PROPERTIES,
  ...WEBSOCKET_PROPERTIES,
]
