// Clients in a process of their own that is about to be frozen: `node ghosts.ts PORT` takes accesses
// as a message, opens what pages have open, and says `true`. What comes then nobody answers.
import { once } from 'node:events'
import { echo, headOf, openRequest, openWebSocket, say } from './client.ts'
import type { Access } from './hub.ts'

const port = Number(process.argv[2])
const EACH = 10

async function haunt(access: Access): Promise<void> {
  for (let n = 0; n < EACH; n++) await echo(await openWebSocket(port, access), 'here')
  for (const path of ['stall', 'drip']) openRequest(port, access, path).end()
  // A download of which nothing is read.
  const download = openRequest(port, access, 'huge').end()
  await once(download, 'response')
  // An upload in the middle, a head in the middle, and a connection without one.
  openRequest(port, access, 'upload', 'POST').write('beginning')
  await say(port, headOf(access, 'small', 'X-Half: '))
  await say(port, '')
}

process.once('message', (accesses: Access[]) => {
  Promise.all(accesses.map(haunt)).then(
    () => process.send?.(true),
    (error: unknown) => process.send?.(String(error)),
  )
})
