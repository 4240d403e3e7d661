import type { Viewer } from '../layout.ts'

/** With whom a server is shared. */
export interface ShownShare {
  kind: 'user' | 'group'
  name: string
  /** What they may do, in words. */
  abilities: readonly string[]
  /** ISO 8601. */
  since: string
}

/** An invitation that is still good: never its code. Times are ISO 8601. */
export interface ShownInvitation {
  /** `sc_1` */
  id: string
  abilities: readonly string[]
  expires: string
  /** How often it was accepted, and when last. */
  used: number
  lastUsed: string | null
}

/** What can be given to others, by its name in forms. */
export interface Offer {
  value: string
  label: string
}

/** What was typed in a form that comes back, and why. */
export interface SentShare {
  kind: string
  name: string
  may: string
  error: string
}

export interface SharePageProps {
  /** `/hub/` */
  hubPath: string
  viewer: Viewer
  /** Whose server; empty name for the default one. */
  owner: string
  server: string
  /** `ada` or `ada/gpu`, escaped, for the end of a path. */
  path: string
  shares: readonly ShownShare[]
  /** Of all shares, and where the part that is shown begins. */
  paging: { offset: number; limit: number; total: number }
  /** Those that are shown, and how many there are beside them. */
  invitations: readonly ShownInvitation[]
  moreInvitations: number
  /** Whether the viewer may share it, besides seeing with whom it is shared. */
  mayShare: boolean
  /** What the viewer can give; the least of it first. */
  offers: readonly Offer[]
  again?: SentShare | undefined
  /** The link of an invitation that was just made: this is the only time it is shown. */
  madeLink?: string | undefined
  /** Milliseconds since the epoch. */
  now: number
  done?: string | undefined
}
