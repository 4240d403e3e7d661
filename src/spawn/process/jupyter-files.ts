import { mkdir, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { codeOf } from '../fault.ts'
import type { RunState } from './run-state.ts'

/** What {@link writeJupyterFiles} makes. */
export interface JupyterFiles {
  templates: string
  /** A directory of Jupyter's configuration, for `JUPYTER_CONFIG_PATH`. */
  config: string
}

/**
 * Jupyter Server's page.html, which its error pages extend, writes the server's token into `<body>`
 * in the block `params`. Its own directory is on the search path too, so `templates/page.html` is
 * the original.
 */
const PAGE_TEMPLATE = '{% extends "templates/page.html" %}{% block params %}{% endblock params %}\n'

/** Notebook 7 sets its page's token without regard to the hub, and this file's values after it. */
const PAGE_CONFIG = '{ "token": "" }\n'

/** Without `recursive`: only `prepare` may make the run's directory. */
async function makeDirectory(path: string): Promise<string> {
  await mkdir(path, { mode: 0o700 }).catch((error: unknown) => {
    if (codeOf(error) !== 'EEXIST') throw error
  })
  return path
}

/**
 * Writes the files that keep the server's secret out of the pages that Jupyter serves.
 * @throws a system error, `ENOENT` when the run's directory is gone
 */
export async function writeJupyterFiles(run: Pick<RunState, 'dir'>): Promise<JupyterFiles> {
  const base = await makeDirectory(join(run.dir, 'jupyter'))
  const templates = await makeDirectory(join(base, 'templates'))
  const config = await makeDirectory(join(base, 'config'))
  const labConfig = await makeDirectory(join(config, 'labconfig'))
  await writeFile(join(templates, 'page.html'), PAGE_TEMPLATE)
  await writeFile(join(labConfig, 'page_config.json'), PAGE_CONFIG)
  return { templates, config }
}

/** Puts the directory before those that the environment names already. */
export function withConfigPath(
  environment: Record<string, string>,
  directory: string,
): Record<string, string> {
  const others = environment['JUPYTER_CONFIG_PATH']
  const path = others === undefined || others === '' ? directory : directory + delimiter + others
  return { ...environment, JUPYTER_CONFIG_PATH: path }
}
