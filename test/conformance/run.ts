// npm run conformance [-- RESOURCE …]: the same requests to JupyterHub and to hubgate, compared.

import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { FIRST, RESOURCES } from './cases.ts'
import { Coverage } from './coverage.ts'
import { differencesOf } from './differences.ts'
import type { Call, Resource, Step } from './notation.ts'
import { caseName } from './notation.ts'
import { Report } from './report.ts'
import type { Outcome } from './review.ts'
import { Review } from './review.ts'
import { REVIEWED } from './reviewed.ts'
import { Side } from './side.ts'
import { startHubgate } from './sides/hubgate.ts'
import { jupyterHubRoutes, startJupyterHub } from './sides/jupyterhub.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { dump: { type: 'string' } },
})

interface Run {
  jupyterhub: Side
  hubgate: Side
  review: Review
  coverage: Coverage
  report: Report
}

/** The same name for the n-th time becomes `name #n`. */
class Names {
  readonly #seen = new Map<string, number>()

  of(resource: Resource, call: Call): string {
    const name = `${resource.name}: ${caseName(call)}`
    const times = (this.#seen.get(name) ?? 0) + 1
    this.#seen.set(name, times)
    return times === 1 ? name : `${name} #${times}`
  }
}

async function compare(run: Run, name: string, call: Call): Promise<Outcome> {
  run.coverage.note(call)
  const [theirs, ours] = await Promise.all([run.jupyterhub.send(call), run.hubgate.send(call)])
  const status = { jupyterhub: theirs.status, hubgate: ours.status }
  return { name, status, differences: differencesOf(theirs, ours) }
}

async function step(run: Run, resource: Resource, one: Step, names: Names): Promise<void> {
  if ('release' in one) {
    await Promise.all([
      run.jupyterhub.hub.release(one.release),
      run.hubgate.hub.release(one.release),
    ])
    return
  }
  if (one.tidies === true) {
    await Promise.all([run.jupyterhub.send(one), run.hubgate.send(one)])
    return
  }
  const outcome = await compare(run, names.of(resource, one), one)
  run.report.add(resource.name, outcome, run.review.unlisted(outcome))
}

async function main(): Promise<number> {
  const started = Date.now()
  const isWhole = positionals.length === 0
  const wanted = [FIRST, ...RESOURCES.filter(({ name }) => isWhole || positionals.includes(name))]
  await using jupyterhub = await startJupyterHub()
  await using hubgate = await startHubgate()
  const run: Run = {
    jupyterhub: new Side(jupyterhub),
    hubgate: new Side(hubgate),
    review: new Review(REVIEWED),
    coverage: new Coverage(),
    report: new Report(jupyterhub.version, hubgate.version),
  }
  const names = new Names()
  try {
    for (const resource of wanted) {
      for (const one of resource.steps) await step(run, resource, one, names)
    }
  } catch (error) {
    process.stderr.write(`${jupyterhub.tail()}\n${hubgate.tail()}\n`)
    throw error
  }
  if (isWhole) run.report.faults('Not covered', run.coverage.faults(jupyterHubRoutes()))
  const ran = new Set(wanted.map(({ name }) => name))
  const isRun = (wanted: string | RegExp): boolean =>
    typeof wanted === 'string' ? ran.has(wanted.split(':')[0] ?? '') : isWhole
  run.report.faults('Listed as reviewed, but not so', run.review.stale(isRun))
  if (values.dump !== undefined) await writeFile(values.dump, run.report.dump())
  process.stdout.write(run.report.text((Date.now() - started) / 1000))
  return run.report.failed ? 1 : 0
}

process.exitCode = await main()
