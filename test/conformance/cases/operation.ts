import { as, each, paged, raw, resource, withHeaders } from '../notation.ts'

/** The routing table and the numbers for operators. */
export const PROXY = resource(
  'proxy',
  each(
    ['operator', 'root', 'maker'],
    'GET /proxy',
    paged('GET /proxy'),
    paged('GET /proxy?limit=1'),
    'GET /proxy?limit=x',
    'GET /proxy?limit=1&offset=1',
    'POST /proxy',
    ['POST /proxy', raw('{')],
    ['PATCH /proxy', {}],
    ['PATCH /proxy', { nonsense: 1 }],
    ['PATCH /proxy', []],
    ['PATCH /proxy', 'x'],
    ['PATCH /proxy', raw('{')],
    'PATCH /proxy',
    'PUT /proxy',
  ),
  each(
    ['nobody', 'ada', 'operator', 'root'],
    'GET /metrics',
    'GET /hub/metrics',
    withHeaders({ accept: 'application/openmetrics-text' }, 'GET /metrics'),
    'GET /metrics/',
  ),
)

/** Ends both: nothing can come after it. */
export const SHUTDOWN = resource(
  'shutdown',
  each(
    ['nobody', 'ada', 'operator'],
    'POST /shutdown',
    ['POST /shutdown', { proxy: true }],
    ['POST /shutdown', raw('{')],
  ),
  as(
    'stopper',
    ['POST /shutdown', { proxy: 'yes' }],
    ['POST /shutdown', { proxy: null }],
    ['POST /shutdown', { servers: 'yes' }],
    ['POST /shutdown', { servers: 2 }],
    ['POST /shutdown', raw('{')],
    ['POST /shutdown', { proxy: true, servers: true }],
  ),
)
