import { json } from '../answer.ts'
import type { PartInfo } from '../deps.ts'
import { endpoint, openEndpoint } from '../route.ts'
import { JUPYTERHUB_VERSION } from '../version.ts'
import { infoModel, versionModel } from './schemas.ts'

/** `GET /`: what single-user servers ask for first (wire-contract §5.2). */
export const versionEndpoint = openEndpoint({
  summary: 'Read the version of the API',
  answers: {
    200: {
      description: 'The version.',
      schema: versionModel,
      headers: { 'Access-Control-Allow-Origin': 'Always *: any page may ask.' },
    },
  },
  handle: () => json({ version: JUPYTERHUB_VERSION }),
})

const partOf = ({ kind, version }: PartInfo) => ({ class: kind, version })

/** `GET /info`. */
export const infoEndpoint = endpoint({
  summary: 'Read what the hub runs on',
  answers: { 200: { description: 'Versions and parts.', schema: infoModel } },
  handle: ({ deps }) =>
    json({
      version: JUPYTERHUB_VERSION,
      python: '',
      sys_executable: process.execPath,
      spawner: partOf(deps.spawnerInfo),
      authenticator: partOf(deps.authenticatorInfo),
      hubgate: { version: deps.version, node: process.version },
    }),
})

/** `GET /health`: the process answers. */
export const healthEndpoint = openEndpoint({
  summary: 'Ask whether the hub answers',
  answers: { 200: { description: 'It does.', type: 'text/html' } },
  handle: () => new Response('', { headers: { 'content-type': 'text/html' } }),
})
