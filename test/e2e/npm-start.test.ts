import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually, processesWith } from '../support/gateway-process.ts'
import { plainRequest } from '../support/plain-request.ts'

/** What a newcomer types, in a copy of the checkout without any state. */

const root = mkdtempSync(join(tmpdir(), 'hubgate-start-'))

beforeAll(() => {
  for (const name of ['src', 'config', 'scripts', 'package.json']) {
    cpSync(resolve(name), join(root, name), { recursive: true })
  }
  for (const name of ['node_modules', '.venv']) symlinkSync(resolve(name), join(root, name))
})

afterAll(async () => {
  for (const pid of processesWith(root)) process.kill(pid, 'SIGKILL')
  await eventually('all is gone', () => processesWith(root).length === 0)
  rmSync(root, { recursive: true, force: true, maxRetries: 5 })
})

interface Run {
  url: string
  password: string
  end(): Promise<void>
}

async function npmStart(): Promise<Run> {
  const child = spawn('npm', ['start', '--', '--port', '8765'], { cwd: root, detached: true })
  const exited = once(child, 'exit')
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  const [, url = '', password = ''] = await eventually('npm start serves', () => {
    if (child.exitCode !== null) throw new Error(output)
    return /ready at (\S+)[\s\S]*?with the password (\S+)/.exec(output) ?? undefined
  })
  return {
    url,
    password,
    end: async () => {
      child.kill('SIGTERM')
      await exited
      await eventually('it serves no more', async () =>
        fetch(url).then(
          () => false,
          () => true,
        ),
      )
    },
  }
}

const xsrfIn = (html: string): string => /name="_xsrf" value="([^"]+)"/.exec(html)?.[1] ?? ''

/** Signs in as the page does, with a form. @returns the cookies */
async function signIn(run: Run): Promise<string> {
  const form = await plainRequest('GET', `${run.url}/hub/login`)
  const fields = { username: 'admin', password: run.password, _xsrf: xsrfIn(form.text) }
  const headers = {
    cookie: form.cookies,
    origin: run.url,
    'content-type': 'application/x-www-form-urlencoded',
  }
  const body = new URLSearchParams(fields).toString()
  const answer = await plainRequest('POST', `${run.url}/hub/login`, headers, body)
  expect(answer.status).toBe(302)
  return answer.cookies
}

it('serves at once, keeps the password, and finds the server again after SIGTERM', async () => {
  const first = await npmStart()
  expect(first.url).toBe('http://127.0.0.1:8765')
  const cookie = await signIn(first)
  const home = await plainRequest('GET', `${first.url}/hub/home`, { cookie })
  expect(home.status).toBe(200)
  const api = `${first.url}/hub/api/users/admin`
  const headers = { cookie, origin: first.url, 'x-xsrftoken': xsrfIn(home.text) }
  const wish = '{"scopes": ["access:servers!user=admin"]}'
  const made = await plainRequest('POST', `${api}/tokens`, headers, wish)
  expect(made.status).toBe(201)
  const { token } = JSON.parse(made.text) as { token: string }
  const start = await plainRequest('POST', `${api}/server`, headers)
  expect([201, 202]).toContain(start.status)
  const visit = (run: Run) =>
    plainRequest('GET', `${run.url}/user/admin/api/status`, { authorization: `token ${token}` })
  const before = await eventually('the server answers', async () => {
    const answer = await visit(first)
    return answer.status === 200 && answer
  })
  await first.end()

  const second = await npmStart()
  expect(second.password).toBe(first.password)
  const again = await visit(second)
  expect(again.status).toBe(200)
  const started = (text: string) => (JSON.parse(text) as { started: string }).started
  expect(started(again.text)).toBe(started(before.text))
  const page = await plainRequest('GET', `${second.url}/hub/home`, { cookie })
  expect(page.status).toBe(200)
  await second.end()
})
