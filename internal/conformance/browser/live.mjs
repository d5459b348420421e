// Opens the page of the example live in headless Chromium: events and JSON Lines arrive
// under its policy, what is sent by one page is shown by another, markup stays text, and
// a rule that is broken is said.
//
//	node live.mjs http://127.0.0.1:8080 screenshot.png
import assert from "node:assert/strict";
import { open } from "./page.mjs";

const [base, screenshot] = process.argv.slice(2);

await open(base, async (page) => {
  await page.goto(base + "/");
  await page.locator("#events-state", { hasText: "connected" }).waitFor();
  await page.locator("#lines-state", { hasText: "connected" }).waitFor();
  await page.locator("#sensor-kitchen").waitFor();
  await page.locator("#sensor-cellar").waitFor();

  const other = await page.context().browser().newPage();
  await other.goto(base + "/");
  const text = "<img src=x onerror=alert(1)> hello";
  await page.getByLabel("Your name").fill("Ada");
  await page.getByLabel("Text").fill(text);
  await page.getByRole("button", { name: "Send" }).click();
  for (const p of [page, other]) {
    await p.locator("#events li", { hasText: text }).waitFor();
    await p.locator("#lines li", { hasText: '"kind":"message"' }).waitFor();
    assert.equal(await p.locator("img").count(), 0, "markup stays text");
  }
  await page.evaluate(() => document.querySelector("[name=text]").removeAttribute("maxlength"));
  await page.getByLabel("Text").fill("x".repeat(501));
  await page.getByRole("button", { name: "Send" }).click();
  await page.locator("#problem", { hasText: "text must be at most 500" }).waitFor();
  await page.getByLabel("Text").fill("");
  await page.screenshot({ path: screenshot });
  console.log(`ok: live, events and lines shown by two pages, no request left ${base}`);
});
