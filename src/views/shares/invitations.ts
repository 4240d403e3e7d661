import { confirmButton, postForm, submitButton } from '../controls.ts'
import type { Markup } from '../html.ts'
import { html } from '../html.ts'
import { moment } from '../time.ts'
import { listText } from './abilities.ts'
import { offerChoice } from './offer-choice.ts'
import type { SharePageProps, ShownInvitation } from './share-props.ts'

/** How long an invitation can be good, in seconds. */
export const EXPIRIES = [
  { value: '3600', label: '1 hour' },
  { value: '86400', label: '1 day' },
  { value: '604800', label: '7 days' },
  { value: '2592000', label: '30 days' },
] as const

const USUAL = '86400'

/** The link of a new invitation, with a button that copies it where there is JavaScript. */
export function madeInvitation(link: string | undefined): Markup | '' {
  if (link === undefined) return ''
  return html`<div class="panel" role="status">
          <p><strong>The invitation is made.</strong> Send this link to whom you invite. It is shown this once.</p>
          <pre class="secret" id="invitation-link" tabindex="0">${link}</pre>
          <button type="button" class="outline" data-copy="invitation-link" hidden>Copy the link</button>
        </div>`
}

function makeForm({ hubPath, offers, path, viewer }: SharePageProps): Markup {
  const form = { viewer, action: `${hubPath}invite/${path}`, class: 'panel stack' }
  const options = EXPIRIES.map(
    ({ value, label }) =>
      html`<option value="${value}"${value === USUAL ? html` selected` : ''}>${label}</option>`,
  )
  const fields = html`<label for="expires-in">Good for</label>
          <select id="expires-in" name="expires_in">${options}</select>
          ${offerChoice(offers)}
          ${submitButton({ label: 'Make a link' })}`
  return postForm(form, fields)
}

function endButton(props: SharePageProps, { id }: ShownInvitation): Markup {
  const { hubPath, path, viewer } = props
  return confirmButton({
    id: `end-${id}`,
    label: 'End',
    of: `invitation ${id}`,
    yes: 'End it',
    question: 'Nobody can accept this invitation any more. Who has accepted it keeps the server.',
    form: { viewer, action: `${hubPath}uninvite/${path}`, fields: { id }, inPlace: true },
  })
}

function endAll({ hubPath, path, viewer }: SharePageProps): Markup {
  return confirmButton({
    id: 'end-invitations',
    label: 'End all invitations',
    yes: 'End them all',
    question: 'Nobody can accept any of them any more. Who has accepted one keeps the server.',
    form: { viewer, action: `${hubPath}uninvite/${path}`, inPlace: true },
  })
}

function usedText({ used, lastUsed }: ShownInvitation, now: number): Markup {
  if (used === 0) return html`Not accepted yet`
  const times = used === 1 ? 'once' : `${used} times`
  return html`Accepted ${times}, last ${moment(lastUsed, now)}`
}

function row(props: SharePageProps, one: ShownInvitation): Markup {
  const { mayShare, now } = props
  return html`<li class="row">
          <div>
            <h3>Ends ${moment(one.expires, now)}</h3>
            <p>To ${listText(one.abilities)}. ${usedText(one, now)}. <code>${one.id}</code></p>
          </div>
          ${mayShare ? html`<div class="actions">${endButton(props, one)}</div>` : ''}
        </li>`
}

function list(props: SharePageProps): Markup {
  const { invitations, moreInvitations: more, mayShare } = props
  if (invitations.length === 0) return html`<p class="muted">None.</p>`
  return html`<ul class="rows">${invitations.map((one) => row(props, one))}</ul>
        ${more > 0 ? html`<p>And ${more} more.</p>` : ''}
        ${mayShare ? html`<div class="actions">${endAll(props)}</div>` : ''}`
}

/** The invitations to a server: a new one, and those that are still good, with the means to end them. */
export function invitationList(props: SharePageProps): Markup {
  return html`<section aria-labelledby="invite-title">
        <h2 id="invite-title">Invite with a link</h2>
        <p>Whoever has the link and signs in here can accept it, as often as it is passed on, until it ends.</p>
        ${props.mayShare ? makeForm(props) : ''}
      </section>
      <section aria-labelledby="invitations-title">
        <h2 id="invitations-title">Open invitations</h2>
        ${list(props)}
      </section>`
}
