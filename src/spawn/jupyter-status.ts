import { z } from 'zod'

/** Milliseconds for each question. */
const TIMEOUT_MS = 5000
/** Largest answer that is read, in characters. */
const MAX_ANSWER = 1024 * 1024

const statusShape = z.object({ last_activity: z.string() })
const kernelsShape = z.array(z.object({ execution_state: z.string() }))

export interface JupyterStatus {
  /** Milliseconds since the epoch, by the server's own account (kernels and terminals included). */
  lastActivity: number
  /** Whether a kernel is running code right now. */
  busy: boolean
}

async function ask(url: string, secret: string): Promise<unknown> {
  const response = await fetch(url, {
    headers: { authorization: `token ${secret}` },
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  if (!response.ok) throw new Error(`HTTP ${response.status}`)
  const text = await response.text()
  if (text.length > MAX_ANSWER) throw new Error('the answer is too long')
  return JSON.parse(text)
}

/**
 * What a Jupyter server says of itself (`/api/status`, `/api/kernels`). It is asked not to take the
 * question for activity.
 * @param url where it listens, `http://127.0.0.1:45123`
 * @param prefix the path that it serves, `/user/ada/`
 * @returns undefined when it is no Jupyter server, or does not answer
 */
export async function jupyterStatus(
  url: string,
  prefix: string,
  secret: string,
): Promise<JupyterStatus | undefined> {
  try {
    const [status, kernels] = await Promise.all([
      ask(`${url}${prefix}api/status?no_track_activity=1`, secret),
      ask(`${url}${prefix}api/kernels?no_track_activity=1`, secret),
    ])
    const lastActivity = Date.parse(statusShape.parse(status).last_activity)
    const busy = kernelsShape.parse(kernels).some((kernel) => kernel.execution_state === 'busy')
    return Number.isNaN(lastActivity) ? undefined : { lastActivity, busy }
  } catch {
    return undefined
  }
}
