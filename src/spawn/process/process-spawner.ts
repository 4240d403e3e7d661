import { mkdir, rename, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '../../base/log.ts'
import type { SpawnerConfig } from '../../config/schema.ts'
import type { JsonObject } from '../../model/json.ts'
import { isPlainJupyter } from '../../model/plain-jupyter.ts'
import type { Commanded } from '../../model/profiles.ts'
import { chosenOf, withChosen } from '../../model/profiles.ts'
import type { NotebookAuth } from '../../model/server.ts'
import { codeOf, spawnFault } from '../fault.ts'
import { endRun } from '../machine/end-run.ts'
import { Family } from '../machine/family.ts'
import { isRunning } from '../machine/identity.ts'
import { processTable } from '../machine/process-table.ts'
import type { PollResult, SpawnContext, Spawner, SpawnRequest } from '../port.ts'
import type { PortPicker } from '../ports.ts'
import { exitOfChild, forgetChildren } from './children.ts'
import { readClaim, ruleOut } from './claim.ts'
import { serverEnvironment } from './environment.ts'
import { describeExit } from './exit-status.ts'
import { findCommand } from './find-command.ts'
import { jupyterArguments } from './jupyter-arguments.ts'
import { withConfigPath, writeJupyterFiles } from './jupyter-files.ts'
import { isLaunched, launch, runDirectoryFault } from './launch.ts'
import { makeHome } from './make-home.ts'
import { outputTail } from './output-tail.ts'
import type { Placeholders } from './placeholders.ts'
import { fillPlaceholders } from './placeholders.ts'
import type { RunState } from './run-state.ts'
import { outputFile, parseRunState, runUrl } from './run-state.ts'

export interface ProcessSpawnerOptions {
  config: SpawnerConfig
  /** The gateway's own prefix, `/`. */
  baseUrl: string
  /** Where the directories of runs are made; absolute or relative to the gateway's directory. */
  runDir: string
  ports: PortPicker
  log: Log
  /** For `GET /hub/api/info`. */
  version: string
}

interface Command {
  command: string[]
  environment: Record<string, string>
}

/** What `spawner.cmd` stands for when it is left out. */
const STANDARD_COMMAND: Readonly<Record<NotebookAuth, readonly string[]>> = {
  gateway: ['jupyter', 'lab'],
  oauth: ['jupyterhub-singleuser'],
}

const RUN_ID = /^[A-Za-z0-9_-]{1,128}$/
/** How long the kernel may take to tell us of a child that the process table shows as ended. */
const EXIT_NEWS_MS = 1000

/**
 * Runs servers as processes of this machine, as the gateway's own user, that live on when the
 * gateway ends and are found again by any later one. claim.ts has the protocol.
 */
export class ProcessSpawner implements Spawner {
  readonly kind = 'process'
  readonly version: string
  readonly #options: ProcessSpawnerOptions

  constructor(options: ProcessSpawnerOptions) {
    this.#options = options
    this.version = options.version
  }

  async prepare(request: SpawnRequest): Promise<JsonObject> {
    if (!RUN_ID.test(request.runId)) throw new TypeError(`Not a run id: ${request.runId}`)
    const { ip } = this.#options.config
    const port = await this.#options.ports.pick(ip)
    const dir = resolve(this.#options.runDir, request.runId)
    try {
      await mkdir(dir, { recursive: true, mode: 0o700 })
    } catch (error) {
      const message = "The gateway cannot write to its disk. The gateway's log says more."
      throw spawnFault('internal', message, { cause: error, dir })
    }
    return { runId: request.runId, dir, port, ip } satisfies RunState
  }

  async start(
    state: JsonObject,
    request: SpawnRequest,
    context: SpawnContext,
  ): Promise<{ url: string }> {
    const run = parseRunState(state)
    const url = runUrl(run)
    if (isLaunched(await readClaim(run))) return { url }
    const home = await makeHome(this.#options.config.notebook_dir, request.user)
    const { command, environment } = await this.#commandOf(run, request, home)
    context.progress({ progress: 10, message: 'Starting the server process' })
    await launch(run, { command, environment, cwd: home, signal: context.signal })
    this.#options.log.info(
      { user: request.user, server: request.server, runId: run.runId, port: run.port },
      'server process started',
    )
    context.progress({ progress: 30, message: 'The server process runs; waiting until it answers' })
    return { url }
  }

  urlOf(state: JsonObject): string {
    return runUrl(parseRunState(state))
  }

  async poll(state: JsonObject): Promise<PollResult> {
    const run = parseRunState(state)
    const claim = await readClaim(run)
    switch (claim.kind) {
      case 'none':
        return { running: false, exitCode: null, message: 'The server was not started.' }
      case 'ruled-out':
        return { running: false, exitCode: null, message: 'The start was cancelled.' }
      case 'partial': {
        const members = await new Family(processTable, run.runId, undefined).members()
        if (members.length > 0) return { running: true }
        return { running: false, exitCode: null, message: 'The server died as it was started.' }
      }
      case 'taken': {
        if (await isRunning(processTable, claim.leader)) return { running: true }
        const exit = exitOfChild(run.dir, claim.leader.pid)
        const patience = sleep(EXIT_NEWS_MS, undefined, { ref: false })
        return { running: false, ...describeExit(await Promise.race([exit, patience])) }
      }
    }
  }

  async stop(state: JsonObject, signal: AbortSignal): Promise<void> {
    const run = parseRunState(state)
    const claim = await ruleOut(run)
    const leader = claim.kind === 'taken' ? claim.leader : undefined
    await endRun(new Family(processTable, run.runId, leader), {
      graceMs: this.#options.config.stop_timeout * 1000,
      signal,
      onKill: () => this.#options.log.warn({ runId: run.runId }, 'server did not end; killing it'),
    })
  }

  async output(state: JsonObject, secret?: string): Promise<string> {
    return outputTail(outputFile(parseRunState(state)), secret)
  }

  async clean(state: JsonObject): Promise<void> {
    const { dir } = parseRunState(state)
    forgetChildren(dir)
    // In one step, so that no late launch finds the directory without the claim in it.
    const doomed = `${dir}.over`
    await rm(doomed, { recursive: true, force: true })
    await rename(dir, doomed).catch((error: unknown) => {
      if (codeOf(error) !== 'ENOENT') throw error
    })
    await rm(doomed, { recursive: true, force: true })
  }

  /** The configuration with what was chosen for this run. */
  #configOf({ userOptions }: SpawnRequest): Omit<SpawnerConfig, keyof Commanded> & Commanded {
    const { config } = this.#options
    return { ...config, ...withChosen(config, chosenOf(config.profiles, userOptions)) }
  }

  async #commandOf(run: RunState, request: SpawnRequest, home: string): Promise<Command> {
    const { baseUrl } = this.#options
    const config = this.#configOf(request)
    const placeholders: Placeholders = {
      port: String(run.port),
      ip: run.ip,
      base_url: request.prefix,
      username: request.user,
      servername: request.server,
      token: request.secret,
    }
    const fill = (text: string): string => fillPlaceholders(text, placeholders)
    const environment = serverEnvironment({
      config,
      request,
      url: runUrl(run),
      home,
      placeholders,
      parent: process.env,
    })
    const cmd = config.cmd ?? STANDARD_COMMAND[request.auth]
    const [program = '', ...rest] = cmd.map(fill)
    const file = await findCommand(program, environment['PATH'])
    const args = config.args.map(fill)
    if (request.auth === 'oauth' || !isPlainJupyter(cmd))
      return { command: [file, ...rest, ...args], environment }
    const files = await writeJupyterFiles(run).catch((error: unknown) => {
      throw runDirectoryFault(error)
    })
    const ours = jupyterArguments({
      run,
      prefix: request.prefix,
      baseUrl,
      user: request.user,
      home,
      templates: files.templates,
      asRoot: process.getuid?.() === 0,
    })
    return {
      command: [file, ...rest, ...ours, ...args],
      environment: withConfigPath(environment, files.config),
    }
  }
}
