import { expect, it } from 'vitest'
import { curlLine, pythonLines } from '../../src/views/tokens/new-token-page.ts'
import { scopesText } from '../../src/views/tokens/scope-text.ts'

it.each([
  [['inherit'], 'Everything you may do'],
  [[], 'To know who you are'],
  [['access:servers!user'], 'All your servers'],
  [['access:servers!server=ada/<b>'], 'Server <code>ada/&lt;b&gt;</code>'],
  [['servers!user', 'read:hub'], '<code>servers</code> (what is yours), <code>read:hub</code>'],
])('says what the scopes %j allow', (scopes, text) => {
  expect(scopesText(scopes).toString()).toBe(text)
})

it('quotes what it puts into lines to run', () => {
  const url = `http://hub.test/it's/"$HOME"/`
  expect(curlLine(url, 'hgh_x')).toBe(
    `curl -H 'Authorization: token hgh_x' \\\n'http://hub.test/it'\\''s/"$HOME"/'`,
  )
  expect(pythonLines(url, 'hgh_x')).toContain(String.raw`get("http://hub.test/it's/\"$HOME\"/",`)
})
