// A single-user server for tests: `node upstream-app.ts PORT PREFIX`. It records each request that
// reaches it (its head, byte for byte) in ~/record.log, streams, dies on demand and echoes WebSockets.
import { appendFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { WebSocketServer } from 'ws'

const [port = '0', prefix = '/'] = process.argv.slice(2)
const log = join(process.env['HOME'] ?? '.', 'record.log')
const MEGABYTE = Buffer.alloc(1024 * 1024, 'x')

function record(request: IncomingMessage): void {
  appendFileSync(log, `${request.method} ${request.url}\n${request.rawHeaders.join('\n')}\n\n`)
}

/** Sends megabytes as fast as the reader takes them. */
function download(response: ServerResponse, megabytes: number): void {
  response.writeHead(200, { 'content-length': megabytes * MEGABYTE.length })
  let left = megabytes
  const more = (): void => {
    while (left > 0) {
      left -= 1
      if (!response.write(MEGABYTE)) {
        response.once('drain', more)
        return
      }
    }
    response.end()
  }
  more()
}

function upload(request: IncomingMessage, response: ServerResponse): void {
  let bytes = 0
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length
  })
  request.on('end', () => response.end(JSON.stringify({ bytes })))
}

/** Never ends by itself; notes when the client goes away. */
function endless(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write('data: first\n\n')
  response.on('close', () => appendFileSync(log, 'endless closed\n\n'))
}

function dieHalfway(response: ServerResponse, framing: string): void {
  if (framing === 'length') response.writeHead(200, { 'content-length': 2 * MEGABYTE.length })
  else response.writeHead(200)
  response.write(MEGABYTE, () => process.kill(process.pid, 'SIGKILL'))
}

const server = createServer((request, response) => {
  record(request)
  const url = new URL(request.url ?? '/', 'http://upstream')
  const path = url.pathname.slice(prefix.length)
  if (path === 'download') download(response, Number(url.searchParams.get('mb')))
  else if (path === 'upload') upload(request, response)
  else if (path === 'endless') endless(response)
  else if (path === 'die') dieHalfway(response, url.searchParams.get('framing') ?? '')
  else response.end(JSON.stringify({ path: request.url, environment: process.env }))
})

const sockets = new WebSocketServer({ noServer: true })
server.on('upgrade', (request, socket, head) => {
  record(request)
  sockets.handleUpgrade(request, socket, head, (client) => {
    client.on('message', (data, isBinary) => client.send(data, { binary: isBinary }))
  })
})

server.listen(Number(port), '127.0.0.1')
