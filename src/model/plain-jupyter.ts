import { basename } from 'node:path'

const APPLICATIONS = new Set(['lab', 'server', 'notebook'])

/** Whether a command is plain `jupyter lab`, `jupyter server` or `jupyter notebook`, by any path. */
export function isPlainJupyter(cmd: readonly string[]): boolean {
  const [program = '', subcommand = ''] = cmd
  const name = basename(program)
  if (name === 'jupyter') return APPLICATIONS.has(subcommand)
  return name.startsWith('jupyter-') && APPLICATIONS.has(name.slice('jupyter-'.length))
}
