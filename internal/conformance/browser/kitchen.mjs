// Opens the documentation of the kitchen sink in headless Chromium: every operation is
// there, with its parameters, its models and its schemes; "Try it out" works for GET and
// POST and with a form; a 422 shows its errors; "Authorize" sends the token, a reload
// keeps it, "Logout" drops it.
//
//	node kitchen.mjs http://127.0.0.1:8080 screenshot.png
import assert from "node:assert/strict";
import { body, execute, open, operation, show } from "./page.mjs";

const [base, screenshot] = process.argv.slice(2);

await open(base, async (page) => {
  const operations = await show(page, base);
  for (const block of await page.locator(".opblock-summary").all()) {
    await block.click(); // each is rendered when it is opened
  }
  await page.waitForFunction((n) => document.querySelectorAll(".opblock .responses-wrapper").length === n, operations);
  assert.equal(await page.locator(".errors-wrapper").count(), 0, "the document resolves without errors");
  await page.screenshot({ path: screenshot, fullPage: true });
  await page.reload();
  await page.waitForSelector(".opblock");

  // POST with the example that is shown, GET, then what breaks a rule.
  const create = await operation(page, "post", "/notes");
  assert.equal((await execute(page, create, base + "/notes")).status, "201");
  assert.equal(JSON.parse(await body(create)).text, "Buy milk");
  await create.locator("textarea.body-param__text").fill('{"text":"", "color":"mauve"}');
  assert.equal((await execute(page, create, base + "/notes")).status, "422");
  assert.match(await body(create), /"pointer": "\/text"/);
  assert.match(await body(create), /"pointer": "\/color"/);
  const list = await operation(page, "get", "/notes");
  assert.equal((await execute(page, list, base + "/notes")).status, "200");
  assert.equal(JSON.parse(await body(list)).items.length, 1);

  // "Authorize".
  const me = await operation(page, "get", "/people/me");
  assert.equal((await execute(page, me, base + "/people/me")).status, "401");
  await page.locator(".btn.authorize").click();
  const scheme = page.locator(".modal-ux .auth-container").filter({ hasText: "bearer (http, Bearer)" });
  await scheme.locator("input").fill("secret");
  await scheme.getByRole("button", { name: "Apply credentials" }).click();
  await page.locator(".modal-ux .close-modal").click();
  await tryMe(me);

  await page.reload();
  await page.waitForSelector(".opblock");
  await tryMe(await operation(page, "get", "/people/me"));
  assert.equal(await page.evaluate(() => localStorage.length), 0, "nothing stays behind");
  await page.locator(".btn.authorize").click();
  await page.locator(".modal-ux").getByRole("button", { name: "Remove authorization" }).first().click();
  await page.reload();
  await page.waitForSelector(".opblock");
  const again = await operation(page, "get", "/people/me");
  assert.equal((await execute(page, again, base + "/people/me")).status, "401");

  console.log(`ok: kitchen sink, ${operations} operations, GET, POST and Authorize tried, no request left ${base}`);

  async function tryMe(block) {
    const { status, request } = await execute(page, block, base + "/people/me");
    assert.equal(await request.headerValue("authorization"), "Bearer secret");
    assert.equal(status, "200");
  }
});
