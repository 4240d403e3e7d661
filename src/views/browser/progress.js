// @ts-check
// Shows a server's start as it happens, then goes to the server. Runs in the browser.
const panel = document.getElementById('progress')
const bar = document.getElementById('bar')
const status = document.getElementById('status')
const steps = document.getElementById('steps')

/** @param {{ progress?: number, message?: string, ready?: boolean, failed?: boolean }} event */
function show(event) {
  if (bar instanceof HTMLProgressElement && typeof event.progress === 'number') {
    bar.value = event.progress
  }
  if (typeof event.message !== 'string') return
  if (status !== null) status.textContent = event.message
  const item = document.createElement('li')
  item.textContent = event.message
  steps?.append(item)
}

/**
 * @param {string} url
 * @param {string} next
 */
function follow(url, next) {
  const events = new EventSource(url)
  // The stream begins with the first step each time it is opened.
  events.addEventListener('open', () => steps?.replaceChildren())
  events.addEventListener('message', ({ data }) => {
    const event = JSON.parse(data)
    show(event)
    if (event.ready !== true && event.failed !== true) return
    events.close()
    if (event.ready === true) location.replace(next)
    else location.reload()
  })
  events.addEventListener('error', () => {
    // The browser reconnects by itself unless the answer was an error: then the page knows more.
    if (events.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 2000)
  })
}

const { events, next } = panel?.dataset ?? {}
if (events !== undefined && next !== undefined) follow(events, next)
