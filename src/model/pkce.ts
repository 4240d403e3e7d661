import { sha256Url } from '../base/hash.ts'

/** How a challenge follows from its verifier (RFC 7636). */
export type ChallengeMethod = 'S256' | 'plain'

export const CHALLENGE_METHODS: readonly ChallengeMethod[] = ['S256', 'plain']

/** What a sign-in was begun with, for whoever completes it to prove that they began it. */
export interface Challenge {
  readonly method: ChallengeMethod
  readonly value: string
}

/** What both a challenge and a verifier are made of (RFC 7636 §4.1, §4.2). */
const WORD = /^[A-Za-z0-9._~-]{43,128}$/

/** Whether a text can be a challenge or a verifier. */
export function isPkceWord(text: string): boolean {
  return WORD.test(text)
}

export function isChallengeMethod(text: string): text is ChallengeMethod {
  return CHALLENGE_METHODS.some((method) => method === text)
}

/** The challenge that follows from a verifier. */
export function challengeOf(method: ChallengeMethod, verifier: string): string {
  return method === 'plain' ? verifier : sha256Url(verifier)
}
