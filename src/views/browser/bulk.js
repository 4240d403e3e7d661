// @ts-check
// Shows how far the work on many users is, while its page arrives. Runs in the browser.

/** @param {string} id */
const find = (id) => document.getElementById(id)

function show() {
  const panel = find('bulk')
  const bar = find('bar')
  const status = find('status')
  const results = find('results')
  if (!(bar instanceof HTMLProgressElement) || panel === null || status === null) return
  panel.hidden = false
  const count = results instanceof HTMLTableSectionElement ? results.rows.length : 0
  bar.value = count
  const text = find('summary-title')?.textContent ?? `${count} of ${bar.max} done`
  // Readers say each text that is put here, also the same one again.
  if (status.textContent !== text) status.textContent = text
}

const watch = new MutationObserver(show)
watch.observe(document.documentElement, { childList: true, subtree: true })
document.addEventListener('DOMContentLoaded', () => {
  watch.disconnect()
  show()
})
show()
