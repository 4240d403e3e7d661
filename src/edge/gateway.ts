import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Api } from '../api/app.ts'
import type { ApiDeps } from '../api/deps.ts'
import { answerMetrics } from '../api/operation/metrics.ts'
import type { Authenticator } from '../auth/authenticators/port.ts'
import { hubPath } from '../auth/cookies.ts'
import type { CountedAttempt } from '../auth/login-limit.ts'
import { LoginLimit } from '../auth/login-limit.ts'
import { openAuthenticator } from '../auth/open-authenticator.ts'
import { seconds } from '../base/clock.ts'
import { randomId } from '../base/random.ts'
import type { Snapshot } from '../config/snapshot.ts'
import { Activity } from '../hub/activity/activity.ts'
import { Background } from '../hub/background.ts'
import type { HubContext } from '../hub/context.ts'
import { countActiveUsers, countReadyServers, countUsers } from '../hub/counts.ts'
import { endOutdatedSessions } from '../hub/identity/outdated-sessions.ts'
import { provision } from '../hub/provision.ts'
import { cullServers } from '../hub/servers/culler.ts'
import { Reconciler } from '../hub/servers/reconciler.ts'
import { ExternalServices } from '../hub/services/external-services.ts'
import { ManagedServices } from '../hub/services/managed/managed-services.ts'
import { listenForShutdown } from '../hub/shutdown.ts'
import { rotateSigningKeys } from '../hub/signing/signing-keys.ts'
import type { Collected } from '../metrics/collected.ts'
import { exposeAll } from '../metrics/collected.ts'
import { stopwatch } from '../metrics/measures.ts'
import { openMetrics } from '../metrics/open-metrics.ts'
import { buildOAuth, oauthPaths } from '../oauth/app.ts'
import { buildPages } from '../pages/app.ts'
import { ENDINGS } from '../proxy/endings.ts'
import { RouteTable } from '../proxy/route-table.ts'
import { ServiceTable } from '../proxy/service-table.ts'
import { Watchdog } from '../proxy/watchdog.ts'
import { openSpawner } from '../spawn/open.ts'
import type { Spawner } from '../spawn/port.ts'
import { StoreCache } from '../store/cache.ts'
import { openStore } from '../store/open.ts'
import { apiListener } from './api-listener.ts'
import { errorRenderer } from './error-response.ts'
import { Front } from './front.ts'
import type { GatewayOptions } from './gateway-options.ts'
import { GuardedService } from './guarded-service.ts'
import { Health } from './health.ts'
import { buildHubApp } from './hub-app.ts'
import { Listener } from './listener.ts'
import { Notebook } from './notebook.ts'
import { openProxy } from './open-proxy.ts'
import { LiveConfig } from './reload.ts'
import { routeInfos } from './route-info.ts'
import { ServiceGate } from './service.ts'
import { untilAsked } from './shutdown.ts'
import { VERSION } from './version.ts'

/** Values that the cache keeps; a user in use takes a handful. */
const CACHE_SIZE = 100_000
/** Where the process spawner keeps its runs. */
const RUN_DIR = join('var', 'servers')
/** Milliseconds that requests in flight get when the gateway ends. */
const GRACE_MS = seconds(10)

/** A replica that serves. */
export interface Gateway {
  /** Where it is reached, without a slash at the end. */
  readonly url: string
  /** Resolves when somebody asked over the API that the whole hub ends: then close it. */
  readonly asked: Promise<void>
  /** What this process has measured. */
  collect(): Promise<Collected>
  /** Counts an attempt to sign in at another worker. */
  hearLogin(attempt: CountedAttempt): void
  /** Drains and ends it; servers go on running. */
  close(): Promise<void>
}

/** What follows from a snapshot and is built anew with each. */
interface Built {
  spawner: Spawner
  authenticator: Authenticator
}

/**
 * Puts a replica together and serves: the composition root.
 * @throws HubgateError when the store or the address cannot be had
 */
