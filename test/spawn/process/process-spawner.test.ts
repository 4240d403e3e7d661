import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { isLiving, procTable } from '../../../src/spawn/machine/process-table.ts'
import type { Spawner, SpawnRequest } from '../../../src/spawn/port.ts'
import { waitReady } from '../../../src/spawn/wait-ready.ts'
import {
  content,
  eventually,
  HTTP_SERVER,
  makeRig,
  never,
  node,
  patient,
  processesOf,
} from './rig.ts'

type State = Awaited<ReturnType<Spawner['prepare']>>

async function started(spawner: Spawner, request: SpawnRequest): Promise<State> {
  const state = await spawner.prepare(request)
  await spawner.start(state, request, patient())
  return state
}

const ended = (spawner: Spawner, state: State) =>
  eventually(async () => {
    const result = await spawner.poll(state)
    return result.running ? undefined : result
  })

const dirOf = (state: State): string => String(state['dir'])

describe('a server', () => {
  test('runs from start to stop', async () => {
    const { spawner, request } = await makeRig({ cmd: node(HTTP_SERVER) })
    const run = request()
    const state = await spawner.prepare(run)
    const messages: string[] = []
    const { url } = await spawner.start(state, run, {
      signal: never,
      progress: ({ message }) => messages.push(message),
    })
    expect(url).toBe(`http://127.0.0.1:${String(state['port'])}`)
    expect(spawner.urlOf(state)).toBe(url)
    expect(messages.length).toBeGreaterThan(0)
    await waitReady({
      url,
      prefix: run.prefix,
      signal: never,
      alive: () => spawner.poll(state),
      timeoutMs: 4000,
    })
    expect(await spawner.poll(state)).toEqual({ running: true })
    await spawner.stop(state, never)
    expect(await spawner.poll(state)).toMatchObject({ running: false })
    expect(await processesOf(run.runId)).toEqual([])
    await expect(fetch(url)).rejects.toThrow('fetch failed')
    await spawner.stop(state, never)
    await spawner.clean(state)
    await spawner.clean(state)
    await spawner.stop(state, never)
    expect(await spawner.output(state)).toBe('')
  })

  test('leaves nothing behind but the homes once it is cleaned', async () => {
    const { spawner, request, dir } = await makeRig({ cmd: ['true'] })
    const state = await started(spawner, request())
    await ended(spawner, state)
    await spawner.clean(state)
    expect(await readdir(join(dir, 'servers'))).toEqual([])
  })

  test('keeps its notes, its output and its home from other users', async () => {
    const { spawner, request, dir } = await makeRig({ cmd: ['sleep', '60'] })
    const run = request()
    const state = await started(spawner, run)
    const mode = async (path: string) => (await stat(path)).mode & 0o777
    expect(await mode(dirOf(state))).toBe(0o700)
    expect(await mode(join(dirOf(state), 'output.log'))).toBe(0o600)
    expect(await mode(join(dir, 'home', 'ada'))).toBe(0o700)
    expect(JSON.stringify(state)).not.toContain(run.secret)
  })

  test('that exits at once says with which code, and what it printed', async () => {
    const { spawner, request } = await makeRig({ cmd: ['sh', '-c', 'echo no licence >&2; exit 3'] })
    const run = request()
    const state = await started(spawner, run)
    expect(await ended(spawner, state)).toEqual({
      running: false,
      exitCode: 3,
      message: 'The server exited with code 3.',
    })
    expect(await spawner.output(state)).toBe('no licence')
    await spawner.stop(state, never)
  })

  test('that a signal ends says which', async () => {
    const { spawner, request } = await makeRig({ cmd: ['sh', '-c', 'kill -SEGV $$'] })
    const state = await started(spawner, request())
    expect(await ended(spawner, state)).toMatchObject({
      exitCode: -11,
      message: 'The server was ended by SIGSEGV.',
    })
  })

  test('whose interpreter is missing exits with 127 and the reason in its output', async () => {
    const { dir } = await makeRig()
    const file = join(dir, 'broken')
    await writeFile(file, '#!/nowhere/interpreter\n', { mode: 0o755 })
    const { spawner, request } = await makeRig({ cmd: [file] })
    const state = await started(spawner, request())
    expect(await ended(spawner, state)).toMatchObject({ exitCode: 127 })
    expect(await spawner.output(state)).toMatch(/not found/i)
  })

  test('that was prepared and never started is not running', async () => {
    const { spawner, request } = await makeRig()
    const state = await spawner.prepare(request())
    expect(await spawner.poll(state)).toEqual({
      running: false,
      exitCode: null,
      message: 'The server was not started.',
    })
    expect(await spawner.output(state)).toBe('')
  })

  test('refuses a state that is not its own', async () => {
    const rig = await makeRig()
    await expect(rig.spawner.poll({ container: 'abc' })).rejects.toThrow('runId')
    const foreign = { ...rig.request(), runId: '../x' }
    await expect(rig.spawner.prepare(foreign)).rejects.toThrow('Not a run id')
  })
})

