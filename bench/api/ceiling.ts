// A server that answers every request with the same text: what Node's own HTTP costs.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** As long as a user's model with its headers. */
const TEXT = JSON.stringify({ text: 'x'.repeat(350) })
const HEADERS = ['Content-Type', 'application/json', 'Content-Length', `${TEXT.length}`]

const server = createServer({ noDelay: true }, (_, response) => {
  response.writeHead(200, HEADERS)
  response.end(TEXT)
})
server.listen(0, '127.0.0.1', () => {
  process.send?.((server.address() as AddressInfo).port)
})
