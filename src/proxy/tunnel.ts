import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { seconds } from '../base/clock.ts'
import type { Outcome } from '../metrics/traffic.ts'
import { UseMeter } from './activity.ts'
import type { LiveExchange, Standing } from './connections.ts'
import { EarlyBytes } from './early-bytes.ts'
import type { Ending } from './endings.ts'
import { endingError } from './endings.ts'
import { endpointFor } from './frame-noise.ts'
import { FramedPair } from './framed-pair.ts'
import { headerRecord } from './header-record.ts'
import type { Silence } from './heartbeat.ts'
import type { Passage } from './passage.ts'
import { answerScope } from './passage.ts'
import { refuseUpgrade, refuseWithError } from './refuse-upgrade.ts'
import { responseHeaders } from './response-headers.ts'
import type { Route } from './route.ts'
import type { UpgradeAnswer } from './upgrade-answer.ts'
import { UpgradeHandshake } from './upgrade-handshake.ts'
import { switchingAnswer, upgradeRequest } from './upgrade-head.ts'
import type { AnswerHead } from './upstream/answer-head.ts'
import { freeableCopy } from './upstream/free-memory.ts'
import type { BytesListener } from './upstream/open-socket.ts'
import { endpointOf, openSocket } from './upstream/open-socket.ts'
import { UpstreamFault } from './upstream/upstream-fault.ts'
import { outcomeOf, upstreamError } from './upstream-error.ts'
import { chosenProtocol } from './websocket-handshake.ts'

/** Silence after which the operating system asks whether the other side is still there. */
const KEEP_ALIVE_MS = seconds(30)

/**
 * One WebSocket on its way to a server: the handshake, then both directions until either ends. Once
 * the server has switched nothing of the request is held on to.
 */
export class Tunnel implements LiveExchange, BytesListener {
  readonly kind = 'websocket'
  readonly credentialId: string
  readonly server: string
  readonly expectsMore = false
  readonly isDoneWith = false
  readonly #client: Socket
  readonly #route: Route
  readonly #passage: Passage
  #handshake: UpgradeHandshake | undefined
  #upstream: Socket | undefined
  #early: EarlyBytes | undefined
  #pair: FramedPair | undefined
  #deadline: NodeJS.Timeout | undefined
  #outcome: Outcome | undefined

  /** @param client its connection, read up to the handshake's end */
  constructor(client: Socket, route: Route, passage: Passage) {
    this.credentialId = passage.credentialId
    this.server = route.fullName
    this.#client = client
    this.#route = route
    this.#passage = passage
  }

