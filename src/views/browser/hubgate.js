// @ts-check
// What every page of the hub does with JavaScript beside htmx. Runs in the browser.

/** @param {Event} event */
const detailOf = (event) => /** @type {CustomEvent} */ (event).detail

/** Where the hub's pages begin: what comes from elsewhere never becomes a part of one. */
const HUB = new URL('..', /** @type {HTMLScriptElement} */ (document.currentScript).src).href

// An address with a secret in it is not what the browser remembers.
const address = document.querySelector('meta[name="hubgate-address"]')?.getAttribute('content')
if (address) history.replaceState(null, '', address)

/**
 * Whether the page only looks again by itself: when that fails it looks again later.
 * @param {{ sourceEvent: Event } | undefined} ctx
 */
const isLook = (ctx) => ctx?.sourceEvent.type === 'every'

/**
 * What had the focus before the page changed.
 * @type {Element | null}
 */
let focused = null

// An answer that is no page like this one (the session is over, the hub went away): the browser goes
// there itself, and shows what there is.
document.addEventListener('htmx:before:swap', (event) => {
  const { ctx, tasks } = detailOf(event)
  const [main] = tasks
  focused = document.activeElement === document.body ? null : document.activeElement
  if (isLook(ctx) && ctx.response.status >= 500) return event.preventDefault()
  const isHubs = ctx.response.raw.url.startsWith(HUB)
  const isOver = isLook(ctx) && ctx.response.status >= 400
  if (isHubs && !isOver && main !== undefined && main.fragment.childElementCount > 0) return
  event.preventDefault()
  if (ctx.response.raw.redirected) location.assign(ctx.response.raw.url)
  else location.reload()
})
document.addEventListener('htmx:error', (event) => {
  if (!isLook(detailOf(event).ctx)) location.reload()
})

// What asked is closed before the page changes: else it would stay open over what came in its place.
document.addEventListener('htmx:before:swap', () => {
  for (const open of document.querySelectorAll(':popover-open')) {
    if (open instanceof HTMLElement) open.hidePopover()
  }
})

// A form whose answer leads on was accepted: what was typed does not stay in its fields. And whoever
// used something that is gone now goes on from the beginning of the page's content.
document.addEventListener('htmx:after:swap', (event) => {
  const { ctx } = detailOf(event)
  if (ctx.request.method !== 'GET' && ctx.response.raw.redirected) ctx.request.form?.reset()
  if (focused === null || document.activeElement !== document.body) return
  document.getElementById('main')?.focus({ preventScroll: true })
})

// The second click of two does nothing: the first may have changed what the button does.
document.addEventListener(
  'click',
  (event) => {
    const button = event.target instanceof Element ? event.target.closest('button') : null
    if (button?.type === 'submit' && event.detail > 1) event.preventDefault()
  },
  true,
)

// Buttons that copy: `data-copy` names the element whose text they take. Without JavaScript there are none.
function showCopyButtons() {
  for (const button of document.querySelectorAll('button[data-copy]'))
    button.removeAttribute('hidden')
}

/** @param {Element} from */
async function copied(from) {
  try {
    await navigator.clipboard.writeText(from.textContent?.trim() ?? '')
    return 'Copied'
  } catch {
    getSelection()?.selectAllChildren(from)
    return 'Press Ctrl+C'
  }
}

document.addEventListener('click', async ({ target }) => {
  const button = target instanceof Element ? target.closest('button[data-copy]') : null
  const from = document.getElementById(button?.getAttribute('data-copy') ?? '')
  if (button === null || from === null) return
  const label = button.textContent
  button.textContent = await copied(from)
  setTimeout(() => {
    button.textContent = label
  }, 3000)
})
document.addEventListener('htmx:after:swap', showCopyButtons)
showCopyButtons()

// A box that checks all boxes of its form or table: `data-check-all` names them.
document.addEventListener('change', ({ target }) => {
  if (!(target instanceof HTMLInputElement) || target.dataset['checkAll'] === undefined) return
  const boxes = document.getElementsByName(target.dataset['checkAll'])
  for (const box of boxes) if (box instanceof HTMLInputElement) box.checked = target.checked
})
