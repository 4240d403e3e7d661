import { describe, expect, it } from 'vitest'
import { isNetwork, Networks } from '../../src/base/networks.ts'

describe('isNetwork', () => {
  it.each(['10.0.0.1', '10.0.0.0/8', '0.0.0.0/0', '::1', '2001:db8::/32', '::ffff:10.0.0.0/104'])(
    'takes %s',
    (text) => {
      expect(isNetwork(text)).toBe(true)
    },
  )

  it.each([
    ...['', '10', '10.0.0', '10.0.0.0/', '10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/8/8', '::/129'],
    ...['010.0.0.1', '10.0.0.0/08', 'localhost', 'fe80::1%eth0', ' 10.0.0.1', '10.0.0.0/8 ', '*'],
  ])('refuses %j', (text) => {
    expect(isNetwork(text)).toBe(false)
  })
})

describe('Networks', () => {
  const networks = new Networks(['10.0.0.0/8', '192.0.2.7', '2001:db8::/32', 'nonsense'])

  it.each([
    ...['10.0.0.0', '10.255.255.255', '192.0.2.7', '2001:db8::1', '2001:DB8:0:0::1'],
    ...['::ffff:10.1.2.3', '::ffff:a01:203'],
  ])('has %s', (address) => {
    expect(networks.has(address)).toBe(true)
  })

  it.each([
    ...['11.0.0.0', '192.0.2.8', '2001:db9::1', '::ffff:11.0.0.1', '::10.1.2.3', '::1'],
    ...['', '10', 'nonsense', '10.1.2.3, 10.1.2.4', '10.1.2.3:80'],
  ])('has not %j', (address) => {
    expect(networks.has(address)).toBe(false)
  })

  it('is empty without any, and all there is with /0', () => {
    expect(new Networks([]).has('127.0.0.1')).toBe(false)
    expect(new Networks(['0.0.0.0/0']).has('203.0.113.9')).toBe(true)
    expect(new Networks(['0.0.0.0/0']).has('2001:db8::1')).toBe(false)
  })
})
