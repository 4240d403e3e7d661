import { confirmButton } from '../../controls.ts'
import type { Markup } from '../../html.ts'
import { html } from '../../html.ts'
import { layout } from '../../layout.ts'
import { adminNav } from '../admin-nav.ts'
import { groupHref } from './group-href.ts'
import type { GroupMembersProps } from './group-members.ts'
import { groupMembers } from './group-members.ts'
import type { GroupPropertiesProps } from './group-properties.ts'
import { groupProperties } from './group-properties.ts'

export interface GroupPageProps {
  /** `/hub/` */
  hubPath: string
  viewer: GroupMembersProps['viewer']
  name: string
  /** Undefined where the viewer may not see them. */
  roles?: readonly string[] | undefined
  members?:
    | Omit<GroupMembersProps, 'viewer' | 'href' | 'name' | 'mayChange' | 'hubPath'>
    | undefined
  properties?: Pick<GroupPropertiesProps, 'text' | 'error'> | undefined
  /** Whether the viewer may change members and properties. */
  mayChange: boolean
  mayDelete: boolean
  done?: string | undefined
}

function deletion({ viewer, name, hubPath }: GroupPageProps): Markup {
  return html`<section aria-labelledby="delete-title">
        <h2 id="delete-title">Delete</h2>
        ${confirmButton({
          id: 'delete',
          label: 'Delete group',
          question: html`The group <strong>${name}</strong> goes, with what its members may do because of it. Its members stay.`,
          form: { viewer, action: `${groupHref(hubPath, name)}/delete` },
        })}
      </section>`
}

/** One group: its members, its properties, its end. */
export function groupPage(props: GroupPageProps): string {
  const { hubPath, viewer, name, roles = [], members, properties, mayChange, done } = props
  const about = { viewer, hubPath, href: groupHref(hubPath, name), name, mayChange }
  return layout(
    { title: `Group ${name}`, hubPath, viewer, section: 'admin', done },
    html`${adminNav(hubPath, 'groups')}
      <h1>Group ${name}</h1>
      ${roles.length === 0 ? '' : html`<p>Its members have the roles ${roles.join(', ')}.</p>`}
      ${
        members === undefined
          ? html`<p class="panel">Its members and properties take the scope <code>read:groups</code> to see.</p>`
          : groupMembers({ ...about, ...members })
      }
      ${properties === undefined ? '' : groupProperties({ ...about, ...properties })}
      ${props.mayDelete ? deletion(props) : ''}`,
  )
}
