import {
  appendFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { WatchOptions } from '../../src/config/watch.ts'
import { watchConfig } from '../../src/config/watch.ts'
import { folderWith } from './support.ts'

/** Notices of the system only: the poll never comes round within a test. */
const NOTICES: WatchOptions = { debounceMs: 10, pollMs: 3_600_000 }

/** Watches a file; `next()` resolves at the next change that nobody has waited for yet. */
function observe(
  file: string,
  options = NOTICES,
): { next: () => Promise<void>; count: () => number } {
  let seen = 0
  let awaited = 0
  let wake = (): void => {}
  const watcher = watchConfig(
    file,
    () => {
      seen++
      wake()
    },
    options,
  )
  onTestFinished(() => watcher.close())
  const next = async (): Promise<void> => {
    awaited++
    while (seen < awaited) await new Promise<void>((resolve) => (wake = resolve))
  }
  return { next, count: () => seen }
}

/** Replaces a file the way editors and deployment tools do. */
function replace(file: string, content: string): void {
  writeFileSync(`${file}.new`, content)
  renameSync(`${file}.new`, file)
}

describe('a change of the config file is noticed', () => {
  it('when it is written in place, again and again', async () => {
    const file = join(folderWith({ 'hubgate.yaml': 'allow_all: true' }), 'hubgate.yaml')
    const changes = observe(file)
    writeFileSync(file, 'allow_all: false')
    await changes.next()
    appendFileSync(file, '\nlog_level: warn')
    await changes.next()

    expect(changes.count()).toBe(2)
  })

  it('when another file is renamed over it, again and again', async () => {
    const file = join(folderWith({ 'hubgate.yaml': '1' }), 'hubgate.yaml')
    const changes = observe(file)
    replace(file, '2')
    await changes.next()
    replace(file, '3')
    await changes.next()

    expect(changes.count()).toBe(2)
  })

  it('when it is moved away and made anew', async () => {
    const file = join(folderWith({ 'hubgate.yaml': '1' }), 'hubgate.yaml')
    const changes = observe(file)
    renameSync(file, `${file}~`)
    await changes.next()
    writeFileSync(file, '2')
    await changes.next()

    expect(changes.count()).toBe(2)
  })

  it('when Kubernetes swaps the link to the folder that it is in', async () => {
    const folder = folderWith({ '..first/hubgate.yaml': '1', '..second/hubgate.yaml': '2' })
    symlinkSync('..first', join(folder, '..data'))
    symlinkSync('..data/hubgate.yaml', join(folder, 'hubgate.yaml'))
    const changes = observe(join(folder, 'hubgate.yaml'))
    symlinkSync('..second', join(folder, '..data.new'))
    renameSync(join(folder, '..data.new'), join(folder, '..data'))
    await changes.next()

    expect(changes.count()).toBe(1)
  })

  it('when it is a link and the file behind it is written', async () => {
    const folder = folderWith({ 'real/config.yaml': '1', 'etc/other': '' })
    symlinkSync('../real/config.yaml', join(folder, 'etc/hubgate.yaml'))
    const changes = observe(join(folder, 'etc/hubgate.yaml'))
    writeFileSync(join(folder, 'real/config.yaml'), '2')
    await changes.next()

    expect(changes.count()).toBe(1)
  })

  it('when a file that it names changes, one that it has just begun to name as well', async () => {
    const text = (name: string): string =>
      `authenticator: { kind: dummy, password: \${file:${name}} }`
    const folder = folderWith({
      'hubgate.yaml': text('a/secret'),
      'a/secret': '1',
      'b/secret': '1',
    })
    const changes = observe(join(folder, 'hubgate.yaml'))
    replace(join(folder, 'a/secret'), '2')
    await changes.next()
    replace(join(folder, 'hubgate.yaml'), text('b/secret'))
    await changes.next()
    replace(join(folder, 'b/secret'), '2')
    await changes.next()

    expect(changes.count()).toBe(3)
  })

  it('by the poll when the system has no notice: its folder is another one now', async () => {
    const folder = folderWith({ 'one/hubgate.yaml': '1', 'two/hubgate.yaml': '2' })
    symlinkSync('one', join(folder, 'etc'))
    const file = join(folder, 'etc/hubgate.yaml')
    const changes = observe(file, { debounceMs: 10, pollMs: 20 })
    symlinkSync('two', join(folder, 'etc.new'))
    renameSync(join(folder, 'etc.new'), join(folder, 'etc'))
    await changes.next()

    expect(changes.count()).toBe(1)
  })

  it('by the poll when its folder is made only later', async () => {
    const folder = folderWith({})
    const file = join(folder, 'etc/hubgate.yaml')
    const changes = observe(file, { debounceMs: 10, pollMs: 20 })
    mkdirSync(join(folder, 'etc'))
    writeFileSync(file, '1')
    await changes.next()
    rmSync(join(folder, 'etc'), { recursive: true })
    await changes.next()

    expect(changes.count()).toBe(2)
  })
})

describe('one change is one notice', () => {
  it('however many writes it takes', async () => {
    const file = join(folderWith({ 'hubgate.yaml': '' }), 'hubgate.yaml')
    const changes = observe(file, { ...NOTICES, debounceMs: 50 })
    for (let i = 0; i < 20; i++) appendFileSync(file, `# ${i}\n`)
    await changes.next()
    replace(file, 'allow_all: true')
    await changes.next()

    expect(changes.count()).toBe(2)
  })

  it('and none when the content is as before or another file changed', async () => {
    const folder = folderWith({ 'hubgate.yaml': '1' })
    const file = join(folder, 'hubgate.yaml')
    const changes = observe(file)
    replace(file, '1')
    writeFileSync(join(folder, 'other.yaml'), '2')
    unlinkSync(join(folder, 'other.yaml'))
    const marker = observe(file)
    replace(file, '2')
    await Promise.all([changes.next(), marker.next()])

    expect(changes.count()).toBe(1)
  })

  it('and none after close', async () => {
    const file = join(folderWith({ 'hubgate.yaml': '1' }), 'hubgate.yaml')
    let calls = 0
    const closed = watchConfig(file, () => calls++, NOTICES)
    closed.close()
    const changes = observe(file, { ...NOTICES, debounceMs: 50 })
    replace(file, '2')
    await changes.next()

    expect(calls).toBe(0)
  })
})
