import type { Route } from '../route.ts'

/** Shares and share codes (wire-contract §10). */
export const SHARE_ROUTES: readonly Route[] = []
