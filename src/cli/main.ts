#!/usr/bin/env node
import { Command, InvalidArgumentError } from 'commander'
import type { LoadOptions } from '../config/load.ts'
import { configPath } from '../config/load.ts'
import { MAX_WORKERS } from '../config/sections/listen.ts'
import { runConfigCheck } from './config-check.ts'
import { runHashToken } from './hash-token.ts'
import { runStart } from './start.ts'
import { runToken } from './token.ts'

type Overrides = NonNullable<LoadOptions['overrides']>

function wholeNumber(text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.')
  return Number(text)
}

function lifetime(text: string): number {
  const count = wholeNumber(text)
  if (count > 0) return count
  throw new InvalidArgumentError(
    'It must be above 0; leave it out for a token that does not expire.',
  )
}

function workers(text: string): number | 'auto' {
  if (text === 'auto') return 'auto'
  const count = /^\d{1,2}$/.test(text) ? Number(text) : 0
  if (count >= 1 && count <= MAX_WORKERS) return count
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${MAX_WORKERS}, or auto.`)
}

function collect(value: string, earlier: string[]): string[] {
  return [...earlier, value]
}

const CONFIG = '--config <file>'
const CONFIG_HELP = 'config file; else $HUBGATE_CONFIG, else config/hubgate.yaml'

const program = new Command('hubgate')
  .description(
    'An authenticating gateway in front of Jupyter servers that speaks JupyterHub’s API.',
  )
  .showHelpAfterError()

program
  .command('start')
  .description('run a replica in the foreground; SIGTERM drains it and leaves servers running')
  .option(CONFIG, CONFIG_HELP)
  .option('--host <host>', 'address to listen on')
  .option('--port <n>', 'port to listen on; 0 picks a free one', wholeNumber)
  .option('--store <url>', 'where state is kept, such as sqlite:var/hubgate.sqlite')
  .option(
    '--workers <n>',
    'processes that share the port and the work; auto for one a core',
    workers,
  )
  .action(async (options: { config?: string } & Overrides) => {
    const { config, ...overrides } = options
    process.exitCode = await runStart(configPath(config), overrides)
  })

program
  .command('token')
  .description('make a token for a user (created if new) and print it')
  .argument('<user>', 'whose token it is')
  .option(CONFIG, CONFIG_HELP)
  .option('--note <text>', 'what it is for')
  .option(
    '--expires-in <seconds>',
    'how long it is good for; as long as the config file allows when left out',
    lifetime,
  )
  .option(
    '--scope <scope>',
    'what it may do, once for each; all that the user may when left out',
    collect,
    [],
  )
  .option('--store <url>', 'where state is kept')
  .action(
    async (
      user: string,
      options: {
        config?: string
        note?: string
        expiresIn?: number
        scope: string[]
        store?: string
      },
    ) => {
      const { config, ...wish } = options
      process.exitCode = await runToken(configPath(config), user, wish)
    },
  )

program
  .command('hash-token')
  .description('read a secret on stdin and print its sha256: digest for api_tokens')
  .action(async () => {
    process.exitCode = await runHashToken(process.stdin)
  })

program
  .command('config')
  .description('work on the config file')
  .command('check')
  .description('exit 0, or print every fault with its file and line')
  .option(CONFIG, CONFIG_HELP)
  .action(async (options: { config?: string }) => {
    process.exitCode = await runConfigCheck(configPath(options.config))
  })

await program.parseAsync()
