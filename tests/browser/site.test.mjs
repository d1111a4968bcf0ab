// The book as its readers meet it: served by the workbook, in headless Chromium.
//
// Needs Chromium (Debian: `apt-get install chromium`; elsewhere name it in CHROMIUM) and a built
// workbook (`cargo build`). Run with `npm ci && npm test`.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const root = fileURLToPath(new URL("../../", import.meta.url));
const workbook = process.env.WORKBOOK ?? `${process.env.CARGO_TARGET_DIR ?? `${root}target`}/debug/workbook`;
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const axe = createRequire(import.meta.url).resolve("axe-core");

const pages = ["title.html", "how_to_read.html", "ch05_image_pool.html", "glossary.html"];
const chapter = "ch05_image_pool.html";
// What a chart is made of, besides its text, its grid and the halo under a whisker.
const markClasses =
  ".wb-bar, .wb-whisker, .wb-reference, .wb-line, .wb-spread, .wb-mark, .wb-working, .wb-stripes, .wb-waiting";
const themes = ["light", "rust", "coal", "navy", "ayu"];

let server;
let origin;
let browser;

before(async () => {
  assert.ok(existsSync(executablePath), `${executablePath} is missing: apt-get install chromium`);
  assert.ok(existsSync(workbook), `${workbook} is missing: cargo build`);
  server = spawn(workbook, ["serve"], { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of createInterface(server.stdout)) {
    origin = line.match(/http:\/\/127\.0\.0\.1:\d+/)?.[0];
    if (origin) break;
  }
  assert.ok(origin, "the server printed no address");
  browser = await chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
});

after(async () => {
  await browser?.close();
  if (server?.exitCode === null) {
    server.kill("SIGINT");
    await once(server, "exit");
  }
});

// A page in a context of its own, with what it complains about and whom it asks.
async function open(path, { theme, ...options } = {}) {
  const context = await browser.newContext(options);
  if (theme) {
    await context.addInitScript((name) => localStorage.setItem("mdbook-theme", name), theme);
  }
  const page = await context.newPage();
  const complaints = [];
  const strangers = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => {
    const { protocol, origin: asked } = new URL(request.url());
    if (protocol !== "data:" && asked !== origin) strangers.push(request.url());
  });
  const response = await page.goto(`${origin}/${path}`, { waitUntil: "load" });
  assert.equal(response.status(), 200, path);
  return { page, complaints, strangers };
}

async function close(page) {
  await page.context().close();
}

describe("every page", () => {
  for (const path of pages) {
    test(`${path} loads without a complaint and asks nobody else`, async () => {
      const { page, complaints, strangers } = await open(path);
      assert.deepEqual(complaints, []);
      assert.deepEqual(strangers, []);
      assert.ok(await page.locator("main h1").first().isVisible());
      await close(page);
    });

    test(`${path} does not scroll sideways at 360 px`, async () => {
      const { page } = await open(path, { viewport: { width: 360, height: 740 } });
      const { scroll, client } = await page.evaluate(() => ({
        scroll: document.documentElement.scrollWidth,
        client: document.documentElement.clientWidth,
      }));
      assert.ok(scroll <= client, `${scroll} px of content in ${client} px`);
      await close(page);
    });

    test(`${path} has no link that leads nowhere`, async () => {
      const { page } = await open(path);
      const links = await page.$$eval("main a[href]", (all) => all.map((link) => link.href));
      for (const link of links.filter((link) => link.startsWith(origin))) {
        const answer = await page.request.get(link);
        assert.equal(answer.status(), 200, link);
        const fragment = decodeURIComponent(new URL(link).hash.slice(1));
        if (fragment) {
          assert.match(await answer.text(), new RegExp(`id="${RegExp.escape?.(fragment) ?? fragment}"`), link);
        }
      }
      await close(page);
    });
  }
});

