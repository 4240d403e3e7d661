import { isPlainJupyter } from '../../model/plain-jupyter.ts'
import type { ConfigTree, Finding } from '../config-tree.ts'
import { nearest } from '../nearest.ts'
import type { ConfigPath } from '../path.ts'
import { PLACEHOLDERS, placeholdersIn } from '../placeholders.ts'
import { overridePaths } from './check-profiles.ts'
import { entriesOf, textOf, textsOf } from './read.ts'

interface Field {
  readonly path: ConfigPath
  readonly text: string
  readonly allowed: readonly string[]
}

const NO_SECRET = PLACEHOLDERS.filter((name) => name !== 'token')
const IN_FOLDER = ['username']

/** What a server is started with, of the spawner itself, a profile or an option. */
function commandFields(tree: ConfigTree, around: ConfigPath): Field[] {
  const at = (key: string): ConfigPath => [...around, key]
  return [
    ...[...textsOf(tree, at('cmd')), ...textsOf(tree, at('args'))].map((field) => ({
      ...field,
      allowed: NO_SECRET,
    })),
    ...entriesOf(tree, at('environment')).flatMap(({ path, value }) =>
      typeof value === 'string' ? [{ path, text: value, allowed: PLACEHOLDERS }] : [],
    ),
  ]
}

function fieldsOf(tree: ConfigTree): Field[] {
  const folder = ['spawner', 'notebook_dir']
  const text = textOf(tree, folder)
  return [
    ...[['spawner'], ...overridePaths(tree)].flatMap((around) => commandFields(tree, around)),
    ...(text === undefined ? [] : [{ path: folder, text, allowed: IN_FOLDER }]),
  ]
}

function complaint(name: string, { allowed }: Field, showable: boolean): string {
  if (name === 'token' && allowed === NO_SECRET) {
    return '{token} is a secret, and others see the arguments of a process; put it in environment'
  }
  const usable = `only ${allowed.map((own) => `{${own}}`).join(' ')} can be used here`
  if (!showable) return `${usable}, but something else is in braces`
  const close = nearest(name, allowed)
  return `${usable}, not {${name}}${close === undefined ? '' : `; did you mean {${close}}?`}`
}

function check(tree: ConfigTree, field: Field): Finding[] {
  const { path, text, allowed } = field
  return (
    placeholdersIn(text)
      .filter((name) => !allowed.includes(name))
      // Braces in a value from outside may be part of a password.
      .filter((name) => PLACEHOLDERS.includes(name) || !tree.isReference(path))
      .map((name) => ({ path, message: complaint(name, field, tree.isShowable(path)) }))
  )
}

/** Plain Jupyter does not ask the hub about its visitors: it would let nobody in, by a token of its own. */
function checkCommand(tree: ConfigTree, around: ConfigPath): Finding[] {
  const path = [...around, 'cmd']
  if (textOf(tree, ['spawner', 'notebook_auth']) !== 'oauth') return []
  if (!isPlainJupyter(textsOf(tree, path).map(({ text }) => text))) return []
  const message =
    'with notebook_auth: oauth the command is one that asks the hub about its visitors, such as jupyterhub-singleuser; leave it out, or take notebook_auth: gateway'
  return [{ path, message }]
}

/** What is filled in in commands, arguments, environment and folders of servers is known. */
export function checkSpawner(tree: ConfigTree): Finding[] {
  return [
    ...fieldsOf(tree).flatMap((field) => check(tree, field)),
    ...[['spawner'], ...overridePaths(tree)].flatMap((around) => checkCommand(tree, around)),
  ]
}