  /**
   * @param request a handshake without fault, allowed to pass
   * @param early what the client sent behind it; held until the server has switched
   * @throws HubgateError `too_many_requests` before anything is done
   */
  open(request: IncomingMessage, early: Buffer): void {
    const { connections } = this.#passage.proxy
    const unregister = connections.register(this, this.#passage.visitor)
    this.#client.once('close', () => {
      unregister()
      this.#onClientClosed()
    })
    this.#client.setTimeout(0)
    this.#client.setNoDelay(true)
    this.#client.setKeepAlive(true, KEEP_ALIVE_MS)
    this.#early = new EarlyBytes(this.#client, early, () => this.#onClientLeft())
    try {
      this.#connect(request)
    } catch (error) {
      this.#refuse(error)
    }
  }

  recheck(): Promise<Standing> {
    return this.#passage.recheck()
  }

  close(ending: Ending): void {
    if (this.#pair !== undefined) this.#pair.close(ending)
    else this.#refuse(endingError(ending))
  }

  /** @returns false: it frees the memory itself, once that is written */
  onBytes(bytes: Buffer, isShared: boolean): boolean {
    const own = isShared ? freeableCopy(bytes) : bytes
    if (this.#pair !== undefined) this.#pair.fromServer(own)
    else this.#readAnswer(own)
    return false
  }

  onSilence(silence: Silence): void {
    const { server } = this
    const { log } = this.#passage.proxy
    log.info({ event: 'websocket-silent', server, silence }, 'a WebSocket is closed for silence')
  }

  onOutcome(outcome: Outcome): void {
    this.#outcome ??= outcome
  }

  #connect(request: IncomingMessage): void {
    const { timeouts, traffic } = this.#passage.proxy
    this.#handshake = new UpgradeHandshake(request, this.#route, traffic)
    const head = upgradeRequest(request, this.#route, this.#passage)
    const endpoint = endpointOf(this.#route.url)
    const upstream = openSocket(endpoint, this)
    this.#upstream = upstream
    traffic.socketOpened('upstream')
    upstream.on('error', (error) => this.#refuse(error))
    upstream.once('close', () => {
      traffic.socketClosed('upstream')
      this.#refuse(new UpstreamFault('closed_early'))
    })
    upstream.once('end', () => this.#readAnswer(undefined))
    upstream.once(endpoint.isTls ? 'secureConnect' : 'connect', () => {
      if (this.#handshake === undefined) return
      this.#handshake.begin()
      this.#wait(timeouts.firstByteMs, 'first_byte_timeout')
    })
    this.#wait(timeouts.connectMs, 'connect_timeout')
    upstream.write(head, 'latin1')
  }

  #wait(ms: number, fault: 'connect_timeout' | 'first_byte_timeout'): void {
    clearTimeout(this.#deadline)
    if (ms > 0) this.#deadline = setTimeout(() => this.#refuse(new UpstreamFault(fault)), ms)
  }

  /** @param bytes undefined when no more will come */
  #readAnswer(bytes: Buffer | undefined): void {
    const handshake = this.#handshake
    if (handshake === undefined) return
    try {
      const answer = handshake.read(bytes)
      if (answer === undefined) return
      if (answer.head.status === 101) this.#switch(handshake, answer)
      else this.#relayRefusal(answer)
    } catch (error) {
      this.#refuse(error)
    }
  }

  #switch(handshake: UpgradeHandshake, { head, body }: UpgradeAnswer): void {
    const upstream = this.#upstream
    if (upstream === undefined || !handshake.isAccepted(head)) {
      throw new UpstreamFault('bad_upgrade')
    }
    const { proxy } = this.#passage
    const answer = switchingAnswer(head.headers, this.#route, this.#passage)
    const meter = this.#meter(handshake.path, head)
    this.#early?.giveBack()
    this.#endHandshake()
    this.#client.write(answer, 'latin1')
    this.#pair = new FramedPair(this.#client, upstream, proxy.timeouts, meter, this)
    this.#client.resume()
    proxy.traffic.socketOpened('websocket')
    if (body.length > 0) this.#pair.fromServer(body)
  }

  #meter(path: string, { headers }: AnswerHead): UseMeter | undefined {
    const { isUse, proxy } = this.#passage
    if (!isUse) return undefined
    const endpoint = endpointFor(path, chosenProtocol(headers))
    return new UseMeter(endpoint, proxy.clock, () => proxy.touch(this.#route))
  }

  #endHandshake(): void {
    clearTimeout(this.#deadline)
    this.#deadline = undefined
    this.#handshake = undefined
    this.#early = undefined
  }

  /** Passes on a server's ordinary response to the handshake. */
  #relayRefusal({ head, body }: UpgradeAnswer): void {
    const headers = headerRecord(
      responseHeaders(head.headers, answerScope(this.#route, this.#passage)),
    )
    this.#endHandshake()
    this.#outcome ??= 'whole'
    refuseUpgrade(this.#client, head.status, headers, body)
    this.#upstream?.destroy()
  }

  /** Answers the client for a server that failed, unless it has its answer. */
  #refuse(error: unknown): void {
    if (this.#handshake === undefined) return
    this.#endHandshake()
    this.#outcome ??= outcomeOf(error)
    refuseWithError(this.#client, upstreamError(error, this.#route))
    this.#upstream?.destroy()
  }

  /** The client ended its side before it was answered. */
  #onClientLeft(): void {
    if (this.#handshake !== undefined) this.#client.destroy()
  }

  #onClientClosed(): void {
    const { traffic } = this.#passage.proxy
    if (this.#pair === undefined) this.#upstream?.destroy()
    else traffic.socketClosed('websocket')
    this.#endHandshake()
    traffic.exchangeEnded('websocket', this.#outcome ?? 'client_gone')
  }
}
