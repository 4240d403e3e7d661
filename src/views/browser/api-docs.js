// @ts-check
// Shows the description of the API with Swagger UI. Runs in the browser, after swagger-ui-bundle.js.
const place = document.getElementById('api-docs')
const { SwaggerUIBundle } = /** @type {{ SwaggerUIBundle?: any }} */ (
  /** @type {unknown} */ (window)
)

if (place !== null && SwaggerUIBundle !== undefined) {
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