export async function openGateway(options: GatewayOptions): Promise<Gateway> {
  const { clock, log, shared } = options
  const elapsed = stopwatch()
  const { base_url, listen, store: storeUrl } = options.snapshot.config
  const store = await (shared?.openStore?.() ?? openStore(storeUrl, { clock, log }))
  const cache = new StoreCache({ store, clock, max: CACHE_SIZE })

  const build = ({ config }: Snapshot): Built => ({
    spawner: openSpawner(config.spawner, {
      baseUrl: base_url,
      runDir: RUN_DIR,
      clock,
      log,
      version: VERSION,
    }),
    authenticator: openAuthenticator(config.authenticator, options.madeUpPassword),
  })
  let built = build(options.snapshot)
  const live = new LiveConfig(options.snapshot, {
    log,
    overrides: options.overrides,
    onSwap: async (snapshot) => {
      built = build(snapshot)
      cache.clear()
      services.refresh()
      watchdog.look()
      await provision(hub)
      await endOutdatedSessions(hub)
      void managed.apply()
      external.apply()
    },
  })

  const metrics = openMetrics({
    clock,
    log,
    counts: {
      runningServers: () => countReadyServers(hub),
      totalUsers: () => countUsers(hub),
      activeUsers: (since) => countActiveUsers(hub, since),
    },
    dataPlane: {
      routes: () => routes.size + services.all().length,
      underway: (kind) => proxy.connections.countOf(kind),
    },
  })
  let port: number | undefined
  const hub: HubContext = {
    store,
    cache,
    clock,
    log,
    snapshot: () => live.current,
    verifyServer: (user, name) => reconciler.verify(user, name),
    port: () => port,
    metrics,
  }
  const activity = new Activity(hub)
  const routes = new RouteTable({ store, log, baseUrl: base_url })
  const services = new ServiceTable(hub)
  const holder = randomId()
  const reconciler = new Reconciler(hub, { holder, spawner: () => built.spawner })
  const background = new Background(hub, holder)
  const managed = new ManagedServices(hub, holder)
  const external = new ExternalServices(hub)
  const proxy = openProxy(hub, activity, metrics.traffic, [routes, services])
  const watchdog = new Watchdog({
    store,
    connections: proxy.connections,
    log,
    graceMs: () => seconds(live.current.config.store_grace),
  })
  const renderError = errorRenderer({ log, baseUrl: () => base_url })

  const listening = await listenForShutdown(hub)
  await provision(hub)
  await endOutdatedSessions(hub)
  await Promise.all([routes.load(), services.load()])
  watchdog.start()
  background.add({
    name: 'cull',
    everyMs: () => seconds(live.current.config.cull.every),
    round: async (signal) => {
      await cullServers(hub, activity, signal)
    },
  })
  background.add({
    name: 'signing-keys',
    everyMs: () => seconds(60 * 60),
    round: async () => {
      await rotateSigningKeys(hub)
    },
  })

  let url = ''
  const apiDeps: ApiDeps = {
    hub,
    activity,
    routes: () => routeInfos(routes, services, base_url, url),
    resync: () => {
      services.refresh()
      return routes.resync()
    },
    metrics: () => shared?.collectAll().then(exposeAll) ?? metrics.expose(),
    renderError,
    gatewayUrl: () => url,
    version: VERSION,
    spawnerInfo: built.spawner,
    authenticatorInfo: built.authenticator,
  }
  const api = new Api(apiDeps, `${base_url}hub/api`)
  const limit = new LoginLimit(clock, { tell: (attempt) => shared?.tellLogin(attempt) })
  const pageDeps = {
    hub,
    activity,
    api: (request: Request) => api.fetch(request),
    authenticator: () => built.authenticator,
    limit,
  }
  const oauth = oauthPaths(base_url)
  const health = new Health(hubPath(options.snapshot.config), store)
  // Notebook traffic outlives the store for a while; nothing else does (invariant 4).
  const graceful = cache.graceful(() => seconds(live.current.config.store_grace))
  const graced = { ...hub, cache: graceful }
  const front = new Front({
    baseUrl: base_url,
    health,
    api: apiListener(api, metrics),
    hub: buildHubApp({
      pagesPath: `${base_url}hub`,
      pages: buildPages(pageDeps),
      oauth: buildOAuth(pageDeps, base_url),
      metrics: (request) => answerMetrics(apiDeps, request),
      measures: metrics,
      renderError,
    }),
    isOAuth: (path) => oauth.has(path),
    notebook: new Notebook({
      hub: graced,
      strict: hub,
      activity,
      routes,
      proxy,
    }),
    services: new ServiceGate({
      hub: graced,
      strict: hub,
      services,
      proxy,
      guard: new GuardedService({
        hub: graced,
        strict: hub,
        activity,
        proxy,
        gatewayUrl: () => url,
      }),
    }),
    renderError,
    config: () => live.current.config,
    traffic: metrics.traffic,
    log,
  })
  const listener = new Listener({
    front,
    config: () => live.current.config,
    traffic: metrics.traffic,
    log,
  })
  const ending = new AbortController()
  const asked = untilAsked(hub, { listener: listening, health, holder, ending: ending.signal })
  const close = async (): Promise<void> => {
    ending.abort()
    listening.close()
    health.end()
    listener.drain()
    await delay(seconds(live.current.config.listen.drain_delay))
    const drained = listener.close(GRACE_MS)
    proxy.connections.closeAll('websocket', ENDINGS.restart)
    await drained
    await live.close()
    await Promise.all([background.close(), reconciler.close(), managed.close(), watchdog.close()])
    routes.close()
    services.close()
    external.close()
    metrics.close()
    proxy.pools.close()
    await activity.close()
    cache.close()
    await store.close()
  }
  try {
    port = await listener.listen(listen.host, listen.port, listen.reuse_port)
    url = `http://${listen.host.includes(':') ? `[${listen.host}]` : listen.host}:${port}`
  } catch (error) {
    await close()
    throw error
  }
  // Servers that it starts are told where it listens.
  reconciler.start()
  managed.start()
  external.apply()
  metrics.hubStarted(elapsed())
  log.info({ url, store: store.description, version: VERSION }, 'ready')
  return {
    url,
    asked,
    collect: () => metrics.collect(),
    hearLogin: (attempt) => limit.hear(attempt),
    close,
  }
}
