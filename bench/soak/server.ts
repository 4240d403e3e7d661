// A user's server that is soaked through: `node server.ts PORT`. By the last part of a request's
// path it answers, or misbehaves.
import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import { WebSocketServer } from 'ws'

const BLOCK = Buffer.alloc(64 * 1024, 'soak')

/** Sends blocks as fast as the reader takes them. */
function download(response: ServerResponse, blocks: number): void {
  response.writeHead(200, { 'content-length': blocks * BLOCK.length })
  let left = blocks
  const more = (): void => {
    while (left-- > 0) {
      if (response.write(BLOCK)) continue
      response.once('drain', more)
      return
    }
    response.end()
  }
  more()
}

function upload(request: IncomingMessage, response: ServerResponse): void {
  const hash = createHash('sha256')
  let bytes = 0
  request.on('data', (part: Buffer) => {
    bytes += part.length
    hash.update(part)
  })
  request.on('end', () => response.end(JSON.stringify({ bytes, sha256: hash.digest('hex') })))
}

/** An answer that comes in small parts, with a length or in chunks. */
function drip(response: ServerResponse): void {
  let left = 20
  const timer = setInterval(() => {
    if (left-- > 0) response.write('drop')
    else response.end()
  }, 100)
  response.on('close', () => clearInterval(timer))
}

function events(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  const timer = setInterval(() => response.write('data: tick\n\n'), 500)
  response.on('close', () => clearInterval(timer))
}

const answers: Record<string, (request: IncomingMessage, response: ServerResponse) => void> = {
  download: (_, response) => download(response, 32),
  // More than all buffers on the way take.
  huge: (_, response) => download(response, 1_024),
  upload,
  drip: (_, response) => drip(response),
  events: (_, response) => events(response),
  // Reads nothing and says nothing.
  stall: (request) => request.pause(),
  half: (_, response) => {
    response.writeHead(200, { 'content-length': 2 * BLOCK.length })
    response.write(BLOCK)
  },
  cut: (_, response) => {
    response.writeHead(200, { 'content-length': 2 * BLOCK.length })
    response.write(BLOCK, () => response.destroy())
  },
  reset: (_, response) => response.socket?.resetAndDestroy(),
  nonsense: (_, response) => response.socket?.end('HTTP/9 what?\r\n\r\n'),
  die: () => process.kill(process.pid, 'SIGKILL'),
}

const server = createServer({ requestTimeout: 0 }, (request, response) => {
  const [path = '', query = ''] = (request.url ?? '').split('?')
  response.on('error', () => undefined)
  request.on('error', () => undefined)
  const answer = answers[path.slice(path.lastIndexOf('/') + 1)]
  if (answer === undefined) response.end(JSON.stringify({ query, pid: process.pid }))
  else answer(request, response)
})

const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false })
server.on('upgrade', (request, socket, head) => {
  socket.on('error', () => undefined)
  sockets.handleUpgrade(request, socket, head, (client) => {
    client.on('error', () => undefined)
    client.on('message', (data, isBinary) => client.send(data, { binary: isBinary }))
  })
})

server.listen({ port: Number(process.argv[2]), host: '127.0.0.1', backlog: 4_096 })
