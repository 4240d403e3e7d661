import { describe, expect, it } from 'vitest'
import { chosenOf, chosenText, optionsFault, slugOf, withChosen } from '../../src/model/profiles.ts'
import { PROFILES } from '../support/profiles.ts'

const BASE = { cmd: ['jupyter', 'lab'], args: ['--a'], environment: { A: 'base', B: 'base' } }

describe('a slug', () => {
  it.each([
    ['GPU (large)', 'gpu-large'],
    ['  Été 2026! ', 'ete-2026'],
    ['大', ''],
  ])('of %j is %j', (name, slug) => {
    expect(slugOf({ name })).toBe(slug)
  })

  it('is the one that is given', () => {
    expect(slugOf({ name: 'GPU', slug: 'g' })).toBe('g')
  })
})

describe('options', () => {
  it.each([
    [{}],
    [{ profile: 'small' }],
    [{ profile: 'gpu' }],
    [{ profile: 'gpu', memory: '16-gb' }],
    [{ profile: 'gpu', memory: '8', cards: 'two' }],
  ])('%j can be asked for', (options) => {
    expect(optionsFault(PROFILES, options)).toBeUndefined()
  })

  it.each([
    [{ profile: 'large' }, 'profile', 'no such profile; choose one of small, gpu'],
    [{ profile: '' }, 'profile', 'no such profile; choose one of small, gpu'],
    [{ profile: ['gpu'] }, 'profile', 'no such profile; choose one of small, gpu'],
    [
      { profile: 'small', memory: '8' },
      'memory',
      'the profile small has no such choice; it has no choices',
    ],
    [{ memory: '8' }, 'memory', 'the profile small has no such choice; it has no choices'],
    [
      { profile: 'gpu', constructor: '8' },
      'constructor',
      'the profile gpu has no such choice; its choices are memory, cards',
    ],
    [{ profile: 'gpu', memory: '32' }, 'memory', 'no such option; choose one of 8, 16-gb'],
    [{ profile: 'gpu', memory: 8 }, 'memory', 'no such option; choose one of 8, 16-gb'],
    [{ profile: 'gpu', memory: null }, 'memory', 'no such option; choose one of 8, 16-gb'],
  ])('%j cannot: %s', (options, field, message) => {
    expect(optionsFault(PROFILES, options)).toEqual({ field, message })
  })
})

describe('what is chosen', () => {
  const text = (options: Parameters<typeof chosenOf>[1]) => {
    const chosen = chosenOf(PROFILES, options)
    return chosen === undefined ? '' : chosenText(chosen)
  }

  it.each([
    ['nothing', null, 'Small'],
    ['a profile', { profile: 'gpu' }, 'GPU (large), Memory: 16 GB, Cards: One'],
    ['an option', { profile: 'gpu', memory: '8' }, 'GPU (large), Memory: 8 GB, Cards: One'],
    ['a profile that is gone', { profile: 'huge', memory: '8' }, 'Small'],
    [
      'an option that is gone',
      { profile: 'gpu', memory: '1' },
      'GPU (large), Memory: 16 GB, Cards: One',
    ],
    ['something older than profiles', { image: ['x'] }, 'Small'],
  ])('by %s', (_, options, expected) => {
    expect(text(options)).toBe(expected)
  })

  it('is nothing without profiles', () => {
    expect(chosenOf([], { profile: 'gpu' })).toBeUndefined()
    expect(withChosen(BASE, undefined)).toEqual(BASE)
  })

  it('changes what a server is started with', () => {
    expect(withChosen(BASE, chosenOf(PROFILES, { profile: 'small' }))).toEqual({
      ...BASE,
      environment: { A: 'small', B: 'base' },
    })
    expect(withChosen(BASE, chosenOf(PROFILES, { profile: 'gpu', cards: 'two' }))).toEqual({
      cmd: ['run', '{port}'],
      args: ['--gpu', '--memory=16', '--cards=2'],
      environment: { A: 'gpu', B: '16', C: '{token}' },
    })
  })
})
