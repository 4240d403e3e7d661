import type { Route } from '../route.ts'

/** What operators do and watch: shutdown, metrics (wire-contract §1.3). */
export const OPERATION_ROUTES: readonly Route[] = []
