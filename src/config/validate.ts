import { checkForwardAuth } from './checks/check-forward-auth.ts'
import { checkServiceNames, checkUsernames } from './checks/check-names.ts'
import { checkProfiles } from './checks/check-profiles.ts'
import { checkCustomScopes, checkRoles } from './checks/check-roles.ts'
import { checkServices } from './checks/check-services.ts'
import { checkSpawner } from './checks/check-spawner.ts'
import { checkOwners, checkTokens } from './checks/check-tokens.ts'
import { checkHubConnectUrl, checkPublicUrl } from './checks/check-urls.ts'
import type { ConfigTree, Finding } from './config-tree.ts'
import { describeIssue } from './describe-issue.ts'
import type { ConfigFault } from './faults.ts'
import type { ConfigPath } from './path.ts'
import { pathId } from './path.ts'
import type { Config } from './schema.ts'
import { configSchema } from './schema.ts'
import { plainScalar } from './yaml-nodes.ts'

/** What a file must fulfil beyond the shape of each value: one function a subject. */
const CHECKS: readonly ((tree: ConfigTree) => Finding[])[] = [
  checkPublicUrl,
  checkHubConnectUrl,
  checkTokens,
  checkOwners,
  checkUsernames,
  checkRoles,
  checkCustomScopes,
  checkServiceNames,
  checkServices,
  checkForwardAuth,
  checkSpawner,
  checkProfiles,
]

const SCALARS = ['number', 'int', 'boolean']

/**
 * Gives references that stand where a number or boolean is wanted the value that their text would
 * have in the file. Where text is wanted they stay text: a password of digits is no number.
 * @returns whether any changed
 */
function resolveScalars(tree: ConfigTree): boolean {
  const { error } = configSchema.safeParse(tree.root)
  let changed = false
  for (const issue of error?.issues ?? []) {
    const path = issue.path as ConfigPath
    if (issue.code !== 'invalid_type' || !SCALARS.includes(issue.expected)) continue
    const text = tree.get(path)
    if (typeof text !== 'string' || !tree.isWholeReference(path)) continue
    const value = plainScalar(text)
    if (typeof value !== 'number' && typeof value !== 'boolean') continue
    tree.set(path, value)
    changed = true
  }
  return changed
}

function isAbout(finding: Finding): string {
  return pathId([finding.at ?? 'value', ...finding.path])
}

function byPlace(a: ConfigFault, b: ConfigFault): number {
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0)
}

/**
 * Everything that is wrong with a file, in the order of the file, or what it says.
 * What a syntax error makes doubtful is not reported: it is often right.
 */
export function validate(tree: ConfigTree): { faults: ConfigFault[] } | { config: Config } {
  resolveScalars(tree)
  const parsed = configSchema.safeParse(tree.root)
  const ofSchema = (parsed.error?.issues ?? []).flatMap((issue) => describeIssue(issue, tree))
  const known = new Set(ofSchema.map(isAbout))
  const ofChecks = Number.isFinite(tree.doubtfulFrom)
    ? []
    : CHECKS.flatMap((check) => check(tree)).filter((finding) => !known.has(isAbout(finding)))
  const located = [...ofSchema, ...ofChecks]
    .filter((finding) => !tree.isUnresolved(finding.path))
    .map((finding) => tree.locate(finding))
    .filter((fault) => (fault.line ?? 0) < tree.doubtfulFrom)
  const faults = [...tree.faults, ...located].sort(byPlace)
  if (faults.length === 0 && parsed.success) return { config: parsed.data }
  return { faults }
}
