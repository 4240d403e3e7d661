/**
 * What a store's owner and its workers say to each other, a frame each. Both ends are the same
 * program, started together; nobody else can reach the link.
 */
import type { ErrorCode } from '../../base/errors.ts'
import { ERRORS, HubgateError } from '../../base/errors.ts'
import type { Store, StoreEvent } from '../port.ts'

/** The methods that are carried over as they are. */
export const METHODS = [
  'get',
  'getMany',
  'list',
  'count',
  'commit',
  'acquireLease',
  'renewLease',
  'releaseLease',
] as const satisfies readonly (keyof Store)[]

export type Method = (typeof METHODS)[number]

export type ToOwner =
  | {
      readonly kind: 'call'
      readonly id: number
      readonly method: Method
      readonly args: unknown[]
    }
  /** `at`: when it was sent, by the worker's `performance.now()`. */
  | { readonly kind: 'ping'; readonly at: number }

export type ToWorker =
  | { readonly kind: 'result'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly error: WireError }
  /** `listening`: of the owner's store, at this moment. */
  | { readonly kind: 'event'; readonly event: StoreEvent; readonly listening: boolean }
  /** All events before it have been sent. */
  | { readonly kind: 'pong'; readonly at: number; readonly listening: boolean }

export interface WireError {
  readonly code: ErrorCode
  readonly message: string | null
  readonly detail: Record<string, unknown>
  /** What went wrong underneath, for the log. */
  readonly cause: string | null
}

/** An error of the owner's store, for the wire. What is no HubgateError is a fault of ours. */
export function toWire(error: unknown): WireError {
  if (!(error instanceof HubgateError)) {
    return { code: 'internal', message: ERRORS.internal.message, detail: {}, cause: String(error) }
  }
  const { code, publicMessage, detail, cause } = error
  return { code, message: publicMessage, detail, cause: cause === undefined ? null : String(cause) }
}

/** The same error on the worker's side. */
export function fromWire({ code, message, detail, cause }: WireError): HubgateError {
  return new HubgateError(code, message, {
    detail,
    ...(cause !== null && { cause: new Error(cause) }),
  })
}
