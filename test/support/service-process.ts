import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { PYTHON } from './gateway-process.ts'

/** A Python program of test/e2e/services. */
export function servicePath(file: string): string {
  return resolve('test/e2e/services', file)
}

/** The environment that whoever runs a service elsewhere gives it (wire-contract §7). */
export function externalEnvironment(
  gatewayUrl: string,
  service: { name: string; url: string; token: string },
): Record<string, string> {
  const { name, url, token } = service
  const prefix = `/services/${name}/`
  return {
    JUPYTERHUB_API_TOKEN: token,
    JUPYTERHUB_API_URL: `${gatewayUrl}/hub/api`,
    JUPYTERHUB_BASE_URL: '/',
    JUPYTERHUB_CLIENT_ID: `service-${name}`,
    JUPYTERHUB_OAUTH_CALLBACK_URL: `${prefix}oauth_callback`,
    JUPYTERHUB_SERVICE_NAME: name,
    JUPYTERHUB_SERVICE_PREFIX: prefix,
    JUPYTERHUB_SERVICE_URL: url,
  }
}

/** A service that somebody else than the gateway runs. */
export class ExternalService implements AsyncDisposable {
  readonly #child: ReturnType<typeof spawn>
  output = ''

  /** @param args of Python */
  constructor(args: readonly string[], environment: Record<string, string>) {
    const { PATH = '' } = process.env
    this.#child = spawn(PYTHON, args, {
      env: { PATH, ...environment },
      cwd: resolve('test/e2e/services'),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text
      })
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    this.#child.kill('SIGKILL')
    await once(this.#child, 'exit')
  }
}