describe('stop', () => {
  test('lets a server end by itself', async () => {
    const script =
      'trap "echo bye > $HOME/bye; exit 0" TERM; echo up > $HOME/up; while :; do sleep 0.05; done'
    const { spawner, request, dir } = await makeRig({ cmd: ['sh', '-c', script] })
    const state = await started(spawner, request())
    await content(join(dir, 'home/ada/up'))
    await spawner.stop(state, never)
    expect(await readFile(join(dir, 'home/ada/bye'), 'utf8')).toBe('bye\n')
    expect(await spawner.poll(state)).toMatchObject({ running: false, exitCode: 0 })
  })

  const STUBBORN = 'trap "" TERM; echo up > $HOME/up; while :; do sleep 0.05; done'

  test('kills a server that ignores SIGTERM after stop_timeout', async () => {
    const { spawner, request, dir } = await makeRig({
      cmd: ['sh', '-c', STUBBORN],
      stop_timeout: 0.2,
    })
    const run = request()
    const state = await started(spawner, run)
    await content(join(dir, 'home/ada/up'))
    await spawner.stop(state, never)
    expect(await spawner.poll(state)).toMatchObject({ running: false, exitCode: -9 })
    expect(await processesOf(run.runId)).toEqual([])
  })

  test('kills at once when its signal is aborted', async () => {
    const { spawner, request, dir } = await makeRig({
      cmd: ['sh', '-c', STUBBORN],
      stop_timeout: 3600,
    })
    const run = request()
    const state = await started(spawner, run)
    await content(join(dir, 'home/ada/up'))
    const hurry = new AbortController()
    const stopped = spawner.stop(state, hurry.signal)
    hurry.abort()
    await stopped
    expect(await processesOf(run.runId)).toEqual([])
    expect(await spawner.poll(state)).toMatchObject({ running: false, exitCode: -9 })
  })

  test('ends a server that is itself stopped (SIGSTOP)', async () => {
    const { spawner, request } = await makeRig({ cmd: ['sleep', '600'], stop_timeout: 0.1 })
    const run = request()
    const state = await started(spawner, run)
    for (const pid of await processesOf(run.runId)) process.kill(pid, 'SIGSTOP')
    await spawner.stop(state, never)
    expect(await processesOf(run.runId)).toEqual([])
  })

  test('waits for the children of a server that ends before them', async () => {
    const script =
      'sh -c \'trap "sleep 0.3; echo saved > $HOME/saved; exit" TERM; echo up > $HOME/up; while :; do sleep 0.05; done\' & wait'
    const { spawner, request, dir } = await makeRig({ cmd: ['sh', '-c', script] })
    const state = await started(spawner, request())
    await content(join(dir, 'home/ada/up'))
    await spawner.stop(state, never)
    expect(await readFile(join(dir, 'home/ada/saved'), 'utf8')).toBe('saved\n')
  })

  const WITH_KERNEL = node(`
    const { spawn } = require('node:child_process')
    const kernel = spawn('sh', ['-c', 'trap "" TERM HUP; echo $$ > $HOME/kernel; while :; do sleep 1; done'],
      { detached: true, stdio: 'ignore' })
    setInterval(() => {}, 1000)
  `)

  test('ends what lives in a session of its own, as kernels do', async () => {
    const { spawner, request, dir } = await makeRig({ cmd: WITH_KERNEL })
    const run = request()
    const state = await started(spawner, run)
    const kernel = Number(await content(join(dir, 'home/ada/kernel')))
    expect(await processesOf(run.runId)).toContain(kernel)
    await spawner.stop(state, never)
    expect(await processesOf(run.runId)).toEqual([])
  })

  test('ends the kernels of a server that died before', async () => {
    const { spawner, request, dir } = await makeRig({ cmd: WITH_KERNEL })
    const run = request()
    const state = await started(spawner, run)
    const kernel = Number(await content(join(dir, 'home/ada/kernel')))
    process.kill((await leaderOf(state)).pid, 'SIGKILL')
    expect(await ended(spawner, state)).toMatchObject({ exitCode: -9 })
    expect(await processesOf(run.runId)).toContain(kernel)
    await spawner.stop(state, never)
    expect(await processesOf(run.runId)).toEqual([])
  })

  test('ends a descendant that cleared its environment', async () => {
    const script = 'env -i setsid sh -c "echo \\$\\$ > $HOME/bare; sleep 600" & wait'
    const { spawner, request, dir } = await makeRig({ cmd: ['sh', '-c', script] })
    const run = request()
    const state = await started(spawner, run)
    const bare = Number(await content(join(dir, 'home/ada/bare')))
    onTestFinished(async () => {
      const left = await procTable.find(bare)
      if (left !== undefined && isLiving(left)) process.kill(bare, 'SIGKILL')
    })
    expect(await processesOf(run.runId)).not.toContain(bare)
    await spawner.stop(state, never)
    const left = await procTable.find(bare)
    expect(left !== undefined && isLiving(left)).toBe(false)
  })
})

