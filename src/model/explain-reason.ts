import type { Resource } from './allows.ts'
import type { Finding, Question, Step } from './explain.ts'

type StepOf<Name extends Step['step']> = Extract<Step, { step: Name }>

function stepOf<Name extends Step['step']>(
  steps: readonly Step[],
  name: Name,
): StepOf<Name> | undefined {
  return steps.find((step): step is StepOf<Name> => step.step === name)
}

function targetOf(resource: Resource | undefined): string {
  if (resource?.server !== undefined) return `the server ${resource.server}`
  const kind = (['user', 'group', 'service'] as const).find((one) => resource?.[one] !== undefined)
  return kind === undefined ? 'everything' : `the ${kind} ${resource?.[kind]}`
}

const listed = (items: readonly string[]): string => items.join(', ')

/** `for group=class-a`, or that there is none of it. */
function heldInstead({ held_for }: Finding): string {
  return held_for.length === 0 ? 'not at all' : `only for ${listed(held_for)}`
}

function kindReason({ scope }: Question, step: StepOf<'kind'> | undefined): string | undefined {
  if (step === undefined || step.ok) return undefined
  return step.token_kind === 'hub'
    ? 'This is a hub token, and hub tokens open no server: they are refused everywhere under /user/. ' +
        'Make a notebook token, one with access:servers scopes alone.'
    : `This is a notebook token: it opens servers, and the hub API takes it for nothing but GET /user, so ${scope} is of no use to it.`
}

function tokenReason(
  { scope, resource }: Question,
  step: StepOf<'token'> | undefined,
): string | undefined {
  if (step === undefined || step.ok || step.inherits) return undefined
  return `The token was not made with ${scope} for ${targetOf(resource)}: it has it ${heldInstead(step)}.`
}

function sourcesText({ sources }: StepOf<'owner'>): string {
  const roles = sources.filter(({ kind }) => kind === 'role').map(({ name }) => name)
  return roles.length === 0
    ? 'has no role'
    : `has the role${roles.length > 1 ? 's' : ''} ${listed(roles)}`
}

function ownerReason(
  { scope, resource, owner }: Question,
  step: StepOf<'owner'> | undefined,
): string | undefined {
  if (step === undefined || step.ok) return undefined
  const who = `The ${owner.kind} ${owner.name}`
  return `${who} may not do it for ${targetOf(resource)}: ${owner.name} ${sourcesText(step)}, and holds ${scope} ${heldInstead(step)}.`
}

/** When each side reaches it and both together do not, or the owner's side is not to be told. */
function togetherReason({ scope, resource }: Question, steps: readonly Step[]): string {
  const token = stepOf(steps, 'token')
  const owner = stepOf(steps, 'owner')
  const target = targetOf(resource)
  if (token === undefined || token.inherits) return `${scope} is not held for ${target}.`
  if (owner === undefined) {
    return `The token was made with ${scope} for ${target}, but its owner may not do that now.`
  }
  return (
    `The token reaches ${target} by ${listed(token.covered_by)} and its owner by ${listed(owner.covered_by)}: ` +
    'filters of different groups have nothing in common, even when the groups do.'
  )
}

function allowedReason(
  { scope, resource, owner, token }: Question,
  steps: readonly Step[],
): string {
  const covered = stepOf(steps, 'together')?.covered_by ?? []
  const who = token === null ? `The ${owner.kind} ${owner.name}` : 'The token'
  const by = (stepOf(steps, 'owner')?.sources ?? [])
    .filter(({ answer }) => answer === 'yes')
    .map(({ kind, name }) => (kind === 'role' ? `the role ${name}` : 'shares'))
  const from = by.length === 0 ? '' : `; ${owner.name} has that by ${listed(by)}`
  const reaching = covered.includes('everything') ? '' : `, which reaches ${targetOf(resource)}`
  return `${who} holds ${scope} for ${listed(covered)}${reaching}${from}.`
}

/**
 * The steps of an explanation in a sentence or two for a person.
 * @param steps all of them; without the owner's when that is not to be told
 */
export function reasonOf(question: Question, steps: readonly Step[]): string {
  const kind = kindReason(question, stepOf(steps, 'kind'))
  if (kind !== undefined) return kind
  if (stepOf(steps, 'together')?.ok === true) return allowedReason(question, steps)
  const reasons = [
    tokenReason(question, stepOf(steps, 'token')),
    ownerReason(question, stepOf(steps, 'owner')),
  ].filter((reason) => reason !== undefined)
  return reasons.length > 0 ? reasons.join(' ') : togetherReason(question, steps)
}
