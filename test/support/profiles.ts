import { profiles } from '../../src/config/sections/profiles.ts'
import type { ConfigInput } from './hub.ts'

type ProfilesInput = NonNullable<NonNullable<ConfigInput['spawner']>['profiles']>

/** Two profiles as a config file has them: one plain and the default, one with choices. */
export const TWO_PROFILES: ProfilesInput = [
  { name: 'Small', default: true, description: 'For most work', environment: { A: 'small' } },
  {
    name: 'GPU (large)',
    slug: 'gpu',
    description: 'For training',
    cmd: ['run', '{port}'],
    args: ['--gpu'],
    environment: { A: 'gpu', B: 'gpu' },
    choices: {
      memory: {
        label: 'Memory',
        options: [
          { name: '8 GB', slug: '8', environment: { B: '8' }, args: ['--memory=8'] },
          {
            name: '16 GB',
            default: true,
            environment: { B: '16', C: '{token}' },
            args: ['--memory=16'],
          },
        ],
      },
      cards: {
        label: 'Cards',
        options: [{ name: 'One' }, { name: 'Two', args: ['--cards=2'] }],
      },
    },
  },
]

/** The same with the defaults of the schema. */
export const PROFILES = profiles.parse(TWO_PROFILES)
