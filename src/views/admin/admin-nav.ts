import type { Markup } from '../html.ts'
import { html } from '../html.ts'

const PARTS = {
  users: ['admin', 'Users'],
  groups: ['admin/groups', 'Groups'],
  tokens: ['admin/tokens', 'Tokens'],
  services: ['admin/services', 'Services'],
  hub: ['admin/hub', 'Hub'],
} as const

/** The parts of the admin pages. */
export type AdminPart = keyof typeof PARTS

/** Leads from one part of the admin pages to the others. */
export function adminNav(hubPath: string, current: AdminPart): Markup {
  const links = Object.entries(PARTS).map(([part, [path, label]]) => {
    const here = part === current ? html` aria-current="page"` : ''
    return html`<a href="${hubPath}${path}"${here}>${label}</a>`
  })
  return html`<nav class="parts" aria-label="Admin">${links}</nav>`
}
