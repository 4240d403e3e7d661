/** What the page of the API's description loads. */
export const DOCS = [
  { name: 'swagger-ui.css', type: 'text/css; charset=UTF-8' },
  { name: 'swagger-ui-bundle.js', type: 'text/javascript; charset=UTF-8' },
  { name: 'favicon-32x32.png', type: 'image/png' },
  { name: 'api-docs.js', type: 'text/javascript; charset=UTF-8' },
] as const
