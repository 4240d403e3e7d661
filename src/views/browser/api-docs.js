// @ts-check
// Shows the description of the API with Swagger UI. Runs in the browser, after swagger-ui-bundle.js.
const place = document.getElementById('api-docs')
const { SwaggerUIBundle } = /** @type {{ SwaggerUIBundle?: any }} */ (
  /** @type {unknown} */ (window)
)

/** Parts of the page beside the operations, which are its main part, by what they are called. */
const PARTS = [
  ['.information-container', 'About'],
  ['.scheme-container', 'Server and authorization'],
  ['.filter.wrapper', 'Filter'],
  ['section.models', 'Schemas'],
]

/**
 * Puts right what Swagger UI tells screen readers and keyboards wrongly, as it draws it.
 * @param {HTMLElement} root
 */
function repair(root) {
  for (const [selector = '', name = ''] of PARTS) {
    const part = root.querySelector(selector)
    part?.setAttribute('role', 'region')
    part?.setAttribute('aria-label', name)
  }
  root.querySelector('select#servers')?.setAttribute('aria-label', 'Server')
  for (const select of root.querySelectorAll('tr[data-param-name] select')) {
    const row = /** @type {HTMLElement | null} */ (select.closest('tr'))
    select.setAttribute('aria-label', row?.dataset['paramName'] ?? '')
  }
  for (const tag of root.querySelectorAll('h3.opblock-tag')) tag.setAttribute('aria-level', '2')
  for (const heading of root.querySelectorAll('h4, h5')) heading.setAttribute('aria-level', '3')
  for (const text of root.querySelectorAll('pre.microlight')) text.setAttribute('tabindex', '0')
  // A link within a button: the button leads there too.
  for (const link of root.querySelectorAll('button a[href]')) link.removeAttribute('href')
}

if (place !== null && SwaggerUIBundle !== undefined) {
  new MutationObserver(() => repair(place)).observe(place, { childList: true, subtree: true })
  SwaggerUIBundle({
    domNode: place,
    url: place.dataset['description'],
    deepLinking: true,
    displayRequestDuration: true,
    filter: true,
    // Neither the address nor another host has a say in what is shown, and nothing typed is kept.
    queryConfigEnabled: false,
    validatorUrl: null,
    persistAuthorization: false,
  })
}
