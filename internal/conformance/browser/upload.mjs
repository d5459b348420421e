// Uses the page of the example upload in headless Chromium: a picture is sent by the
// form, shown under the page's policy, and deleted.
//
//	node upload.mjs http://127.0.0.1:8080 screenshot.png
import assert from "node:assert/strict";
import { open } from "./page.mjs";

const [base, screenshot] = process.argv.slice(2);
// 1 x 1, red.
const picture = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==", "base64");

await open(base, async (page) => {
  await page.goto(base + "/");
  for (const title of ["First", "<b>Second</b>"]) {
    await page.getByLabel("Title").fill(title);
    await page.getByLabel("photo").check();
    await page.getByLabel("File", { exact: true }).setInputFiles({ name: "red.png", mimeType: "image/png", buffer: picture });
    await page.getByRole("button", { name: "Send" }).click();
    await page.getByRole("link", { name: title }).waitFor();
  }
  assert.equal(page.url(), base + "/", "303 leads back");
  await page.waitForFunction(() => [...document.images].every((i) => i.complete && i.naturalWidth === 1));
  assert.equal(await page.locator(".files li").count(), 2);
  await page.screenshot({ path: screenshot });
  await page.locator(".files li", { hasText: "First" }).getByRole("button", { name: "Delete" }).click();
  await page.waitForFunction(() => document.querySelectorAll(".files li").length === 1);
  console.log(`ok: upload, two pictures sent and shown, one deleted, no request left ${base}`);
});
