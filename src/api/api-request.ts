/**
 * What endpoints need of a request: a part of `Request`, so that the edge may give them Node's own
 * without all that a `Request` is made of.
 */
export interface ApiRequest extends Pick<Request, 'method' | 'signal' | 'body' | 'arrayBuffer'> {
  /** Absolute, with the query. */
  readonly url: string
  readonly headers: Pick<Headers, 'get'>
  /** The address of the socket's peer, where it is known. */
  readonly peer?: string | undefined
}
