import type { Json } from '../notation.ts'

/** Bodies that a server is neither made nor started with. */
export const START_BODIES: Json[] = [
  [1],
  'x',
  1,
  { display_name: 1 },
  { display_name: null },
  { display_name: ' x' },
  { display_name: 'two  spaces' },
  { display_name: 'tab\there' },
  { display_name: 'x'.repeat(256) },
  { user_options: 1 },
  { user_options: [] },
  { user_options: 'x' },
]
