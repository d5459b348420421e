// Shows the document in Swagger UI. The document names no server unless the
// application does; then the API is where this page is, whatever prefix a proxy
// has put before both.
(async () => {
  const path = document.currentScript.dataset.path; // of the page, as the router knows it
  const here = window.location.pathname;
  const base = here.endsWith(path) ? here.slice(0, -path.length) : "";
  const root = document.getElementById("ui");
  const answer = await fetch("openapi.json");
  if (!answer.ok) {
    const text = document.createElement("p");
    text.className = "failed";
    text.textContent = "The document could not be loaded: status " + answer.status;
    root.append(text);
    return;
  }
  const spec = await answer.json();
  if (!spec.servers) {
    spec.servers = [{ url: base || "/" }];
  }
  window.ui = SwaggerUIBundle({
    spec,
    domNode: root,
    deepLinking: true,
    presets: [SwaggerUIBundle.presets.apis],
    validatorUrl: null,
    displayRequestDuration: true,
    defaultModelsExpandDepth: 0,
    oauth2RedirectUrl: window.location.origin + base + path + "/oauth2-redirect",
  });
  window.ui.initOAuth({ usePkceWithAuthorizationCodeGrant: true });
})();
