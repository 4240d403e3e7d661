export const USER_STATES = ['active', 'ready', 'inactive'] as const

export const USER_SORTS = [
  'running',
  'name',
  '-name',
  'last_activity',
  '-last_activity',
  'id',
  '-id',
] as const

export type UserState = (typeof USER_STATES)[number]
export type UserSort = (typeof USER_SORTS)[number]

/** Which users are shown and how, as the address of their page has it. */
export interface UsersView {
  /** Part of the name. */
  search: string
  state: UserState | ''
  /** The exact name of a group; empty for any. */
  group: string
  /** `-` in front of what is descending. */
  sort: UserSort
  offset: number
  limit: number
}

const LIMIT = 50
/** So many keep a page below 150 kB. */
const MAX_LIMIT = 75
const NUMBER = /^\d{1,9}$/

function numberOf(text: string | null, otherwise: number): number {
  return text !== null && NUMBER.test(text) ? Number(text) : otherwise
}

function oneOf<Word extends string, Other extends string>(
  words: readonly Word[],
  text: string | null,
  otherwise: Other,
): Word | Other {
  return words.find((word) => word === text) ?? otherwise
}

/** What an address asks for; what makes no sense in it counts as left out. */
export function readUsersView(query: URLSearchParams): UsersView {
  const limit = numberOf(query.get('limit'), LIMIT)
  return {
    search: query.get('search')?.trim() ?? '',
    state: oneOf(USER_STATES, query.get('state'), ''),
    group: query.get('group')?.trim() ?? '',
    sort: oneOf(USER_SORTS, query.get('sort'), 'running'),
    offset: numberOf(query.get('offset'), 0),
    limit: Math.min(Math.max(limit, 1), MAX_LIMIT),
  }
}

/** The same as a query, without what is left out anyway; empty for the view that one begins with. */
export function writeUsersView(view: UsersView): string {
  const { search, state, group, sort, offset, limit } = view
  const query = new URLSearchParams({
    ...(search !== '' && { search }),
    ...(state !== '' && { state }),
    ...(group !== '' && { group }),
    ...(sort !== 'running' && { sort }),
    ...(offset > 0 && { offset: String(offset) }),
    ...(limit !== LIMIT && { limit: String(limit) }),
  })
  return query.toString()
}

/** @param hubPath `/hub/` */
export function usersHref(hubPath: string, view: UsersView): string {
  const query = writeUsersView(view)
  return query === '' ? `${hubPath}admin` : `${hubPath}admin?${query}`
}
