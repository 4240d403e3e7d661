import type { RunState } from './run-state.ts'

export interface JupyterOptions {
  run: Pick<RunState, 'ip' | 'port'>
  /** The server's own prefix, `/user/ada/`. */
  prefix: string
  /** The gateway's own prefix, `/`. */
  baseUrl: string
  user: string
  home: string
  /** The directory of templates that jupyter-files.ts writes. */
  templates: string
  /** Whether the server runs as the superuser, which Jupyter refuses unless told. */
  asRoot: boolean
}

/**
 * The arguments that make a plain Jupyter server serve below its prefix behind the gateway. The
 * secret is not among them: the process list shows arguments to everybody.
 *
 * `hub_prefix` and its two companions are what JupyterLab (labapp.py) and Notebook take for "behind
 * a hub": they add the hub's menu and leave the server's token out of the page. With the token in
 * the page the browser would send it, and the gateway would refuse it.
 */
export function jupyterArguments(options: JupyterOptions): string[] {
  const { run, home, baseUrl } = options
  const settings: [string, string][] = [
    ['ip', run.ip],
    ['port', String(run.port)],
    ['port_retries', '0'],
    ['base_url', options.prefix],
    ['root_dir', home],
    ['open_browser', 'False'],
    ['quit_button', 'False'],
    // The Host header is the gateway's, and the gateway alone says who the client is.
    ['allow_remote_access', 'True'],
    ['trust_xheaders', 'True'],
    ['extra_template_paths', options.templates],
    ['tornado_settings', `hub_prefix=${baseUrl}hub/`],
    ['tornado_settings', 'hub_host='],
    ['tornado_settings', `user=${options.user}`],
  ]
  if (options.asRoot) settings.push(['allow_root', 'True'])
  return settings.map(([name, value]) => `--ServerApp.${name}=${value}`)
}
