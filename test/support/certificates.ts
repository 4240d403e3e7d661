import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder with an authority of its own (`ca.crt`) and what it issued to 127.0.0.1 (`server.crt`, `server.key`). */
export interface Certificates extends Disposable {
  readonly folder: string
}

export function makeCertificates(): Certificates {
  const folder = mkdtempSync(join(tmpdir(), 'hubgate-certificates-'))
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
  }
  writeFileSync(join(folder, 'san'), 'subjectAltName=IP:127.0.0.1\n')
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  openssl(
    ...['req', '-x509', ...ec, '-subj', '/CN=hubgate test authority', '-days', '2'],
    ...['-keyout', 'ca.key', '-out', 'ca.crt'],
  )
  openssl('req', ...ec, '-subj', '/CN=redis', '-keyout', 'server.key', '-out', 'server.csr')
  openssl(
    ...['x509', '-req', '-in', 'server.csr', '-CA', 'ca.crt', '-CAkey', 'ca.key'],
    ...['-CAcreateserial', '-days', '2', '-extfile', 'san', '-out', 'server.crt'],
  )
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) }
}
