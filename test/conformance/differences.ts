import type { Normal } from './normalize.ts'
import type { Json } from './notation.ts'

/** What stands for a member that an answer does not have. */
export const ABSENT = '<absent>'

/** One place where two answers are not the same. */
export interface Difference {
  /** `status`, `header.location`, `body.items.0.name`. A dot in a name is written `%2E`. */
  at: string
  jupyterhub: Json
  hubgate: Json
}

const isBranch = (value: Json): value is Json[] | { [key: string]: Json } =>
  typeof value === 'object' && value !== null

const spelt = (key: string): string => key.replaceAll('.', '%2E')

function compareValues(at: string, jupyterhub: Json, hubgate: Json): Difference[] {
  const comparable =
    isBranch(jupyterhub) &&
    isBranch(hubgate) &&
    Array.isArray(jupyterhub) === Array.isArray(hubgate)
  if (!comparable) return jupyterhub === hubgate ? [] : [{ at, jupyterhub, hubgate }]
  const [theirs, ours] = [new Map(Object.entries(jupyterhub)), new Map(Object.entries(hubgate))]
  return [...new Set([...theirs.keys(), ...ours.keys()])].flatMap((key) =>
    compareValues(
      `${at}.${spelt(key)}`,
      theirs.get(key) ?? absent(theirs, key),
      ours.get(key) ?? absent(ours, key),
    ),
  )
}

const absent = (members: Map<string, Json>, key: string): Json => (members.has(key) ? null : ABSENT)

const isError = (body: Json): boolean =>
  isBranch(body) && !Array.isArray(body) && 'message' in body && 'status' in body

/** Answers with different statuses are of different kinds, unless both are errors. */
const isOfOneKind = (jupyterhub: Normal, hubgate: Normal): boolean =>
  jupyterhub.status === hubgate.status || (isError(jupyterhub.body) && isError(hubgate.body))

/** Bodies of one kind member by member, others as wholes. */
function compareBodies(jupyterhub: Normal, hubgate: Normal): Difference[] {
  if (!isOfOneKind(jupyterhub, hubgate)) {
    return [{ at: 'body', jupyterhub: jupyterhub.body, hubgate: hubgate.body }]
  }
  // An error's body repeats the status.
  return compareValues('body', jupyterhub.body, hubgate.body).filter(
    ({ at, ...both }) =>
      at !== 'body.status' ||
      both.jupyterhub !== jupyterhub.status ||
      both.hubgate !== hubgate.status,
  )
}

/** The type goes with the body: with one of another kind it says nothing. */
function compareHeaders(jupyterhub: Normal, hubgate: Normal): Difference[] {
  const found = compareValues('header', { ...jupyterhub.headers }, { ...hubgate.headers })
  return isOfOneKind(jupyterhub, hubgate)
    ? found
    : found.filter(({ at }) => at !== 'header.content-type')
}

/** That JupyterHub breaks down as well is no excuse. */
function brokenBoth(jupyterhub: Normal, hubgate: Normal): Difference[] {
  const isBoth = hubgate.status >= 500 && jupyterhub.status === hubgate.status
  return isBoth ? [{ at: 'broken', jupyterhub: jupyterhub.status, hubgate: hubgate.status }] : []
}

/** Every place where the answers differ; none when they are the same to a client. */
export function differencesOf(jupyterhub: Normal, hubgate: Normal): Difference[] {
  return [
    ...brokenBoth(jupyterhub, hubgate),
    ...compareValues('status', jupyterhub.status, hubgate.status),
    ...compareHeaders(jupyterhub, hubgate),
    ...compareBodies(jupyterhub, hubgate),
  ]
}
