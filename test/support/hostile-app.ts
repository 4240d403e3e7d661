// A single-user server for tests whose owner is hostile: `node hostile-app.ts PORT PREFIX`. It answers
// with whatever status, headers and body the address asks for, and tells what reached it.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'

const [port = '0', prefix = '/'] = process.argv.slice(2)

/** What came in so far: method, path and the names and values of headers, in one text each. */
const seen: string[] = []

/** A service worker that answers navigations below it with a page of its own, headers included. */
const WORKER = `
addEventListener('install', () => skipWaiting())
addEventListener('activate', (event) => event.waitUntil(clients.claim()))
addEventListener('fetch', (event) => {
  if (new URL(event.request.url).pathname !== ${JSON.stringify(`${prefix}forged`)}) return
  const headers = { 'content-type': 'text/html', 'cross-origin-opener-policy': 'same-origin' }
  event.respondWith(new Response('<title>forged</title>', { headers }))
})`

/** `answer?status=…&h=Name:Value&body=…`, `h` as often as wanted. */
function answerAsAsked(url: URL, response: ServerResponse): void {
  const headers = url.searchParams.getAll('h').flatMap((line) => {
    const at = line.indexOf(':')
    return [line.slice(0, at), line.slice(at + 1)]
  })
  const type = url.searchParams.has('h') ? headers : []
  response.writeHead(Number(url.searchParams.get('status') ?? 200), [
    ...['content-type', 'text/html'],
    ...type,
  ])
  response.end(url.searchParams.get('body') ?? '<!doctype html><title>hostile</title>')
}

function serve(request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://hostile')
  const path = url.pathname.slice(prefix.length)
  if (path === 'seen') {
    response.end(JSON.stringify(seen))
    return
  }
  seen.push(`${request.method} ${request.url}\n${request.rawHeaders.join('\n')}`)
  if (path === 'worker.js') {
    response.writeHead(200, { 'content-type': 'text/javascript', 'service-worker-allowed': '/' })
    response.end(WORKER)
  } else answerAsAsked(url, response)
}

createServer(serve).listen(Number(port), '127.0.0.1')
