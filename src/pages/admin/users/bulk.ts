import { requireScope } from '../../../auth/require-scope.ts'
import type { BulkFrame, BulkPageProps, BulkResult } from '../../../views/admin/users/bulk-page.ts'
import { bulkConfirmPage, bulkFrame, bulkRow } from '../../../views/admin/users/bulk-page.ts'
import { PAGE_HEADERS } from '../../../views/page-headers.ts'
import { field } from '../../form.ts'
import { page } from '../../respond.ts'
import type { SignedIn } from '../../signed-in.ts'
import { memberForm } from '../../signed-in.ts'
import type { Visit } from '../../visit.ts'
import type { BulkWish } from './bulk-wish.ts'
import { checkWish, readWish } from './bulk-wish.ts'
import { doOne } from './bulk-work.ts'
import { inParallel } from './in-parallel.ts'
import { usersAnswer } from './users.ts'

/** Users at a time: quick, and room is left for others. */
const AT_ONCE = 8

/** Does all of it, also when nobody reads on. */
async function work(
  visit: Visit,
  member: SignedIn,
  wish: BulkWish,
  tell: (result: BulkResult, count: number) => void,
): Promise<BulkResult[]> {
  const results: BulkResult[] = []
  await inParallel(wish.names, AT_ONCE, async (name) => {
    const result = await doOne(visit, member, wish, name)
    tell(result, results.push(result))
  })
  return results
}

/** The page's text as it comes to be. The work goes on when the browser goes away. */
function streamOf(
  { before, after }: BulkFrame,
  begin: (tell: (text: string) => void) => Promise<BulkResult[]>,
): ReadableStream<Uint8Array> {
  let isRead = true
  return new ReadableStream({
    start: (controller) => {
      const tell = (text: string): void => {
        if (isRead) controller.enqueue(Buffer.from(text))
      }
      tell(before)
      begin(tell)
        .then((results) => {
          tell(after(results))
          if (isRead) controller.close()
        })
        // Whatever it is: nobody else waits for this work, and the page ends here as broken off.
        .catch((error: unknown) => controller.error(error))
    },
    cancel: () => {
      isRead = false
    },
  })
}

/** What is done to many users at once; each result is shown when it is there. */
export const bulk = memberForm(async (visit, member, form) => {
  requireScope(member.principal, ['admin-ui'], undefined)
  const raw = readWish(form)
  const wish = checkWish(raw)
  if (typeof wish === 'string') {
    return usersAnswer(visit, member, raw.view, { status: 400, error: wish, chosen: raw })
  }
  const props: BulkPageProps = { ...wish, hubPath: visit.hubPath, viewer: member.viewer }
  if (wish.deed === 'delete' && field(form, 'confirmed') !== 'yes') {
    return page(bulkConfirmPage(props))
  }
  const body = streamOf(bulkFrame(props), (tell) =>
    work(visit, member, wish, (result, count) => tell(bulkRow(props, result, count))),
  )
  // Proxies on the way must not collect it.
  return new Response(body, { headers: { ...PAGE_HEADERS, 'X-Accel-Buffering': 'no' } })
})
