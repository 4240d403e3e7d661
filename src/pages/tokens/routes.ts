import type { Page } from '../page.ts'

/** Hub tokens and notebook tokens. */
export const TOKEN_PAGES: readonly Page[] = []
