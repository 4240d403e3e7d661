import { describe, expect, it } from 'vitest'
import { LoginLimit } from '../../src/auth/login-limit.ts'
import { FakeClock } from '../support/hub.ts'

function fail(limit: LoginLimit, times: number, account: string, address: string): void {
  for (let i = 0; i < times; i++)
    expect(limit.begin(account, address)).toMatchObject({ allowed: true })
}

describe('LoginLimit', () => {
  it('lets ten failures a minute pass, then says how long to wait', () => {
    const clock = new FakeClock()
    const limit = new LoginLimit(clock)
    fail(limit, 4, 'ada', '192.0.2.1')
    clock.advance(20_000)
    fail(limit, 6, 'ada', '192.0.2.1')
    expect(limit.begin('ada', '192.0.2.1')).toEqual({ allowed: false, retryAfter: 40 })
    clock.advance(39_999)
    expect(limit.begin('ada', '192.0.2.1')).toEqual({ allowed: false, retryAfter: 1 })
    clock.advance(1)
    fail(limit, 4, 'ada', '192.0.2.1')
    expect(limit.begin('ada', '192.0.2.1')).toMatchObject({ allowed: false })
  })

  it('does not let a stranger lock an account', () => {
    const limit = new LoginLimit(new FakeClock())
    fail(limit, 10, 'ada', '192.0.2.1')
    expect(limit.begin('ada', '192.0.2.1')).toMatchObject({ allowed: false })
    expect(limit.begin('ada', '192.0.2.2')).toMatchObject({ allowed: true })
    expect(limit.begin('grace', '192.0.2.1')).toMatchObject({ allowed: true })
  })

  it('lets thirty failures a minute pass from one address', () => {
    const limit = new LoginLimit(new FakeClock())
    for (let i = 0; i < 30; i++) fail(limit, 1, `user-${i}`, '192.0.2.1')
    expect(limit.begin('another', '192.0.2.1')).toMatchObject({ allowed: false, retryAfter: 60 })
    expect(limit.begin('another', '192.0.2.2')).toMatchObject({ allowed: true })
  })

  it('does not count successes', () => {
    const limit = new LoginLimit(new FakeClock())
    for (let i = 0; i < 100; i++) {
      const attempt = limit.begin('ada', '192.0.2.1')
      if (attempt.allowed) attempt.succeeded()
    }
    expect(limit.begin('ada', '192.0.2.1')).toMatchObject({ allowed: true })
  })

  it('counts attempts that are still under way', () => {
    const limit = new LoginLimit(new FakeClock())
    const attempts = Array.from({ length: 12 }, () => limit.begin('ada', '192.0.2.1'))
    expect(attempts.filter(({ allowed }) => allowed)).toHaveLength(10)
  })

  it('takes a /64 of IPv6, which one client may have all of, for one', () => {
    const limit = new LoginLimit(new FakeClock())
    for (let i = 0; i < 10; i++) fail(limit, 1, 'ada', `2001:db8:1:2::${i}`)
    expect(limit.begin('ada', '2001:db8:1:2:f::99')).toMatchObject({ allowed: false })
    expect(limit.begin('ada', '2001:db8:1:3::1')).toMatchObject({ allowed: true })
  })

  it('takes an IPv4 address and its mapped form for one', () => {
    const limit = new LoginLimit(new FakeClock())
    fail(limit, 10, 'ada', '192.0.2.1')
    expect(limit.begin('ada', '::ffff:192.0.2.1')).toMatchObject({ allowed: false })
  })

  it('does not confuse address and account', () => {
    const limit = new LoginLimit(new FakeClock())
    fail(limit, 10, 'b', 'a')
    expect(limit.begin('', 'a\nb')).toMatchObject({ allowed: true })
  })

  it('forgets the oldest rather than grow', () => {
    const limit = new LoginLimit(new FakeClock(), { max: 4 })
    fail(limit, 10, 'ada', '192.0.2.1')
    fail(limit, 1, 'x', '192.0.2.2')
    fail(limit, 1, 'y', '192.0.2.3')
    expect(limit.begin('ada', '192.0.2.1')).toMatchObject({ allowed: true })
  })

  it('counts what other processes tell, and takes back what succeeded there', () => {
    const clock = new FakeClock()
    const other = new LoginLimit(clock)
    const limit = new LoginLimit(clock, { tell: (attempt) => other.hear(attempt) })
    fail(limit, 5, 'ada', '192.0.2.1')
    fail(other, 4, 'ada', '192.0.2.1')
    const last = limit.begin('ada', '192.0.2.1')
    expect(other.begin('ada', '192.0.2.1')).toMatchObject({ allowed: false })
    if (last.allowed) last.succeeded()
    expect(other.begin('ada', '192.0.2.1')).toMatchObject({ allowed: true })
    expect(other.begin('ada', '192.0.2.1')).toMatchObject({ allowed: false })
  })
})
