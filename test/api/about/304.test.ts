import { describe, expect, it } from 'vitest'
import { openRig } from '../harness.ts'
import { DOCS } from './docs-files.ts'

describe.each(DOCS)('GET /docs/$name', ({ name }) => {
  it('is not sent again while it is the same', async () => {
    const { fetch } = await openRig()
    const etag = (await fetch(`/docs/${name}`)).headers.get('etag') ?? ''
    for (const known of [etag, `W/${etag}`, `"x", ${etag}`]) {
      const again = await fetch(`/docs/${name}`, { headers: { 'if-none-match': known } })
      expect([again.status, await again.text()]).toEqual([304, ''])
    }
    const other = await fetch(`/docs/${name}`, { headers: { 'if-none-match': '"x"' } })
    expect(other.status).toBe(200)
  })
})
