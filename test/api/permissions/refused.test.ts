import { describe, expect, it } from 'vitest'
import { ROUTES } from '../../../src/api/routes.ts'
import type { Answer } from '../harness.ts'
import { expectError } from '../harness.ts'
import type { Line, Lists, Needs } from './table.ts'
import { LINES } from './table.ts'
import {
  ask,
  elsewhere,
  insufficient,
  namesResource,
  openWorld,
  titleOf,
  tokenFor,
} from './world.ts'

const NOBODY = 'Missing or invalid credentials.'
const NOTEBOOK = 'This is a notebook token, and notebook tokens do not authorize the hub API.'
const NO_ACCESS = 'No access to resources or resources not found'
const XSRF = "'_xsrf' argument missing or invalid"

const nameOf = ({ method, path }: { method: string; path: string }): string => `${method} ${path}`

/** Who is let in at the others is decided by what is asked about (test/api/forward-auth). */
const TABLED = ROUTES.filter(({ method }) => method !== 'ANY')

type Guarded = Line & { who: Needs | Lists }

const GUARDED = LINES.filter((line): line is Guarded => typeof line.who !== 'string')
const named = <OneLine extends Line>(lines: readonly OneLine[]) =>
  lines.map((line) => [titleOf(line), line] as const)

function expectMissing(answer: Answer, { who, refusals }: Guarded): void {
  const message = `Action is not authorized with current scopes; requires any of [${who.anyOf.join(', ')}]`
  expectError(answer, 403, refusals?.missing ?? message)
}

describe('the table', () => {
  it('has a line for every route, and no line for another', () => {
    const described = new Set(LINES.map(nameOf))
    expect([...described].sort()).toEqual(TABLED.map(nameOf).sort())
  })

  it('says of the same routes as they do themselves that anybody may ask', () => {
    const open = TABLED.filter(({ policy }) => policy.kind === 'open').map(nameOf)
    const anybody = LINES.filter(({ who }) => who === 'anybody').map(nameOf)
    expect(anybody.sort()).toEqual(open.sort())
  })
})

describe.each(named(GUARDED))('%s', (_, line) => {
  it('lets nobody in who is not known, and no notebook token', async () => {
    const rig = await openWorld()
    const unknown = line.refusals === undefined ? NOBODY : line.refusals.unknown
    for (const who of [null, 'a-token-that-nobody-made', { authorization: 'basic b3BzOm9wcw==' }]) {
      expectError(await ask(rig, line, who), 403, unknown)
    }
    const notebook = await rig.tokenOf('ops', ['access:servers'])
    expectError(await ask(rig, line, notebook), 403, NOTEBOOK)
  })

  it('lets nobody in who holds all scopes but those that are enough', async () => {
    const rig = await openWorld()
    expectMissing(await ask(rig, line, await tokenFor(rig, line, insufficient(line.who))), line)
    expectMissing(await ask(rig, line, await tokenFor(rig, line, [])), line)
  })

  it.each(elsewhere(line, line.who))('lets nobody in who holds %s', async (scope) => {
    const rig = await openWorld()
    const token = await tokenFor(rig, line, [scope, ...insufficient(line.who)])
    const answer = await ask(rig, line, token)
    const unlikeOthers = !namesResource(line.who) || line.refusals?.missing !== undefined
    if (unlikeOthers) expectMissing(answer, line)
    else expectError(answer, 404, NO_ACCESS)
  })

  it("takes no cookie without the session's value of _xsrf", async () => {
    const rig = await openWorld()
    const { headers } = await rig.browserOf('ops')
    const other = await rig.browserOf('ops')
    expectError(await ask(rig, line, headers), 403, XSRF)
    expectError(await ask(rig, line, { ...headers, 'x-xsrftoken': other.xsrf }), 403, XSRF)
  })
})

const UNSCOPED = LINES.filter(({ who }) => typeof who === 'string' && who !== 'anybody')

describe.each(named(UNSCOPED))('%s', (_, line) => {
  it('lets nobody in who is not known', async () => {
    const rig = await openWorld()
    expectError(await ask(rig, line, null), 403, null)
    expectError(await ask(rig, line, 'a-token-that-nobody-made'), 403, null)
    const { headers } = await rig.browserOf('ops')
    expectError(await ask(rig, line, headers), 403, XSRF)
  })
})

describe.each(named(UNSCOPED.filter(({ who }) => who !== 'known')))('%s', (_, line) => {
  it('lets no notebook token in', async () => {
    const rig = await openWorld()
    const notebook = await rig.tokenOf('ops', ['access:servers'])
    expectError(await ask(rig, line, notebook), 403, NOTEBOOK)
  })
})

describe.each(named(UNSCOPED.filter(({ who }) => who === 'token')))('%s', (_, line) => {
  it('takes no cookie at all', async () => {
    const rig = await openWorld()
    const { headers, xsrf } = await rig.browserOf('ops')
    expectError(await ask(rig, line, { ...headers, 'x-xsrftoken': xsrf }), 403, null)
  })
})
