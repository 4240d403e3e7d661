import type { Kernel } from '@jupyterlab/services'
import { ServerConnection } from '@jupyterlab/services'
import { WebSocket } from 'ws'
import type { GatewayProcess } from './gateway-process.ts'

/** Jupyter's own client library, pointed at a user's server behind the gateway. */
export function connectionTo(
  gateway: GatewayProcess,
  user: string,
  token: string,
): ServerConnection.ISettings {
  return ServerConnection.makeSettings({
    baseUrl: `${gateway.url}/user/${user}/`,
    wsUrl: `${gateway.url.replace('http', 'ws')}/user/${user}/`,
    token,
    appendToken: true,
    WebSocket: WebSocket as unknown as typeof globalThis.WebSocket,
  })
}

/** Runs code in a kernel. @returns the plain text of its results */
export async function executeIn(kernel: Kernel.IKernelConnection, code: string): Promise<string> {
  let text = ''
  const future = kernel.requestExecute({ code })
  future.onIOPub = ({ content }) => {
    if ('data' in content) text += String((content.data as Record<string, unknown>)['text/plain'])
  }
  await future.done
  return text
}
