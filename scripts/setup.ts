// Installs what `npm start` (argument `run`), `npm test` (`test`) and `npm run conformance`
// (`conformance`) need beside npm's own packages. Quick when all is there; stops with a text that
// names what is missing and how to get it.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { accessSync, constants, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')
const VENV = join(ROOT, '.venv')
const PIP = join(VENV, 'bin', 'pip')
const JUPYTER = join(VENV, 'bin', 'jupyter')

/** Debian packages that the tests need: package to the command that shows it is there. */
const TEST_PACKAGES = { 'redis-server': 'redis-server', chromium: 'chromium', nginx: 'nginx' }

function fail(message: string): never {
  process.stderr.write(`hubgate set-up: ${message}\n`)
  process.exit(1)
}

function say(message: string): void {
  process.stderr.write(`hubgate set-up: ${message}\n`)
}

/** @returns whether it went well; its output is shown only when it did not */
function run(command: string, args: string[], env: NodeJS.ProcessEnv = {}): boolean {
  const done = spawnSync(command, args, {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  })
  if (done.status === 0) return true
  process.stderr.write(`$ ${command} ${args.join(' ')}\n${done.stdout}${done.stderr}\n`)
  return false
}

function onPath(command: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

type PinnedList = 'requirements.txt' | 'requirements-test.txt'

/** The file that says that the virtual environment has all of a list. */
const markOf = (list: PinnedList): string => join(VENV, `.hubgate-${list}`)

/** Fills the virtual environment with one list of pinned packages, unless a mark says it has them. */
function installPython(list: PinnedList): void {
  const lists = ['requirements.txt', 'requirements-test.txt'].map((name) =>
    readFileSync(join(ROOT, 'scripts', name), 'utf8'),
  )
  const mark = createHash('sha256').update(lists.join('\n')).digest('hex')
  const markFile = markOf(list)
  const current = existsSync(markFile) && readFileSync(markFile, 'utf8') === mark
  if (current && existsSync(JUPYTER)) return
  if (!onPath('python3')) {
    fail(
      'python3 was not found. Install Python 3.10 or newer (Debian: apt-get install python3-venv).',
    )
  }
  say(
    `installing ${list === 'requirements.txt' ? 'JupyterLab' : 'JupyterLab, JupyterHub and requests'} into .venv`,
  )
  if (!existsSync(PIP)) {
    rmSync(VENV, { recursive: true, force: true })
    if (!run('python3', ['-m', 'venv', VENV])) {
      fail('could not make .venv. Install the venv module (Debian: apt-get install python3-venv).')
    }
  }
  const install = ['install', '--quiet', '--disable-pip-version-check', '-r', join('scripts', list)]
  if (!run(PIP, install)) {
    fail(
      `pip could not install scripts/${list} (above says why). Is PyPI reachable? Then run this again.`,
    )
  }
  writeFileSync(markFile, mark)
}

/** Installs the Debian packages whose commands are missing. */
function installPackages(): void {
  const missing = Object.entries(TEST_PACKAGES)
    .filter(([, command]) => !onPath(command))
    .map(([name]) => name)
  if (missing.length === 0) return
  const byHand = `apt-get update && apt-get install -y ${missing.join(' ')}`
  if (!onPath('apt-get') || process.getuid?.() !== 0) {
    fail(`the tests need ${missing.join(' and ')}. Install with: sudo sh -c '${byHand}'`)
  }
  say(`installing ${missing.join(' and ')}`)
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  const install = ['install', '-y', '--no-install-recommends', ...missing]
  if (!run('apt-get', ['update'], env) || !run('apt-get', install, env)) {
    fail(`apt-get could not install ${missing.join(' and ')} (above says why). By hand: ${byHand}`)
  }
}

/**
 * PyPI's newest JupyterHub that this Python can run. An upgrade would not do: without PyPI it keeps
 * what is there and says that all is well.
 */
function newestJupyterHub(): string {
  const look = ['--dry-run', '--ignore-installed', '--no-deps', '--report', '-', 'jupyterhub']
  const asked = spawnSync(PIP, ['install', '--quiet', '--disable-pip-version-check', ...look], {
    encoding: 'utf8',
  })
  if (asked.status !== 0) {
    fail(
      `${asked.stderr}PyPI did not say which JupyterHub is the newest. Is it reachable? Then run this ` +
        'again; `npx node test/conformance/run.ts` compares with the one that is installed.',
    )
  }
  const report = JSON.parse(asked.stdout) as { install: { metadata: { version: string } }[] }
  return report.install[0]?.metadata.version ?? fail(`pip names no JupyterHub: ${asked.stdout}`)
}

function installedJupyterHub(): string | undefined {
  const asked = spawnSync(PIP, ['show', 'jupyterhub'], { encoding: 'utf8' })
  return /^Version: (.*)$/m.exec(asked.stdout)?.[1]
}

/**
 * Puts the newest JupyterHub in place of the pinned one. When that is another one, the next
 * `npm test` installs its own again.
 */
function installNewestJupyterHub(): void {
  const version = newestJupyterHub()
  if (installedJupyterHub() !== version) {
    say(
      `installing JupyterHub ${version} into .venv; scripts/requirements-test.txt has another one`,
    )
    rmSync(markOf('requirements-test.txt'), { force: true })
    if (!run(PIP, ['install', '--quiet', `jupyterhub==${version}`])) {
      fail(`pip could not install JupyterHub ${version} (above says why).`)
    }
  }
  say(`JupyterHub ${version} is the newest on PyPI`)
}

const purpose = process.argv[2]
if (purpose === 'run') {
  if (existsSync(JUPYTER) || !onPath('jupyter-lab')) installPython('requirements.txt')
} else if (purpose === 'test') {
  installPackages()
  installPython('requirements-test.txt')
} else if (purpose === 'conformance') {
  installPython('requirements-test.txt')
  installNewestJupyterHub()
} else fail('say what for: node scripts/setup.ts run|test|conformance')
