// P3: with `listen.hosts` a request is for this gateway, by its Host, or it is for nobody.
import { describe, expect, it } from 'vitest'
import { expectPassed, expectRefused } from './support/tables.ts'
import { useGate } from './support/use-gate.ts'
import { UPGRADE } from './support/websocket.ts'

const gate = useGate(['ada/'], {
  listen: { hosts: ['hub.example', 'with.port:8443', 'h'] },
  public_url: 'https://public.example',
})

const asked = (host: string, target: string, ...lines: string[]): string =>
  [
    `GET ${target} HTTP/1.1`,
    `Host: ${host}`,
    'Authorization: token {token}',
    ...lines,
    '',
    '',
  ].join('\r\n')

describe('a request to a name that is not the gateway’s', () => {
  it.each([
    'evil.example',
    'hub.example.evil',
    'evil.hub.example',
    'with.port',
    'with.port:8444',
    'localhost',
    '127.0.0.2',
    '[::1]',
  ])('is refused, whatever it asks for: %s', async (host) => {
    const targets = ['/user/ada/x', '/hub/api/', '/hub/health', '/hub/login', '/services/x/', '/']
    for (const target of targets) {
      gate.reset()
      const { body } = await expectRefused(gate, asked(host, target), 421)
      expect(body).toContain('listen.hosts')
    }
  })

  it('is no upgrade either', async () => {
    await expectRefused(gate, asked('evil.example', '/user/ada/ws', ...UPGRADE), 421)
  })

  it('is counted', async () => {
    await expectRefused(gate, asked('evil.example', '/'), 421)
    const { text } = await gate.gateway.api('GET', '/../metrics')
    expect(text).toMatch(/^hubgate_rejected_total\{reason="misdirected"\} [1-9]/m)
  })
})

describe('a request to one of the gateway’s names', () => {
  it.each([
    'hub.example',
    'HUB.example',
    'hub.example.',
    'hub.example:1234',
    'with.port:8443',
    'public.example',
    '127.0.0.1',
    '127.0.0.1:8000',
  ])('passes: %s', async (host) => {
    const { head } = await expectPassed(gate, asked(host, '/user/ada/x', 'Connection: close'))
    expect(head).toMatch(/^host: /im)
  })
})
