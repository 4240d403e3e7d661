import { submitButton } from '../../controls.ts'
import type { Markup } from '../../html.ts'
import { html } from '../../html.ts'
import type { BulkDeed } from './bulk-deeds.ts'
import { BULK_DEEDS } from './bulk-deeds.ts'

export interface BulkBarProps {
  /** What the viewer may do to somebody at least. */
  deeds: readonly BulkDeed[]
  /** What was chosen before. */
  chosen?: { deed: string; group: string } | undefined
  /** The names on this page, for who has no script to check them all. */
  names: readonly string[]
}

/** What is to be done to the users that are checked below; nothing where nothing may be. */
export function bulkBar({ deeds, chosen, names }: BulkBarProps): Markup | '' {
  if (deeds.length === 0 || names.length === 0) return ''
  const options = deeds.map((deed) => {
    const selected = deed === chosen?.deed ? html` selected` : ''
    return html`<option value="${deed}"${selected}>${BULK_DEEDS[deed]}</option>`
  })
  return html`<div class="fields bulk">
          <noscript>
            <input type="hidden" name="shown" value="${names.join('\n')}">
            <label><input type="checkbox" name="all" value="yes"> All ${names.length} on this page</label>
          </noscript>
          <label>Do with the selected users
            <select name="deed" required><option value="">Choose</option>${options}</select></label>
          <label class="of-group">Group
            <input type="text" name="group" value="${chosen?.group ?? ''}" list="groups" maxlength="255" autocomplete="off" autocapitalize="none" spellcheck="false"></label>
          ${submitButton({ label: 'Go', look: 'quiet' })}
        </div>`
}
