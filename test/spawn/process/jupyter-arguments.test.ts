import { expect, test } from 'vitest'
import { jupyterArguments } from '../../../src/spawn/process/jupyter-arguments.ts'
import { withConfigPath } from '../../../src/spawn/process/jupyter-files.ts'

const options = {
  run: { ip: '127.0.0.1', port: 4242 },
  prefix: '/hubs/user/ada/',
  baseUrl: '/hubs/',
  user: 'ada',
  home: '/home/ada',
  templates: '/var/run/templates',
  asRoot: false,
}

test('the arguments of a plain Jupyter', () => {
  expect(jupyterArguments(options)).toEqual([
    '--ServerApp.ip=127.0.0.1',
    '--ServerApp.port=4242',
    '--ServerApp.port_retries=0',
    '--ServerApp.base_url=/hubs/user/ada/',
    '--ServerApp.root_dir=/home/ada',
    '--ServerApp.open_browser=False',
    '--ServerApp.quit_button=False',
    '--ServerApp.allow_remote_access=True',
    '--ServerApp.trust_xheaders=True',
    '--ServerApp.extra_template_paths=/var/run/templates',
    '--ServerApp.tornado_settings=hub_prefix=/hubs/hub/',
    '--ServerApp.tornado_settings=hub_host=',
    '--ServerApp.tornado_settings=user=ada',
  ])
})

test('only the superuser is allowed as the superuser', () => {
  expect(jupyterArguments({ ...options, asRoot: true })).toContain('--ServerApp.allow_root=True')
})

test('our configuration comes before that of the operator', () => {
  expect(withConfigPath({ A: 'b' }, '/ours')).toEqual({ A: 'b', JUPYTER_CONFIG_PATH: '/ours' })
  expect(withConfigPath({ JUPYTER_CONFIG_PATH: '/theirs' }, '/ours')).toEqual({
    JUPYTER_CONFIG_PATH: '/ours:/theirs',
  })
})
