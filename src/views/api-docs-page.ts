import { html } from './html.ts'

export interface ApiDocsProps {
  /** `/hub/` */
  hubPath: string
}

/** The description of the API for people: Swagger UI, from files of this origin alone. */
export function apiDocsPage({ hubPath }: ApiDocsProps): string {
  const asset = (name: string): string => `${hubPath}api/docs/${name}`
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>API · hubgate</title>
    <link rel="icon" type="image/png" href="${asset('favicon-32x32.png')}">
    <link rel="stylesheet" href="${asset('swagger-ui.css')}">
    <link rel="stylesheet" href="${asset('api-docs.css')}">
    <script defer src="${asset('swagger-ui-bundle.js')}"></script>
    <script defer src="${asset('api-docs.js')}"></script>
  </head>
  <body>
    <noscript>
      <main>This page needs JavaScript. The description itself is at
        <a href="${hubPath}api/openapi.json">${hubPath}api/openapi.json</a>.</main>
    </noscript>
    <div id="api-docs" data-description="${hubPath}api/openapi.json"></div>
  </body>
</html>
`.toString()
}
