import type { Reviewed } from '../review.ts'
import { messages, refused } from './notation.ts'

const FAILED = 'Failed to create service'

const EXISTS = ['Service lister already exists', 'Invalid service data'] as const

/** Services. */
export const SERVICES_REVIEWED: readonly Reviewed[] = [
  ...messages('Why a service cannot be made is told.', 400, {
    'services: root POST /services/svc {"url":"ftp://elsewhere.example"}': [
      `${FAILED} svc`,
      /^Failed to create service svc: url is no URL like http:/,
    ],
    'services: root POST /services/svc {"url":"no url"}': [
      `${FAILED} svc`,
      /^Failed to create service svc: url is no URL like http:/,
    ],
    'services: root POST /services/svc {"oauth_client_id":"without-prefix","oauth_redirect_uri":"/x"}':
      [`${FAILED} svc`, /^Failed to create service svc: oauth_client_id begins with service-/],
    'services: root POST /services/svc {"oauth_client_id":"service-x"}': [
      `${FAILED} svc`,
      `${FAILED} svc: OAuth needs an oauth_redirect_uri, or a url`,
    ],
  }),
  ...refused('JupyterHub takes what cannot be meant.', [201, 400], {
    'services: root POST /services/svc-named {"name":1}': 'name must be a string, not a number',
    'services: root POST /services/svc-token-2 {"api_token":"conformance-secret-of-a-service-made-over-the-api"}': `${FAILED} svc-token-2: the api_token is in use`,
  }),
  ...messages('What is wrong with a body is told before whether the thing exists.', [409, 400], {
    'matrix: service-admin POST /services/lister {}': EXISTS,
    'matrix: boss POST /services/lister {}': EXISTS,
    'matrix: root POST /services/lister {}': EXISTS,
    'services: root POST /services/svc #2': ['Service svc already exists', 'Invalid service data'],
  }),
  ...refused('The name of a service is a part of paths, as in the configuration.', [201, 400], {
    'services: root POST /services/svc%20space {"display":true}':
      /"Failed to create service svc space: a service name has letters/,
  }),
]
