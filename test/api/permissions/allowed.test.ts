import { describe, expect, it } from 'vitest'
import type { Answer } from '../harness.ts'
import type { Line } from './table.ts'
import { LINES } from './table.ts'
import { ask, covering, openWorld, titleOf, tokenFor } from './world.ts'

const NO_ACCESS = 'No access to resources or resources not found'

/** What there is to do may fail; it is not refused. */
function expectLetIn(answer: Answer, by: string): void {
  const refused = answer.status === 403 || answer.body?.message === NO_ACCESS
  expect([by, refused, answer.text]).toEqual([by, false, answer.text])
}

const named = (lines: readonly Line[]) => lines.map((line) => [titleOf(line), line] as const)

describe.each(named(LINES))('%s', (_, line) => {
  const { who } = line
  if (who === 'anybody') {
    it('lets anybody in, whatever they come with', async () => {
      const rig = await openWorld()
      expectLetIn(await ask(rig, line, null), 'nobody')
      expectLetIn(await ask(rig, line, 'a-token-that-nobody-made'), 'unknown')
    })
    return
  }

  if (typeof who === 'string') {
    const kinds =
      who === 'known' ? [[], ['access:servers!user=ada'], ['inherit']] : [[], ['inherit']]
    it.each(kinds)('lets every token in: %s', async (...scopes) => {
      const rig = await openWorld()
      expectLetIn(await ask(rig, line, await rig.tokenOf('ada', scopes)), scopes.join(','))
    })
    return
  }

  it.each([...who.anyOf, ...covering(line, who)])(
    'lets in who holds %s and no more',
    async (scope) => {
      const rig = await openWorld()
      expectLetIn(await ask(rig, line, await tokenFor(rig, line, [scope])), scope)
    },
  )
})

describe.each(named(LINES.filter(({ who }) => who !== 'anybody' && who !== 'token')))(
  '%s',
  (_, line) => {
    it('takes a cookie with the value of _xsrf', async () => {
      const rig = await openWorld()
      const { headers, xsrf } = await rig.browserOf('ops')
      expectLetIn(await ask(rig, line, { ...headers, 'x-xsrftoken': xsrf }), 'cookie')
    })
  },
)