async function leaderOf(state: State): Promise<{ pid: number; claim: string }> {
  const claim = await readFile(join(dirOf(state), 'claim'), 'utf8')
  return { pid: Number.parseInt(claim, 10), claim }
}

describe('a process is not mistaken for the server', () => {
  test('when the pid was given to another', async () => {
    const { spawner, request } = await makeRig({ cmd: ['sleep', '600'] })
    const other = request()
    const otherState = await started(spawner, other)
    const run = request()
    const state = await spawner.prepare(run)
    const { pid, claim } = await leaderOf(otherState)
    const earlier = claim.replace(/^(\d+ \(.*\) (?:\S+ ){19})\d+/m, '$11')
    expect(earlier).not.toBe(claim)
    await writeFile(join(dirOf(state), 'claim'), earlier)
    expect(await spawner.poll(state)).toEqual({
      running: false,
      exitCode: null,
      message: 'The server is not running any more.',
    })
    await spawner.stop(state, never)
    expect(await spawner.poll(otherState)).toEqual({ running: true })
    expect(await processesOf(other.runId)).toEqual([pid])
  })

  test('when the machine was restarted in between', async () => {
    const { spawner, request } = await makeRig({ cmd: ['sleep', '600'] })
    const other = request()
    const otherState = await started(spawner, other)
    const state = await spawner.prepare(request())
    const { claim } = await leaderOf(otherState)
    const lines = claim.split('\n')
    lines[2] = '00000000-0000-0000-0000-000000000000'
    await writeFile(join(dirOf(state), 'claim'), lines.join('\n'))
    expect(await spawner.poll(state)).toMatchObject({ running: false })
    await spawner.stop(state, never)
    expect(await spawner.poll(otherState)).toEqual({ running: true })
  })

  test('when it is a zombie', async () => {
    const holder = await makeRig({
      // A parent that never collects its child.
      cmd: ['sh', '-c', 'sh -c "cat /proc/\\$\\$/stat > $HOME/stat" & exec sleep 600'],
    })
    await started(holder.spawner, holder.request())
    const line = await content(join(holder.dir, 'home/ada/stat'))
    const pid = Number.parseInt(line, 10)
    await eventually(async () =>
      / Z /.test(await readFile(`/proc/${pid}/stat`, 'utf8')) ? true : undefined,
    )
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8')
    const state = await holder.spawner.prepare(holder.request())
    await writeFile(join(dirOf(state), 'claim'), `${pid}\n${line.trim()}\n${boot.trim()}\n.\n`)
    expect(await holder.spawner.poll(state)).toMatchObject({ running: false })
  })
})

