import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { familyOf } from './processes.ts'
import { startListening } from './proxies.ts'

const TEMPORARY = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']

/** Of keep-alive connections: so many that none is closed because of it. */
const ALL = 1_000_000_000

export async function nginxVersion(): Promise<string> {
  const { stderr } = await promisify(execFile)('nginx', ['-v'])
  return stderr.trim().replace(/^.*\//, '')
}

/** What an nginx is started with. */
export interface NginxSetting {
  dir: string
  port: number
  /** What is in the `http` block beside that. */
  http: string
}

/** Servers behind it, to which connections are kept. */
export const upstream = (name: string, address: string): string =>
  `upstream ${name} { server ${address}; keepalive 512; keepalive_requests ${ALL}; }\n`

/** In a `location` that passes all on. */
export const PASS = `
  proxy_http_version 1.1;
  proxy_set_header Host $http_host;
  proxy_set_header Upgrade $http_upgrade;
  proxy_set_header Connection $bench_connection;
  proxy_read_timeout 1h;
`

/** What passes bodies on as they come, in either direction, as notebooks need it. */
export const UNBUFFERED = `
  proxy_buffering off;
  proxy_request_buffering off;
`

/** What makes large answers cheap for it then: it reads 64 KiB at a time where it reads 4 by default. */
export const LARGE_BUFFERS = `
  proxy_buffer_size 64k;
  proxy_buffers 8 64k;
  proxy_busy_buffers_size 128k;
`

/** @returns its processes, at any time */
export async function startNginx(
  { dir, port, http }: NginxSetting,
  cleanup: AsyncDisposableStack,
  signal: AbortSignal,
): Promise<() => Promise<readonly number[]>> {
  const folder = join(dir, 'nginx')
  await mkdir(folder)
  const paths = TEMPORARY.map((name) => `${name}_temp_path ${join(folder, name)};`)
  const file = join(folder, 'nginx.conf')
  const text = `daemon off; worker_processes 1; pid ${join(folder, 'pid')}; error_log stderr;
worker_rlimit_nofile 20000;
events { worker_connections 8192; }
http {
  ${paths.join(' ')} access_log off; tcp_nodelay on; client_max_body_size 0;
  keepalive_timeout 1h; keepalive_requests ${ALL};
  map $http_upgrade $bench_connection { '' ''; default upgrade; }
  ${http}
}
`
  await writeFile(file, text)
  // Root's workers would be somebody else, who may not enter the folder.
  const user: string[] = process.getuid?.() === 0 ? ['-g', 'user root;'] : []
  const args = ['-p', folder, '-e', 'stderr', '-c', file, ...user]
  const running = await startListening(['nginx', ...args], [port], {}, signal)
  const { pid } = cleanup.use(running)
  return () => familyOf(pid)
}
