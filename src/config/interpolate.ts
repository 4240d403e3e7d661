/**
 * `${NAME}` (from the environment) and `${file:PATH}` in the text of the config file; `$${` stands
 * for a literal `${`.
 */
import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

/** What a reference stands for, or why it stands for nothing. */
type Resolved = { text: string } | { fault: string }
/** @param reference what is between `${` and `}` */
export type Resolver = (reference: string) => Resolved

export interface Interpolated {
  readonly text: string
  /** A message for each reference that could not be replaced. */
  readonly faults: readonly string[]
  /** Whether anything was replaced: the text may then be a secret. */
  readonly replaced: boolean
  /** The source is one reference and nothing else. */
  readonly whole: boolean
}

const TOKEN = /\$\$\{|\$\{([^}]*)\}|\$\{/g
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/
const FILE = 'file:'
const MAX_FILE_BYTES = 1024 * 1024

/** YAML's own punctuation and the private characters (U+E0xx) that stand in for it. */
const SPECIAL = /[{}[\],:#]/g
const SHIELDED = /[\uE07B\uE07D\uE05B\uE05D\uE02C\uE03A\uE023]/g
const SHIFT = 0xe000

/**
 * Makes references harmless to the YAML parser, which would take the braces in
 * `{ password: ${NAME} }` for a mapping. Offsets stay the same. Undone by {@link unshield}.
 */
export function shield(text: string): string {
  return text.replace(/\$\{[^{}\r\n]*\}/g, (reference) =>
    reference.replace(SPECIAL, (mark) => String.fromCharCode(mark.charCodeAt(0) + SHIFT)),
  )
}

/** Restores what {@link shield} changed, in a scalar that the YAML parser returned. */
export function unshield(text: string): string {
  return text.replace(SHIELDED, (mark) => String.fromCharCode(mark.charCodeAt(0) - SHIFT))
}

/** Replaces the references in one scalar; what they are replaced by is not looked at again. */
export function interpolate(source: string, resolver: Resolver): Interpolated {
  const faults: string[] = []
  let replaced = false
  const text = source.replace(TOKEN, (token, reference: string | undefined) => {
    if (token === '$${') return '${'
    replaced = true
    const resolved: Resolved =
      reference === undefined
        ? { fault: '${ is never closed; write $${ for a literal ${' }
        : resolver(reference)
    if ('text' in resolved) return resolved.text
    faults.push(resolved.fault)
    return ''
  })
  return { text, faults, replaced, whole: /^\$\{[^}]*\}$/.test(source) }
}

/** The paths in all `${file:PATH}` of a config file, absolute; PATH is relative to its folder. */
export function filesNamedIn(text: string, configFile: string): string[] {
  const paths = new Set<string>()
  for (const [, reference] of text.matchAll(/\$\{file:([^{}\r\n]+)\}/g)) {
    if (reference !== undefined) paths.add(resolve(dirname(configFile), reference.trim()))
  }
  return [...paths]
}

const FILE_FAULTS: Record<string, string> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  EISDIR: 'it is a folder',
  ELOOP: 'its symbolic links go in a circle',
}

/** Why a file could not be read, in plain words. */
export function fileFault(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === '' || code.startsWith('ERR_ENCODING')) return 'it is not UTF-8 text'
  return FILE_FAULTS[code] ?? `the system says ${code}`
}

/**
 * Reads a text file.
 * @throws Error when it cannot be read or is not UTF-8; {@link fileFault} explains it
 */
export async function readText(path: string): Promise<string> {
  return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path))
}

async function readReference(path: string): Promise<Resolved> {
  try {
    const text = await readText(path)
    if (text.length > MAX_FILE_BYTES) return { fault: 'it is larger than 1 MiB' }
    return { text: text.replace(/(?:\r?\n)+$/, '') }
  } catch (error) {
    return { fault: fileFault(error) }
  }
}

/**
 * Reads every file that the config file names, and returns what resolves its references.
 * @param text of the config file
 */
export async function openResolver(
  text: string,
  configFile: string,
  env: NodeJS.ProcessEnv,
): Promise<Resolver> {
  const files = new Map<string, Resolved>()
  for (const path of filesNamedIn(text, configFile)) files.set(path, await readReference(path))

  const ofFile = (reference: string): Resolved => {
    const found = files.get(resolve(dirname(configFile), reference))
    if (found === undefined) return { fault: `\${file:} needs a path` }
    return 'text' in found ? found : { fault: `cannot read the file ${reference}: ${found.fault}` }
  }
  const ofEnvironment = (name: string): Resolved => {
    const text = Object.hasOwn(env, name) ? env[name] : undefined
    return text === undefined ? { fault: `the environment variable ${name} is not set` } : { text }
  }
  return (reference) => {
    if (reference.startsWith(FILE)) return ofFile(reference.slice(FILE.length).trim())
    if (NAME.test(reference)) return ofEnvironment(reference)
    return {
      fault: `\${…} takes the name of an environment variable or file:PATH; write $\${ for a literal \${`,
    }
  }
}
