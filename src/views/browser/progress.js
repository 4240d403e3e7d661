// @ts-check
// Shows a server's start as it happens, then goes to the server. Runs in the browser.
const panel = document.getElementById('progress')
const bar = document.getElementById('bar')
const status = document.getElementById('status')
const steps = document.getElementById('steps')
const queueHelp = document.getElementById('queue-help')
const clock = document.getElementById('elapsed')

/** When the start began, by this browser's own clock, in milliseconds. */
let begun = performance.now() - 1000 * Number(clock?.dataset['seconds'] ?? 0)

function count() {
  const seconds = Math.floor((performance.now() - begun) / 1000)
  const rest = String(seconds % 60).padStart(2, '0')
  if (clock !== null) clock.textContent = `${Math.floor(seconds / 60)}:${rest}`
}

/** @param {string} text */
function say(text) {
  if (status !== null && status.textContent !== text) status.textContent = text
}

/** @param {boolean} waits */
function showQueue(waits) {
  if (queueHelp === null || queueHelp.hidden === !waits) return
  queueHelp.hidden = !waits
  if (waits) bar?.removeAttribute('value')
  else begun = performance.now()
}

/** @param {{ progress: number, message: string, queue?: object }} event */
function show(event) {
  say(event.message)
  if (event.queue !== undefined) return showQueue(true)
  if (event.progress > 0) showQueue(false)
  if (bar instanceof HTMLProgressElement && queueHelp?.hidden !== false) bar.value = event.progress
  const item = document.createElement('li')
  item.textContent = event.message
  steps?.append(item)
}

/**
 * Whatever went wrong, the page itself knows more, as soon as there is somebody to ask.
 * @param {string} health
 */
async function reloadWhenBack(health) {
  const answer = await fetch(health, { cache: 'no-store' }).catch(() => undefined)
  if (answer?.ok === true) location.reload()
  else setTimeout(reloadWhenBack, 2000, health)
}

/** @param {{ events: string, next: string, health: string }} places */
function follow({ events: url, next, health }) {
  const events = new EventSource(url)
  // The stream begins with the first step each time it is opened.
  events.addEventListener('open', () => steps?.replaceChildren())
  events.addEventListener('message', ({ data }) => {
    const event = JSON.parse(data)
    if (event.ready !== true && event.failed !== true) return show(event)
    events.close()
    if (event.ready !== true) return location.reload()
    if (bar instanceof HTMLProgressElement) bar.value = 100
    say('The server is ready. Opening it.')
    location.replace(next)
  })
  // A start that is cancelled ends here: its last event must not come before the answer.
  document.addEventListener('submit', () => events.close())
  events.addEventListener('error', () => {
    say('The connection to the hub was lost. Trying again.')
    // The browser reconnects by itself unless the answer was an error.
    if (events.readyState === EventSource.CLOSED) setTimeout(reloadWhenBack, 2000, health)
  })
}

const { events, next, health } = panel?.dataset ?? {}
if (events !== undefined && next !== undefined && health !== undefined) {
  setInterval(count, 1000)
  follow({ events, next, health })
}
