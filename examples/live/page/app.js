// Everything that others have written becomes text of the page, never markup.
const byID = (id) => document.getElementById(id);

// add puts an item on top of a list that is never longer than 50.
function add(list, ...parts) {
  const item = document.createElement("li");
  item.append(...parts);
  list.prepend(item);
  while (list.children.length > 50) list.lastChild.remove();
}

function element(name, text) {
  const e = document.createElement(name);
  e.textContent = text;
  return e;
}

// Server-Sent Events: the browser connects again by itself, and sends the id of the last
// event that it has seen.
const events = new EventSource("/events");
events.onopen = () => byID("events-state").textContent = "connected";
events.onerror = () => byID("events-state").textContent = "connecting again";
events.addEventListener("message", (e) => {
  const m = JSON.parse(e.data);
  add(byID("events"), element("b", m.from), " ", m.text, " ", element("time", new Date(m.at).toLocaleTimeString()));
});
events.addEventListener("reading", (e) => {
  const r = JSON.parse(e.data);
  const id = "sensor-" + r.sensor;
  const shown = byID(id) ?? byID("sensors").appendChild(Object.assign(document.createElement("span"), { id }));
  shown.textContent = `${r.sensor} ${r.celsius.toFixed(1)} °C`;
});

// JSON Lines: a response that is read line by line while it arrives. Here the page itself
// has to connect again.
async function follow() {
  const response = await fetch("/log?follow=true");
  byID("lines").replaceChildren();
  byID("lines-state").textContent = "connected";
  let rest = "";
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop();
    for (const line of lines) add(byID("lines"), element("code", line));
  }
}

async function followForEver() {
  for (;;) {
    try {
      await follow();
    } catch { /* the server has gone */ }
    byID("lines-state").textContent = "connecting again";
    await new Promise((done) => setTimeout(done, 2000));
  }
}
followForEver();

byID("say").addEventListener("submit", async (e) => {
  e.preventDefault();
  const form = e.target;
  const response = await fetch("/messages", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(Object.fromEntries(new FormData(form))),
  });
  byID("problem").textContent = response.ok ? "" : (await response.json()).errors.map((p) => `${p.pointer.slice(1)} ${p.detail}`).join(", ");
  if (response.ok) form.elements.text.value = "";
});