describe('a start that cannot be', () => {
  test('names a missing command, at once', async () => {
    const { spawner, request } = await makeRig({ cmd: ['jupyter-nowhere', 'lab'] })
    const run = request()
    const state = await spawner.prepare(run)
    await expect(spawner.start(state, run, patient())).rejects.toMatchObject({
      code: 'spawn_failed',
      message: expect.stringMatching(/^The command 'jupyter-nowhere' was not found\. An admin/),
      detail: { reason: 'command' },
    })
    expect(await spawner.poll(state)).toMatchObject({ running: false })
  })

  test('names a command that is not executable', async () => {
    const { dir } = await makeRig()
    const file = join(dir, 'notes.txt')
    await writeFile(file, 'hello')
    await chmod(file, 0o644)
    const { spawner, request } = await makeRig({ cmd: [file] })
    const run = request()
    await expect(spawner.start(await spawner.prepare(run), run, patient())).rejects.toMatchObject({
      code: 'spawn_failed',
      message: expect.stringContaining(`The command '${file}' is not executable.`),
    })
  })

  test('says that the home cannot be made', async () => {
    const { dir } = await makeRig()
    await writeFile(join(dir, 'file'), '')
    const { spawner, request } = await makeRig({
      cmd: ['true'],
      notebook_dir: join(dir, 'file', '{username}'),
    })
    const run = request()
    await expect(spawner.start(await spawner.prepare(run), run, patient())).rejects.toMatchObject({
      code: 'spawn_failed',
      message: expect.stringContaining('The home directory could not be made (ENOTDIR)'),
    })
  })

  test('says that no port can be had on its address', async () => {
    const { spawner, request } = await makeRig({ ip: '192.0.2.1' })
    await expect(spawner.prepare(request())).rejects.toMatchObject({
      code: 'spawn_failed',
      message: expect.stringContaining('No port could be opened on 192.0.2.1 (EADDRNOTAVAIL)'),
    })
  })

  test('is refused when it was cancelled before', async () => {
    const { spawner, request } = await makeRig({ cmd: ['sleep', '600'] })
    const run = request()
    const state = await spawner.prepare(run)
    await expect(
      spawner.start(state, run, { signal: AbortSignal.abort(), progress: () => undefined }),
    ).rejects.toMatchObject({ code: 'spawn_failed', detail: { reason: 'cancelled' } })
    expect(await processesOf(run.runId)).toEqual([])
  })

  test('is refused when the environment cannot be passed on', async () => {
    const { spawner, request } = await makeRig({ cmd: ['true'], environment: { X: 'a\0b' } })
    const run = request()
    await expect(spawner.start(await spawner.prepare(run), run, patient())).rejects.toMatchObject({
      code: 'spawn_failed',
      detail: { reason: 'internal' },
    })
  })
})

test('a run that lost its claim half written is found by its mark', async () => {
  const { spawner, request } = await makeRig({ cmd: ['sleep', '600'] })
  const run = request()
  const state = await started(spawner, run)
  await writeFile(join(dirOf(state), 'claim'), '12')
  expect(await spawner.poll(state)).toEqual({ running: true })
  await spawner.stop(state, never)
  expect(await processesOf(run.runId)).toEqual([])
  expect(await spawner.poll(state)).toMatchObject({ running: false })
})
