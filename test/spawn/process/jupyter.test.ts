import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { delimiter, join, resolve } from 'node:path'
import { expect, test, vi } from 'vitest'
import { waitReady } from '../../../src/spawn/wait-ready.ts'
import { makeRig, never, patient, processesOf } from './rig.ts'

const PAGES = [
  'lab',
  'lab/tree/n.ipynb',
  'tree',
  'notebooks/n.ipynb',
  'nowhere',
  'files/nowhere',
  'view/nowhere',
  'nbconvert/html/nowhere.ipynb',
  'logout',
]

/** No fixed time-out of the defaults fits a machine that is busy. */
const SLOW = 60_000

test.each([[['jupyter', 'lab']], [['jupyter', 'server']]])(
  'a real %j serves below its prefix and shows its secret nowhere',
  async (cmd) => {
    const path = `${resolve('.venv/bin')}${delimiter}${process.env['PATH'] ?? ''}`
    vi.stubEnv('PATH', path)
    const rig = await makeRig({ cmd, stop_timeout: 30 })
    const request = rig.request({ user: 'ada lovelace', prefix: '/user/ada%20lovelace/' })
    const state = await rig.spawner.prepare(request)
    const { url } = await rig.spawner.start(state, request, patient())
    const alive = () => rig.spawner.poll(state)
    await waitReady({ url, prefix: request.prefix, signal: never, alive, timeoutMs: SLOW })

    const home = join(rig.dir, 'home', 'ada%20lovelace')
    await writeFile(
      join(home, 'n.ipynb'),
      '{"cells":[],"metadata":{},"nbformat":4,"nbformat_minor":5}',
    )
    const get = (page: string) =>
      fetch(`${url}${request.prefix}${page}`, {
        headers: { authorization: `token ${request.secret}` },
      })
    const lab = await get('lab')
    expect(lab.status).toBe(200)
    const html = await lab.text()
    expect(html).toMatch(/"token":\s*""/)
    expect(html).toMatch(/"hubPrefix":\s*"\/hub\/"/)
    expect(html).toMatch(/"hubUser":\s*"ada lovelace"/)
    for (const page of PAGES) {
      const response = await get(page)
      expect([page, (await response.text()).includes(request.secret)]).toEqual([page, false])
    }
    expect((await get('nowhere')).status).toBe(404)
    expect((await get('api/contents')).status).toBe(200)
    expect((await fetch(`${url}${request.prefix}api/contents`)).status).toBe(403)

    const kernel = await fetch(`${url}${request.prefix}api/kernels`, {
      method: 'POST',
      headers: { authorization: `token ${request.secret}` },
    })
    expect(kernel.status).toBe(201)
    const pids = await processesOf(request.runId)
    expect(pids.length).toBeGreaterThanOrEqual(2)
    for (const pid of pids) {
      expect(await readFile(`/proc/${pid}/cmdline`, 'utf8')).not.toContain(request.secret)
    }

    const runtime = join(home, '.local/share/jupyter/runtime')
    expect((await stat(home)).mode & 0o777).toBe(0o700)
    expect((await stat(runtime)).mode & 0o777).toBe(0o700)
    const notes = (await readdir(runtime)).filter((name) => /^jpserver-\d+\.json$/.test(name))
    expect(notes).toHaveLength(1)
    for (const name of notes) expect((await stat(join(runtime, name))).mode & 0o777).toBe(0o600)
    expect(await rig.spawner.output(state, request.secret)).not.toContain(request.secret)
    expect(await readFile(join(String(state['dir']), 'output.log'), 'utf8')).not.toContain(
      request.secret,
    )

    await rig.spawner.stop(state, never)
    expect(await processesOf(request.runId)).toEqual([])
    expect(await alive()).toMatchObject({ running: false, exitCode: 0 })
  },
  SLOW * 2,
)

test(
  'the operator has the last word on arguments',
  async () => {
    const rig = await makeRig({
      cmd: [resolve('.venv/bin/jupyter'), 'lab'],
      args: ['--ServerApp.port=not-a-port'],
    })
    const request = rig.request()
    const state = await rig.spawner.prepare(request)
    const { url } = await rig.spawner.start(state, request, patient())
    const alive = () => rig.spawner.poll(state)
    const ready = waitReady({ url, prefix: request.prefix, signal: never, alive, timeoutMs: SLOW })
    await expect(ready).rejects.toMatchObject({ detail: { reason: 'exited' } })
    expect(await rig.spawner.output(state)).toContain('not-a-port')
  },
  SLOW * 2,
)
