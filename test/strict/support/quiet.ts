import { samplesOf } from '../../metrics/exposition.ts'
import { ADMIN_TOKEN } from '../../support/gateway-process.ts'
import type { Gate } from './gate.ts'
import { statusOf } from './messages.ts'

/** How long everything may take to end, in milliseconds; generous, for slow machines. */
const PATIENCE_MS = 25_000

/** For the gate's configuration: what the test itself asks of the hub leaves no connection. */
export const QUIET_CONFIG = { listen: { keep_alive_timeout: 1 } }

/** A gateway's metrics of sockets and exchanges. */
export interface Counts {
  /** Open sockets by kind, without the one that asks; exchanges under way as `http` and so on. */
  open: Record<string, number>
  /** How many exchanges have ended, by `<kind> <outcome>`. */
  ended: Record<string, number>
}

const LABELLED = /^hubgate_(open_sockets|underway|proxied_total)\{(.*)\}$/

export async function countsOf(gate: Gate): Promise<Counts> {
  const lines = ['GET /hub/metrics HTTP/1.1', 'Host: h', `Authorization: token ${ADMIN_TOKEN}`]
  const [answer] = await gate.answersTo(`${lines.join('\r\n')}\r\nConnection: close\r\n\r\n`)
  if (answer === undefined || statusOf(answer) !== 200)
    throw new Error(`no metrics: ${answer?.head}`)
  const counts: Counts = { open: {}, ended: {} }
  for (const [sample, value] of samplesOf(answer.body)) {
    const [, name, labels = ''] = LABELLED.exec(sample) ?? []
    if (name === undefined) continue
    const values = [...labels.matchAll(/="([^"]*)"/g)].map(([, one]) => one)
    if (name === 'proxied_total') counts.ended[values.join(' ')] = value
    else counts.open[`${name === 'underway' ? 'underway ' : ''}${values.join()}`] = value
  }
  counts.open['client'] = (counts.open['client'] ?? 0) - 1
  return counts
}

/**
 * Waits until the gateway has nothing open, once servers have ended what they keep for later.
 * @throws Error when something stays
 */
export async function quiet(gate: Gate, ...names: Parameters<Gate['at']>[0][]): Promise<Counts> {
  await Promise.all(names.map((name) => gate.at(name).hangUp()))
  const end = Date.now() + PATIENCE_MS
  for (;;) {
    const counts = await countsOf(gate)
    if (Object.values(counts.open).every((count) => count === 0)) return counts
    if (Date.now() > end) throw new Error(`still open: ${JSON.stringify(counts.open)}`)
    await Promise.all(names.map((name) => gate.at(name).hangUp()))
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** What has ended between two looks, by `<kind> <outcome>`. */
export function endedSince(before: Counts, after: Counts): Record<string, number> {
  const grown = Object.entries(after.ended).map(([how, count]): [string, number] => [
    how,
    count - (before.ended[how] ?? 0),
  ])
  return Object.fromEntries(grown.filter(([, count]) => count !== 0))
}

/** Whether a process is there. */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
