/** What a person is told about where a server is. */
export type ServerState = 'stopped' | 'starting' | 'running' | 'stopping' | 'failed'

export const STATE_TEXT: Readonly<Record<ServerState, string>> = {
  stopped: 'Stopped',
  starting: 'Starting',
  running: 'Running',
  stopping: 'Stopping',
  failed: 'Failed to start',
}

/** How a page calls a server: by its own name, or as somebody's server. */
export function serverTitle(user: string, server: string): string {
  return server === '' ? `${user}’s server` : `${user}’s server “${server}”`
}
