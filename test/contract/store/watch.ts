import { expect, it } from 'vitest'
import type { Entry } from '../../../src/store/port.ts'
import type { Open } from './setup.ts'
import { listen, ODD_NAMES, put, write } from './setup.ts'

export function describeWatch(open: Open): void {
  it('reports a commit before it resolves', async () => {
    await using test = await open()
    const heard = listen(test.store)
    const commit = { set: [write('a'), write('b')], delete: [['c']] }
    const before = test.store.commit(commit).then(() => heard.events.length)
    expect(await before).toBe(1)
    expect(heard.names().toSorted()).toEqual(['a', 'b', 'c'])
  })

  it('reports its own commits once, in order, though it also hears of those of others', async () => {
    await using test = await open()
    const other = await test.second()
    const heard = listen(test.store)
    for (const name of ['a', 'b']) await put(test.store, [name], 1)
    await put(other, ['c'], 1)
    await heard.until('c')
    await put(test.store, ['d'], 1)
    await put(other, ['end'], 1)
    await heard.until('end')
    expect(heard.names()).toEqual(['a', 'b', 'c', 'd', 'end'])
  })

  it('reports the commits of another connection, each whole, in order', async () => {
    await using test = await open()
    const heard = listen(await test.second())
    await test.store.commit({ set: [write('a'), write('b')] })
    await test.store.commit({ delete: [['a']] })
    await put(test.store, ['end'], 1)
    await heard.until('end')
    expect(heard.events.map((event) => (event.kind === 'gap' ? 'gap' : event.keys))).toEqual([
      [['a'], ['b']],
      [['a']],
      [['end']],
    ])
  })

  it('reports keys as they are, odd characters and all', async () => {
    await using test = await open()
    const other = await test.second()
    const heard = [listen(test.store), listen(other)]
    await put(test.store, ODD_NAMES, 1)
    await put(test.store, ['end'], 1)
    await Promise.all(heard.map((one) => one.until('end')))
    expect(heard.map((one) => one.events[0])).toEqual(
      heard.map(() => ({ kind: 'changed', keys: [ODD_NAMES] })),
    )
  })

  it('is silent about commits that were not applied, or changed nothing', async () => {
    await using test = await open()
    const heard = listen(test.store)
    await test.store.commit({ check: [{ key: ['x'], version: '1' }], set: [write('a')] })
    await test.store.commit({ check: [{ key: ['x'], version: null }] })
    await put(test.store, ['end'], 1)
    expect(heard.names()).toEqual(['end'])
  })

  it('lets a listener see the new state', async () => {
    await using test = await open()
    const seen: Promise<Entry | undefined>[] = []
    test.store.watch(() => seen.push(test.store.get(['a'])))
    await put(test.store, ['a'], 'new')
    expect((await Promise.all(seen)).map((entry) => entry?.value)).toEqual(['new'])
  })

  it('tells every listener, whatever another one does, until it stops', async () => {
    await using test = await open()
    const heard: string[] = []
    test.store.watch(() => {
      throw new Error('a listener with a fault')
    })
    const first = test.store.watch(() => heard.push('first'))
    test.store.watch(() => heard.push('second'))
    await put(test.store, ['a'], 1)
    first()
    first()
    await put(test.store, ['b'], 1)
    expect(heard).toEqual(['first', 'second', 'second'])
  })

  it('lets a listener commit, and reports that commit behind the one it answers', async () => {
    await using test = await open()
    const answers: Promise<unknown>[] = []
    test.store.watch((event) => {
      if (event.kind === 'changed' && event.keys[0]?.[0] === 'question') {
        answers.push(put(test.store, ['answer'], 1))
      }
    })
    const heard = listen(test.store)
    await put(test.store, ['question'], 1)
    await heard.until('answer')
    await Promise.all(answers)
    expect(heard.names()).toEqual(['question', 'answer'])
  })
}
