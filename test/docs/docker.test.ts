import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { systemClock } from '../../src/base/clock.ts'
import { loadSnapshot } from '../../src/config/load.ts'
import { openStore } from '../../src/store/open.ts'
import { recordingLog } from '../store/redis-setup.ts'
import { RedisServer } from '../support/redis.ts'

interface Service {
  image: string
  build?: { context: string; dockerfile: string }
  network_mode?: string
  pid?: string
  environment?: Record<string, string>
  volumes?: string[]
  configs?: { source: string; target: string }[]
  depends_on?: Record<string, object>
  command?: string[]
  ports?: string[]
}

interface Compose {
  services: Record<string, Service>
  configs: Record<string, { content: string }>
  volumes: Record<string, object | null>
}

const FOLDER = resolve('docker')
const PASSWORD = 'a-password-of-redis'
const text = readFileSync(join(FOLDER, 'compose.yaml'), 'utf8')
const compose = parse(text, { merge: true }) as Compose
const dockerfile = readFileSync(join(FOLDER, 'Dockerfile'), 'utf8').replaceAll('\\\n', ' ')
const config = join(FOLDER, 'config', 'hubgate.yaml')

const services = Object.entries(compose.services)
const replicas = services.filter(([name]) => name.startsWith('replica-')).map(([, one]) => one)
const redisLines = compose.configs['redis']?.content.trim().split('\n') ?? []

/** Names in `${NAME}` and `${NAME:?…}`. */
const variables = (source: string): Set<string> =>
  new Set([...source.matchAll(/\$\{([A-Z_]+)(?::\?[^}]*)?\}/g)].map(([, name = '']) => name))

const instructions = (name: string): string[] =>
  [...dockerfile.matchAll(new RegExp(`^\\s*${name}\\s+(.*)$`, 'gm'))].map(([, rest = '']) => rest)

describe('docker/compose.yaml', () => {
  it('has two replicas that see the same processes and the same network', () => {
    expect(replicas).toHaveLength(2)
    for (const replica of replicas) {
      expect(replica.network_mode).toBe('service:machine')
      expect(replica.pid).toBe('service:machine')
      expect(replica.volumes).toEqual(replicas[0]?.volumes)
    }
    expect(compose.services['machine']).toMatchObject({ init: true, ports: expect.any(Array) })
  })

  it.each(services)('refers to nothing that is not there: %s', (_name, service) => {
    const { build, volumes = [], configs = [], depends_on = {} } = service
    const sources = volumes.map((volume) => volume.split(':')[0] ?? '')
    const isFolder = (source: string) => source.startsWith('.')
    const files = sources.filter(isFolder).map((source) => resolve(FOLDER, source))
    const named = sources.filter((source) => !isFolder(source))
    if (build !== undefined) files.push(resolve(FOLDER, build.context, build.dockerfile))
    expect(files.filter((file) => !existsSync(file))).toEqual([])
    for (const source of named) expect(compose.volumes).toHaveProperty(source)
    for (const { source, target } of configs) {
      expect(compose.configs).toHaveProperty(source)
      expect(service.command).toContain(target)
    }
    for (const name of Object.keys(depends_on)) expect(compose.services).toHaveProperty(name)
  })

  it('hands over each variable that it and the configuration use, and says how to set it', () => {
    const used = variables(readFileSync(config, 'utf8'))
    expect(used.size).toBe(3)
    for (const replica of replicas) {
      for (const name of used) expect(replica.environment).toHaveProperty(name)
    }
    const loop = /for name in ([A-Z_ ]+); do/.exec(text)?.[1]?.split(' ')
    expect(new Set(loop)).toEqual(variables(text))
  })

  it('mounts a configuration that is right, where the replicas look for it', async () => {
    const env = {
      HUBGATE_REDIS_PASSWORD: PASSWORD,
      HUBGATE_PASSWORD: 'a-password-of-people',
      HUBGATE_API_TOKEN: 'a-token-of-the-admin-0123456789',
    }
    const snapshot = await loadSnapshot(config, { env })
    const { listen, store } = snapshot.config
    expect(listen).toMatchObject({ host: '0.0.0.0', reuse_port: true })
    expect(compose.services['machine']?.ports).toEqual([`127.0.0.1:8000:${listen.port}`])
    expect(compose.services).toHaveProperty(new URL(store).hostname)
    for (const { environment, volumes } of replicas) {
      expect(environment?.['HUBGATE_CONFIG']).toBe('/etc/hubgate/hubgate.yaml')
      expect(volumes).toContain('./config:/etc/hubgate:ro')
    }
  })

  it('sets a Redis up of which hubgate has nothing to complain', async () => {
    const settings = redisLines.flatMap((line) => {
      const [name, ...values] = line.replace(/\$\{[A-Z_]+\}/, PASSWORD).split(' ')
      return [`--${name}`, ...values]
    })
    await using redis = await RedisServer.start({ settings })
    const { log, lines } = recordingLog()
    const url = redis.url('/0').replace('//', `//hubgate:${PASSWORD}@`)
    const store = await openStore(url, { clock: systemClock, log })
    try {
      await store.commit({ set: [{ key: ['a'], value: 1, expiresAt: Date.now() + 60_000 }] })
      const lease = await store.acquireLease('l', 'me', 10_000)
      expect(lease).toBeDefined()
      expect(await store.renewLease(lease!, 10_000)).toBe(true)
      expect(await store.commit({ fence: [lease!], delete: [['a']] })).toEqual({ applied: true })
      await store.releaseLease(lease!)
      expect(await store.list([])).toEqual([])
      expect(await store.count([])).toBe(0)
      expect(lines.filter((line) => line.includes('"level":40'))).toEqual([])
    } finally {
      await store.close()
    }
    const stranger = await redis.admin({ enableReadyCheck: false, disableClientInfo: true })
    expect(await stranger.ping()).toBe('PONG')
    await expect(stranger.hgetall('{hubgate}:entries')).rejects.toThrow('NOPERM')
  })

  it('has the lines that docs/operating.md explains', () => {
    const manual = readFileSync('docs/operating.md', 'utf8')
    expect(redisLines).toHaveLength(5)
    expect(manual).toContain(`\`\`\`\n${redisLines.join('\n')}\n\`\`\``)
  })
})

