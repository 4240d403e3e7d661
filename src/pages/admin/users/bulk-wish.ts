import { normalizeUsername } from '../../../model/username.ts'
import type { BulkDeed } from '../../../views/admin/users/bulk-deeds.ts'
import { BULK_DEEDS, isOfGroup, MAX_BULK } from '../../../views/admin/users/bulk-deeds.ts'
import type { UsersView } from '../../../views/admin/users/users-view.ts'
import { readUsersView } from '../../../views/admin/users/users-view.ts'
import { field } from '../../form.ts'

/** What is to be done to whom. */
export interface BulkWish {
  deed: BulkDeed
  /** For deeds that are about one; empty otherwise. */
  group: string
  names: readonly string[]
  /** From where it was asked, to go back there. */
  view: UsersView
}

/** The same as it was sent: nothing says that it makes sense. */
export type RawWish = Omit<BulkWish, 'deed'> & { deed: string }

function namesOf(form: URLSearchParams): string[] {
  const all = field(form, 'all') === 'yes' ? (field(form, 'shown') ?? '').split('\n') : []
  const sent = [...form.getAll('user'), ...all]
  // A field's line ends arrive as CR LF.
  return [...new Set(sent.map((name) => normalizeUsername(name.replace(/\r$/, ''))))].filter(
    Boolean,
  )
}

/** @throws HubgateError `bad_request` for a field that was sent twice */
export function readWish(form: URLSearchParams): RawWish {
  return {
    deed: field(form, 'deed') ?? '',
    group: field(form, 'group')?.trim() ?? '',
    names: namesOf(form),
    view: readUsersView(new URLSearchParams(field(form, 'view') ?? '')),
  }
}

function isDeed(word: string): word is BulkDeed {
  return Object.hasOwn(BULK_DEEDS, word)
}

/** @returns the wish when it makes sense, otherwise what is missing */
export function checkWish(raw: RawWish): BulkWish | string {
  const { deed, group, names, view } = raw
  if (names.length === 0) return 'Select the users first.'
  if (names.length > MAX_BULK) return `Select ${MAX_BULK} users at most.`
  if (!isDeed(deed)) return 'Choose what to do with the selected users.'
  if (!isOfGroup(deed)) return { deed, group: '', names, view }
  return group === '' ? 'Name the group.' : { deed, group, names, view }
}
