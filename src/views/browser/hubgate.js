// @ts-check
// What every page of the hub does with JavaScript beside htmx. Runs in the browser.

/** @param {Event} event */
const detailOf = (event) => /** @type {CustomEvent} */ (event).detail

// An answer that is no page like this one (the session is over, the hub went away): the browser goes
// there itself, and shows what there is.
document.addEventListener('htmx:before:swap', (event) => {
  const { ctx, tasks } = detailOf(event)
  const [main] = tasks
  if (main !== undefined && main.fragment.childElementCount > 0) return
  event.preventDefault()
  if (ctx.response.raw.redirected) location.assign(ctx.response.raw.url)
  else location.reload()
})
document.addEventListener('htmx:error', () => location.reload())

// Buttons that copy: `data-copy` names the element whose text they take.
for (const button of document.querySelectorAll('button[data-copy]')) {
  if (!(button instanceof HTMLButtonElement)) continue
  const from = document.getElementById(button.dataset['copy'] ?? '')
  const label = button.textContent
  if (from === null) continue
  button.hidden = false
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(from.textContent?.trim() ?? '')
      button.textContent = 'Copied'
    } catch {
      getSelection()?.selectAllChildren(from)
      button.textContent = 'Press Ctrl+C'
    }
    setTimeout(() => {
      button.textContent = label
    }, 3000)
  })
}

// A box that checks all boxes of its form or table: `data-check-all` names them.
document.addEventListener('change', ({ target }) => {
  if (!(target instanceof HTMLInputElement) || target.dataset['checkAll'] === undefined) return
  const boxes = document.getElementsByName(target.dataset['checkAll'])
  for (const box of boxes) if (box instanceof HTMLInputElement) box.checked = target.checked
})
