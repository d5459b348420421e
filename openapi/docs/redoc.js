// Shows the document in ReDoc: version 3 is a module, version 2 a plain script that
// leaves a global.
const me = document.getElementById("init");
const root = document.getElementById("redoc");

// The policy wants the nonce on every style element; version 2 makes two before it
// can be told.
const create = document.createElement;
document.createElement = function (name, ...rest) {
  const element = create.call(this, name, ...rest);
  if (element instanceof HTMLStyleElement) {
    element.nonce = me.nonce;
  }
  return element;
};

function plain(src) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = src;
    script.onload = () => resolve(window.Redoc);
    script.onerror = () => reject(new Error(src + " could not be loaded"));
    document.head.append(script);
  });
}

async function load(src) {
  if (window.Redoc) {
    return window.Redoc;
  }
  try {
    const found = await import(src);
    if (found.init) {
      return found;
    }
  } catch (err) {
    if (me.dataset.foreign) { // its hash has been checked, or it must not run
      throw err;
    }
  }
  return window.Redoc || plain(src);
}

try {
  const answer = await fetch("openapi.json");
  if (!answer.ok) {
    throw new Error("status " + answer.status);
  }
  const redoc = await load(new URL(me.dataset.src, document.baseURI).href);
  const options = { nonce: me.nonce, disableTelemetry: true, hideLoading: true };
  await redoc.init(await answer.json(), options, root);
} catch (err) {
  const text = document.createElement("p");
  text.className = "failed";
  text.textContent = "The document could not be shown: " + err.message;
  root.append(text);
}
