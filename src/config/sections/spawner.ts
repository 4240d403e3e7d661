import { z } from 'zod'
import { environment } from './environment.ts'
import { profiles } from './profiles.ts'
import { seconds } from './values.ts'

const processSpawner = z.strictObject({
  kind: z.literal('process').describe('process: servers are processes on this machine.'),
  notebook_auth: z
    .enum(['gateway', 'oauth'])
    .default('gateway')
    .describe(
      'gateway: the gateway checks visitors, and the server is any HTTP application. oauth: the server signs visitors in through the hub, as jupyterhub-singleuser does.',
    ),
  cmd: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe(
      'The command of a server: jupyter lab when left out, jupyterhub-singleuser with notebook_auth: oauth. {port} {ip} {base_url} {username} {servername} are filled in.',
    ),
  hub_connect_url: z
    .url({ protocol: /^https?$/, error: 'this is no URL like http://10.0.0.1:8000' })
    .optional()
    .describe(
      'How servers and services reach the hub, http://10.0.0.1:8000; where this replica listens when left out.',
    ),
  args: z
    .array(z.string())
    .default([])
    .describe('More arguments; filled in like cmd. {token} is refused: others see process lists.'),
  environment: environment
    .default({})
    .describe('More environment variables of a server; filled in like cmd, and {token} as well.'),
  profiles,
  env_keep: z
    .array(z.string())
    .default(['PATH', 'LANG', 'LC_ALL', 'TZ', 'VIRTUAL_ENV', 'LD_LIBRARY_PATH'])
    .describe('The environment variables of the gateway that a server inherits.'),
  ip: z.string().min(1).default('127.0.0.1').describe('Address that servers listen on.'),
  notebook_dir: z
    .string()
    .min(1)
    .default('var/home/{username}')
    .describe('Home and working directory of a server, made when missing.'),
  default_url: z
    .string()
    .regex(/^(?:\/[!-.0-~][!-~]*)?$/, 'must be a path such as /lab')
    .default('')
    .describe('Where opening a server leads, below its own prefix: /lab.'),
  start_timeout: seconds.default(60).describe('Seconds until the process must run.'),
  http_timeout: seconds.default(30).describe('Seconds from then until it must answer HTTP.'),
  stop_timeout: seconds
    .default(10)
    .describe('Seconds after which a server that does not end is killed.'),
  poll_interval: seconds.default(30).describe('Seconds between looks whether a server is alive.'),
})

/** How and where servers run. */
export const spawner = z
  .discriminatedUnion('kind', [processSpawner])
  .prefault({ kind: 'process' })
  .describe('How and where servers run.')
