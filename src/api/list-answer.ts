import type { HubContext } from '../hub/context.ts'
import { jsonText } from './answer.ts'
import { StreamAnswer } from './stream-answer.ts'

/** Items of which the text is made at a time. */
const BATCH = 500

/** Milliseconds after which it is asked again whether the reader of a long list may read it. */
const RECHECK_MS = 1_000

export interface ListText<Item> {
  items: readonly Item[]
  /** The texts of some of the items; those that are not shown are left out. */
  load: (items: readonly Item[]) => Promise<readonly string[]>
  /** The answer's JSON with an empty list, the first one in it, where the items belong. */
  frame: string
  stillAllowed: () => Promise<boolean>
}

/** The texts of the items, a batch at a time; each but the first begins with a comma. */
async function* batchesOf<Item>({ items, load }: ListText<Item>): AsyncGenerator<string> {
  let separator = ''
  for (let at = 0; at < items.length; at += BATCH) {
    const texts = await load(items.slice(at, at + BATCH))
    if (texts.length === 0) continue
    yield separator + texts.join(',')
    separator = ','
  }
}

async function* piecesOf<Item>(list: ListText<Item>): AsyncGenerator<string> {
  const split = list.frame.indexOf('[]') + 1
  yield list.frame.slice(0, split)
  yield* batchesOf(list)
  yield list.frame.slice(split)
}

/**
 * Makes the pieces when they are asked for. An error ends the connection, for the answer must not
 * look whole.
 */
function streamOf<Item>(hub: HubContext, list: ListText<Item>): ReadableStream<Uint8Array> {
  const pieces = piecesOf(list)
  let checked = performance.now()
  const next = async (): Promise<string | undefined> => {
    if (performance.now() - checked > RECHECK_MS) {
      if (!(await list.stillAllowed())) throw new Error('the reader may not read it any more')
      checked = performance.now()
    }
    const { done, value } = await pieces.next()
    return done === true ? undefined : value
  }
  return new ReadableStream(
    {
      pull: async (controller) => {
        try {
          const text = await next()
          if (text === undefined) controller.close()
          else controller.enqueue(Buffer.from(text))
        } catch (error) {
          hub.log.warn({ err: error }, 'a list was not sent to its end')
          controller.error(error)
        }
      },
      cancel: async () => {
        await pieces.return(undefined)
      },
    },
    new CountQueuingStrategy({ highWaterMark: 0 }),
  )
}

/**
 * Answers a list in JSON. The texts of a long one are made while it is sent, as fast as the reader
 * takes them: never all of them are in memory.
 */
export async function answerList<Item>(hub: HubContext, list: ListText<Item>): Promise<Response> {
  if (list.items.length > BATCH) {
    const headers = { 'content-type': 'application/json' }
    return new StreamAnswer(streamOf(hub, list), { headers })
  }
  let text = ''
  for await (const piece of piecesOf(list)) text += piece
  return jsonText(text)
}
