// Opens the bookstore's documentation in headless Chromium and uses it as a reader
// does: every operation is there, "Try it out" works for GET and POST, a 422 shows
// its errors.
//
//	node docs.mjs http://127.0.0.1:8080 screenshot.png
import assert from "node:assert/strict";
import { body, execute, open, operation, show } from "./page.mjs";

const [base, screenshot] = process.argv.slice(2);

await open(base, async (page) => {
  const operations = await show(page, base);

  // GET with a parameter.
  const list = await operation(page, "get", "/books");
  await list.getByPlaceholder("limit").fill("2");
  assert.equal((await execute(page, list, base + "/books")).status, "200");
  assert.equal(JSON.parse(await body(list)).length, 2);

  // POST with the example, then one that is wrong.
  const create = await operation(page, "post", "/books");
  const text = create.locator("textarea.body-param__text");
  const book = { isbn: "978" + String(Date.now()).slice(-10), title: "Emma", year: 1815, author_id: 1, language: "en" };
  await text.fill(JSON.stringify(book));
  assert.equal((await execute(page, create, base + "/books")).status, "201");
  assert.equal(JSON.parse(await body(create)).title, "Emma");
  await text.fill(JSON.stringify({ ...book, year: 3000 }));
  assert.equal((await execute(page, create, base + "/books")).status, "422");
  assert.match(await body(create), /"pointer": "\/year"/);

  await page.screenshot({ path: screenshot });
  console.log(`ok: bookstore, ${operations} operations, GET and POST tried, no request left ${base}`);
});
