/**
 * The spawner port (design.md §6). A spawner runs single-user servers somewhere and can find them
 * again after the gateway is gone: everything it must remember is in the state that it returns from
 * `prepare`, which the store keeps before anything is started.
 */
import type { JsonObject } from '../model/json.ts'
import type { NotebookAuth, ProgressEvent } from '../model/server.ts'

export interface SpawnRequest {
  /** Identifies this run and no other. */
  runId: string
  user: string
  /** Empty for the default server. */
  server: string
  /** The path that the server is to serve, `/user/ada/` or `/user/ada/gpu/`. */
  prefix: string
  /** Who checks visitors. */
  auth: NotebookAuth
  /**
   * With `gateway` what the gateway will send as `Authorization: token <secret>`, with `oauth` the
   * server's own hub token.
   */
  secret: string
  /** What the server is told of the hub, the secret too: for its environment and nowhere else. */
  environment: Readonly<Record<string, string>>
  userOptions: JsonObject | null
}

export interface SpawnContext {
  /** Aborted when the start is cancelled or out of time. */
  signal: AbortSignal
  /** Tells the owner how far the start is. */
  progress: (event: ProgressEvent) => void
}

export type PollResult =
  | { running: true }
  /** @property exitCode null when it is not known (the gateway was restarted in between) */
  | { running: false; exitCode: number | null; message: string }

export interface Spawner {
  /** For `GET /hub/api/info`. */
  readonly kind: string
  readonly version: string

  /**
   * Decides what the run will be (port, place, names) without starting anything. The store keeps
   * the answer, so that a start whose gateway died can be found or ruled out.
   * @throws HubgateError `spawn_failed` or `bad_request` with a text for the owner
   */
  prepare(request: SpawnRequest): Promise<JsonObject>

  /**
   * Starts the run that `prepare` described and resolves once it runs, which is before it listens.
   * @returns where the gateway reaches it, `http://127.0.0.1:45123`, without a path
   * @throws HubgateError `spawn_failed` with a text for the owner
   */
  start(state: JsonObject, request: SpawnRequest, context: SpawnContext): Promise<{ url: string }>

  /** Where a run that was started earlier is reached. */
  urlOf(state: JsonObject): string

  /** Whether the run is alive. Must not mistake another process for it. */
  poll(state: JsonObject): Promise<PollResult>

  /**
   * Ends the run and everything it started; resolves when it is gone. A run that was prepared and
   * never started is ruled out for good: it cannot start afterwards. Calling it again is harmless.
   * @param signal aborted when the caller gives up waiting politely: then kill
   */
  stop(state: JsonObject, signal: AbortSignal): Promise<void>

  /**
   * The last lines of the run's own output, for its owner; empty when there is none.
   * @param secret the run's secret, taken out wherever it occurs; what looks like a token always is
   */
  output(state: JsonObject, secret?: string): Promise<string>

  /** Frees what the run left (its log, its claim); the run is over. */
  clean(state: JsonObject): Promise<void>
}
