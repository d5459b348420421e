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
  // What "Authorize" was given is kept for this page in this tab: it outlives a reload,
  // and goes with the tab.
  const kept = "authorized " + here;
  const keep = (action, system) => (...given) => {
    const result = action(...given);
    sessionStorage.setItem(kept, JSON.stringify(system.authSelectors.authorized()));
    return result;
  };
  window.ui = SwaggerUIBundle({
    spec,
    domNode: root,
    plugins: [{ statePlugins: { auth: { wrapActions: { authorize: keep, authorizeOauth2: keep, logout: keep } } } }],
    onComplete: () => {
      const authorized = sessionStorage.getItem(kept);
      if (authorized) {
        window.ui.authActions.restoreAuthorization({ authorized: JSON.parse(authorized) });
      }
    },
    deepLinking: true,
    presets: [SwaggerUIBundle.presets.apis],
    validatorUrl: null,
    displayRequestDuration: true,
    defaultModelsExpandDepth: 0,
    oauth2RedirectUrl: window.location.origin + base + path + "/oauth2-redirect",
  });
  window.ui.initOAuth({ usePkceWithAuthorizationCodeGrant: true });
})();
