import { describe, expect, it } from 'vitest'
import { frameMeter, isActivity, isControlOnly } from '../../src/proxy/activity.ts'
import { testRoute } from '../support/forward-harness.ts'
import { FakeClock } from '../support/hub.ts'

describe('isActivity', () => {
  it.each([
    ['GET', 'lab'],
    ['GET', 'api/contents/a.ipynb/checkpoints'],
    ['GET', 'api/kernels-of-mine'],
    ['GET', 'proxy/8080/'],
    ['PUT', 'api/contents/a.ipynb'],
    ['POST', 'api/kernels'],
    ['DELETE', 'api/sessions/1'],
    ['GET', ''],
  ])('counts %s %s', (method, path) => {
    expect(isActivity(method, path)).toBe(true)
  })

  it.each([
    ['GET', 'api/status'],
    ['GET', 'api/status?1690000000'],
    ['HEAD', 'api/status'],
    ['GET', 'api/kernels'],
    ['GET', 'api/kernels?1'],
    ['GET', 'api/sessions'],
    ['GET', 'api/terminals'],
    ['GET', 'api/contents/work?content=1'],
    ['OPTIONS', 'lab'],
  ])('does not count %s %s', (method, path) => {
    expect(isActivity(method, path)).toBe(false)
  })
})

/** A masked frame of a client, RFC 6455 §5.2. */
const frame = (opcode: number, length = 0): Buffer =>
  Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | length, 1, 2, 3, 4]), Buffer.alloc(length)])

describe('WebSocket frames', () => {
  it('tells pings, pongs and closes from data', () => {
    expect(isControlOnly(frame(0xa))).toBe(true)
    expect(isControlOnly(Buffer.concat([frame(0x9, 5), frame(0xa, 125), frame(0x8, 2)]))).toBe(true)
    expect(isControlOnly(frame(0x1, 3))).toBe(false)
    expect(isControlOnly(Buffer.concat([frame(0xa), frame(0x2, 9)]))).toBe(false)
    expect(isControlOnly(Buffer.from('rest of a long message'))).toBe(false)
  })

  it('are noted when they carry data, at most every 5 s', () => {
    const clock = new FakeClock()
    let touches = 0
    const meter = frameMeter(testRoute('http://127.0.0.1:1'), clock, () => {
      touches += 1
    })
    meter(frame(0xa))
    expect(touches).toBe(0)
    meter(frame(0x1, 3))
    meter(frame(0x1, 3))
    clock.advance(4_999)
    meter(frame(0x1, 3))
    expect(touches).toBe(1)
    clock.advance(1)
    meter(frame(0x1, 3))
    expect(touches).toBe(2)
  })
})