describe("the chapter's page", () => {
  for (const theme of themes) {
    test(`charts can be seen in ${theme}, and everything can be read`, async () => {
      const { page, complaints } = await open(chapter, { theme });
      const charts = page.locator("figure svg[role=img]");
      assert.ok((await charts.count()) >= 4);
      for (const chart of await charts.all()) {
        await chart.scrollIntoViewIfNeeded();
        const box = await chart.boundingBox();
        assert.ok(box.width > 200 && box.height > 40, JSON.stringify(box));
        assert.ok(await chart.getAttribute("aria-label"));
        // A mark that has the colour of the page cannot be seen.
        const { marks, hidden } = await chart.evaluate((svg, classes) => {
          const page = getComputedStyle(document.documentElement).backgroundColor;
          const unseen = ["none", "rgba(0, 0, 0, 0)", page];
          const marks = [...svg.querySelectorAll(classes)];
          const hidden = marks.filter((mark) => {
            const { fill, stroke } = getComputedStyle(mark);
            return unseen.includes(fill) && unseen.includes(stroke);
          });
          return { marks: marks.length, hidden: hidden.map((mark) => mark.outerHTML) };
        }, markClasses);
        assert.ok(marks > 0, "a chart without a mark");
        assert.deepEqual(hidden, []);
      }
      await page.addScriptTag({ path: axe });
      const { violations } = await page.evaluate(() =>
        window.axe.run("main", { runOnly: ["wcag2a", "wcag2aa"] }),
      );
      // What mdBook draws itself is not ours to mend.
      const ours = violations
        .map(({ id, nodes }) => ({ id, nodes: nodes.map((node) => node.html).filter((html) => html.includes("wb-")) }))
        .filter(({ nodes }) => nodes.length > 0);
      assert.deepEqual(ours, []);
      assert.deepEqual(complaints, []);
      await close(page);
    });
  }

  test("a measured value tells where it comes from when it has the focus", async () => {
    const { page } = await open(chapter);
    const value = page.locator('.wb-value[data-path$=".wall"]').first();
    await value.focus();
    const note = await value.evaluate((it) => {
      const style = getComputedStyle(it, "::after");
      return { shown: style.display !== "none", text: style.content };
    });
    assert.ok(note.shown);
    assert.match(note.text, /round/);
    await close(page);
  });

  test("every chart has a table of its values", async () => {
    const { page } = await open(chapter);
    for (const figure of await page.locator("figure:has(svg[role=img])").all()) {
      await figure.locator("summary").first().click();
      assert.ok((await figure.locator("table tr").count()) > 1);
    }
    await close(page);
  });

  test("the claims are whole on a phone", async () => {
    const { page } = await open(chapter, { viewport: { width: 360, height: 740 } });
    const { scroll, client } = await page.locator(".wb-claims .wb-scroll").evaluate((it) => ({
      scroll: it.scrollWidth,
      client: it.clientWidth,
    }));
    assert.ok(scroll <= client, `${scroll} px of claims in ${client} px`);
    await close(page);
  });

  test("printed pages are light, and show recorded values", async () => {
    const { page } = await open(chapter, { theme: "navy" });
    await page.emulateMedia({ media: "print" });
    const paper = await page.evaluate(() => {
      const colour = getComputedStyle(document.querySelector("main p")).color;
      return colour.match(/\d+/g).slice(0, 3).map(Number);
    });
    assert.ok(paper.every((channel) => channel < 110), `text is ${paper} on paper`);
    assert.ok((await page.locator(".wb-value").first().innerText()).length > 0);
    const folded = await page.$$eval("main details > :not(summary)", (all) =>
      all.filter((it) => !it.checkVisibility()).length,
    );
    assert.equal(folded, 0, "what is folded away is on paper");
    await close(page);
  });

  test("the search finds the chapter by a word of its prose", async () => {
    const { page, complaints } = await open("title.html");
    await page.keyboard.press("s");
    await page.locator("#mdbook-searchbar, #searchbar").first().pressSequentially("ceiling");
    const hit = page.locator("#mdbook-searchresults a, #searchresults a", { hasText: /core/ }).first();
    await hit.waitFor();
    assert.match(await hit.getAttribute("href"), /ch05_image_pool/);
    assert.deepEqual(complaints, []);
    await close(page);
  });
});
