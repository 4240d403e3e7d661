import { expectTypeOf, test } from 'vitest'
import type { ErrorCode } from '../../src/base/errors.ts'
import { HubgateError } from '../../src/base/errors.ts'

test('only registered codes construct an error', () => {
  expectTypeOf<ErrorCode>().not.toBeAny()
  expectTypeOf<'not_found'>().toExtend<ErrorCode>()
  // @ts-expect-error no such code
  new HubgateError('nope')
  expectTypeOf(new HubgateError('forbidden').publicMessage).toEqualTypeOf<string | null>()
})
