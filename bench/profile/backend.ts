// A server that costs next to nothing: `node backend.ts PORT`. Answers each request without a body by
// the same small page, as it comes.
import { createServer } from 'node:net'

const BODY = JSON.stringify({ kernels: [], last_activity: '2026-11-22T21:08:19Z', ok: true })
const ANSWER = Buffer.from(
  [
    'HTTP/1.1 200 OK',
    'Server: TornadoServer/6.5.2',
    'Content-Type: application/json; charset=UTF-8',
    'Date: Sun, 22 Nov 2026 21:08:19 GMT',
    'X-Content-Type-Options: nosniff',
    "Content-Security-Policy: frame-ancestors 'self'; report-uri /user/ada/api/security/csp-report; default-src 'none'",
    'Access-Control-Expose-Headers: Location',
    'Etag: "d3b07384d113edec49eaa6238ad5ff00"',
    `Content-Length: ${BODY.length}`,
    '',
    BODY,
  ].join('\r\n'),
)
const END = '\r\n\r\n'

createServer({ noDelay: true }, (socket) => {
  let rest = ''
  socket.on('data', (bytes) => {
    const parts = (rest + bytes.toString('latin1')).split(END)
    rest = parts.pop() ?? ''
    for (const _ of parts) socket.write(ANSWER)
  })
  socket.on('error', () => socket.destroy())
}).listen(Number(process.argv[2]), '127.0.0.1')
