import type { Route } from '../route.ts'

/** Services (wire-contract §1.11). */
export const SERVICE_ROUTES: readonly Route[] = []
