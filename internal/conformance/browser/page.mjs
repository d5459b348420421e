// What the checks share: a browser that notes every problem, and Swagger UI's parts.
import { chromium } from "playwright-core";
import assert from "node:assert/strict";

// open starts a browser and calls use(page, problems). A console error, a violation of
// the page's policy and a request to another origin are problems.
export async function open(base, use) {
  const problems = [];
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync"],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1200, height: 1400 } });
    page.on("console", (m) => {
      // A refused request is what some steps ask for; the browser notes it.
      if (m.type() === "error" && !m.text().startsWith("Failed to load resource")) problems.push("console: " + m.text());
    });
    page.on("pageerror", (e) => problems.push("page: " + e.message));
    page.on("request", (r) => {
      if (!r.url().startsWith(base) && !r.url().startsWith("data:")) problems.push("left the origin: " + r.url());
    });
    await page.addInitScript(() => document.addEventListener("securitypolicyviolation", (e) =>
      console.error("policy: " + e.violatedDirective + " " + e.blockedURI)));
    await use(page);
    assert.deepEqual(problems, []);
  } finally {
    await browser.close();
  }
}

// methods that a path item of OpenAPI 3.1 has, and Swagger UI shows.
const methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

// show opens /docs and checks that every operation is there; it returns how many.
export async function show(page, base) {
  const doc = await (await fetch(base + "/openapi.json")).json();
  const items = [...Object.values(doc.paths), ...Object.values(doc.webhooks ?? {})];
  const operations = items.flatMap((item) => Object.keys(item).filter((m) => methods.includes(m))).length;
  await page.goto(base + "/docs");
  await page.waitForSelector(".opblock");
  assert.equal(await page.locator(".opblock").count(), operations, "every operation is shown");
  return operations;
}

// operation opens one with "Try it out".
export async function operation(page, method, path) {
  const block = page.locator(`.opblock-${method}`).filter({ has: page.locator(`[data-path="${path}"]`) });
  const summary = block.locator(".opblock-summary-control");
  await summary.waitFor();
  if (await summary.getAttribute("aria-expanded") === "false") await summary.click(); // a reload opens the last one
  await block.getByRole("button", { name: "Try it out" }).click();
  return block;
}

// execute sends the request and returns the status and the request.
export async function execute(page, block, url) {
  const answered = page.waitForResponse((r) => r.url().startsWith(url));
  await block.getByRole("button", { name: "Execute" }).click();
  const response = await answered;
  const status = String(response.status());
  await block.locator(".live-responses-table .response-col_status", { hasText: status }).first().waitFor();
  return { status, request: response.request() };
}

export function body(block) {
  return block.locator(".live-responses-table .highlight-code code").first().innerText();
}
