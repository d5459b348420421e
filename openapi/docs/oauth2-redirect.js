// Hands the answer of an authorization server to the page that asked for it.
(() => {
  const asked = window.opener && window.opener.swaggerUIRedirectOauth2;
  if (!asked) {
    return;
  }
  const text = window.location.hash.slice(1) || window.location.search.slice(1);
  const answer = Object.fromEntries(new URLSearchParams(text));
  const { auth, state, redirectUrl: redirect, callback, errCb: failed } = asked;
  const isValid = answer.state === state;
  const flow = auth.schema.get("flow");
  if (flow === "accessCode" || flow === "authorizationCode" || flow === "authorization_code") {
    if (answer.code && isValid) {
      delete auth.state;
      auth.code = answer.code;
      callback({ auth, redirectUrl: redirect });
    } else {
      failed({
        authId: auth.name, source: "auth", level: "error",
        message: answer.error_description || answer.error || "The state of the answer is not the one that was sent.",
      });
    }
  } else {
    callback({ auth, token: answer, isValid, redirectUrl: redirect });
  }
  window.close();
})();