describe('docker/Dockerfile', () => {
  const ignored = readFileSync(join(FOLDER, 'Dockerfile.dockerignore'), 'utf8').split('\n')
  const kept = ignored.filter((line) => line.startsWith('!')).map((line) => line.slice(1))

  it('copies files that exist, and ignores no file that it copies', () => {
    const copies = instructions('COPY').filter((copy) => !copy.startsWith('--from='))
    const sources = copies.flatMap((copy) => copy.split(/\s+/).slice(0, -1))
    expect(sources.length).toBeGreaterThan(3)
    for (const source of sources) expect(existsSync(source)).toBe(true)
    expect(new Set(kept)).toEqual(new Set(sources))
  })

  it('copies from stages that it has, where these put it', () => {
    const stages = instructions('FROM').flatMap((from) => / AS (\S+)/.exec(from)?.[1] ?? [])
    for (const copy of instructions('COPY').filter((one) => one.startsWith('--from='))) {
      const [from = '', source = '', target] = copy.split(/\s+/)
      expect(stages).toContain(from.slice('--from='.length))
      expect(source).toBe(target)
    }
  })

  it('runs the command line as nobody in particular, with a check of its health', () => {
    const [entry = ''] = instructions('ENTRYPOINT')
    const main = (JSON.parse(entry) as string[]).at(-1) ?? ''
    expect(existsSync(main.replace('/opt/hubgate/', ''))).toBe(true)
    expect(dirname(main)).toBe('/opt/hubgate/src/cli')
    expect(instructions('USER')).toEqual(['hubgate'])
    expect(instructions('HEALTHCHECK')[0]).toContain(':8000/hub/health')
    expect(existsSync('config/hubgate.yaml')).toBe(true)
    expect(dockerfile).toContain('HUBGATE_CONFIG=/opt/hubgate/config/hubgate.yaml')
  })
})
