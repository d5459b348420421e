// Opens the bookstore's documentation in headless Chromium and uses it as a reader
// does: every operation is there, "Try it out" works for GET and POST, a 422 shows
// its errors. Fails on a console error, on a violation of the page's policy, and on
// any request to another origin.
//
//	node docs.mjs http://127.0.0.1:8080 screenshot.png
import { chromium } from "playwright-core";
import assert from "node:assert/strict";

const [base, screenshot] = process.argv.slice(2);
const problems = [];

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"],
});
try {
  const page = await browser.newPage({ viewport: { width: 1200, height: 1400 } });
  page.on("console", (m) => {
    // A refused request is what some steps below ask for; the browser notes it.
    if (m.type() === "error" && !m.text().startsWith("Failed to load resource")) problems.push("console: " + m.text());
  });
  page.on("pageerror", (e) => problems.push("page: " + e.message));
  page.on("request", (r) => {
    if (!r.url().startsWith(base) && !r.url().startsWith("data:")) problems.push("left the origin: " + r.url());
  });
  await page.addInitScript(() => document.addEventListener("securitypolicyviolation", (e) =>
    console.error("policy: " + e.violatedDirective + " " + e.blockedURI)));

  const doc = await (await fetch(base + "/openapi.json")).json();
  const operations = Object.values(doc.paths).flatMap((item) => Object.keys(item)).length;
  await page.goto(base + "/docs");
  await page.waitForSelector(".opblock");
  assert.equal(await page.locator(".opblock").count(), operations, "every operation is shown");

  // GET with a parameter.
  const list = await open("get", "/books");
  await list.getByPlaceholder("limit").fill("2");
  assert.equal(await execute(list), "200");
  assert.equal(JSON.parse(await body(list)).length, 2);

  // POST with the example, then one that is wrong.
  const create = await open("post", "/books");
  const text = create.locator("textarea.body-param__text");
  const book = { isbn: "978" + String(Date.now()).slice(-10), title: "Emma", year: 1815, author_id: 1, language: "en" };
  await text.fill(JSON.stringify(book));
  assert.equal(await execute(create), "201");
  assert.equal(JSON.parse(await body(create)).title, "Emma");
  await text.fill(JSON.stringify({ ...book, year: 3000 }));
  assert.equal(await execute(create), "422");
  assert.match(await body(create), /"pointer": "\/year"/);

  await page.screenshot({ path: screenshot });
  assert.deepEqual(problems, []);
  console.log(`ok: ${operations} operations, GET and POST tried, no request left ${base}`);

  async function open(method, path) {
    const block = page.locator(`.opblock-${method}`).filter({ has: page.locator(`[data-path="${path}"]`) });
    await block.locator(".opblock-summary").click();
    await block.getByRole("button", { name: "Try it out" }).click();
    return block;
  }
  async function execute(block) {
    const answered = page.waitForResponse((r) => r.url().startsWith(base + "/books"));
    await block.getByRole("button", { name: "Execute" }).click();
    const status = String((await answered).status());
    await block.locator(".live-responses-table .response-col_status", { hasText: status }).first().waitFor();
    return status;
  }
  function body(block) {
    return block.locator(".live-responses-table .highlight-code code").first().innerText();
  }
} finally {
  await browser.close();
}
