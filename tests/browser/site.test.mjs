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

const pages = [
  "title.html",
  "how_to_read.html",
  "instructors.html",
  "ch05_image_pool.html",
  "ch06_decision_tree.html",
  "glossary.html",
];
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
        // A way through the tree is no place of the page.
        if (new URL(link).hash.startsWith("#tree=")) continue;
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

describe("the tree", () => {
  const tree = "ch06_decision_tree.html";
  const asked = (page) => page.locator(".wb-advise legend").innerText();
  const tool = (page) => page.locator(".wb-advice > .wb-tool").innerText();
  const hash = (page) => page.evaluate(() => location.hash);

  test("is answered with the keyboard, and the focus and the address go along", async () => {
    const { page, complaints } = await open(tree);
    assert.match(await asked(page), /What does it do with its time/);
    await page.locator(".wb-choice", { hasText: "other programs have the CPUs" }).focus();
    await page.keyboard.press("Enter");
    assert.match(await tool(page), /Room on the machine/);
    assert.equal(await hash(page), "#tree=starved");
    assert.ok(await page.evaluate(() => document.activeElement.matches(".wb-advice > .wb-tool")));
    assert.match(await page.locator(".wb-status").innerText(), /advice/);
    assert.deepEqual(complaints, []);
    await close(page);
  });

  test("with Tab and Enter alone one goes to the end, and changes an answer", async () => {
    const { page } = await open(tree);
    await page.locator(".wb-choice").first().focus();
    const press = async (name) => {
      for (let tabs = 0; tabs < 40; tabs += 1) {
        if ((await page.evaluate(() => document.activeElement.textContent)).includes(name)) break;
        await page.keyboard.press("Tab");
      }
      await page.keyboard.press("Enter");
    };
    await press("It waits for a network");
    assert.ok(await page.evaluate(() => document.activeElement.matches(".wb-advise legend")));
    await press("For a disk");
    await press("many files");
    assert.match(await tool(page), /A few threads/);
    await press("One question back");
    assert.equal(await hash(page), "#tree=waits,disk");
    assert.match(await asked(page), /at the disk/);
    await close(page);
  });

  test("the back button goes one question back, and forward again", async () => {
    const { page } = await open(tree);
    const first = await asked(page);
    await page.locator(".wb-choice", { hasText: "It computes." }).first().click();
    const second = await asked(page);
    assert.notEqual(second, first);
    await page.goBack();
    assert.equal(await asked(page), first);
    assert.equal(await page.locator(".wb-trail li").count(), 0);
    await page.goForward();
    assert.equal(await asked(page), second);
    await page.locator(".wb-back").click();
    assert.equal(await asked(page), first);
    await close(page);
  });

  test("an address that somebody shared leads to the same advice, and its link to a chapter", async () => {
    const { page } = await open(`${tree}#tree=computes,several,idle,single,splits,rust`);
    assert.match(await tool(page), /Split the one job/);
    assert.equal(await page.locator(".wb-trail li").count(), 6);
    assert.ok(await page.locator(".wb-advice").isVisible());
    const link = page.locator(".wb-advice a").first();
    assert.equal((await page.request.get(await link.evaluate((it) => it.href))).status(), 200);
    // An answer on the way can be changed.
    await page.locator(".wb-change").nth(3).click();
    assert.equal(await hash(page), "#tree=computes,several,idle");
    assert.match(await asked(page), /How many jobs/);
    await page.locator(".wb-again").click();
    assert.match(await asked(page), /What does it do with its time/);
    await close(page);
  });

  test("an address with an answer that is not there leads as far as it can", async () => {
    const { page, complaints } = await open(`${tree}#tree=computes,nonsense,single`);
    assert.match(await asked(page), /How many CPUs/);
    assert.deepEqual(complaints, []);
    await close(page);
  });

  test("an address leads part of the way, and the rest is asked", async () => {
    const { page } = await open(`${tree}#tree=waits,network`);
    assert.equal(await page.locator(".wb-trail li").count(), 2);
    assert.match(await asked(page), /How many waits/);
    await close(page);
  });

  for (const broken of ["%", "%E0%A4%A"]) {
    test(`an address that ends in ${broken} begins at the first question`, async () => {
      const { page, complaints } = await open(`${tree}#tree=${broken}`);
      assert.match(await asked(page), /What does it do with its time/);
      assert.deepEqual(complaints, []);
      await close(page);
    });
  }

  test("a link to another place of the page leaves the answers as they are", async () => {
    const { page } = await open(`${tree}#tree=waits,network`);
    await page.locator("main h2 > a.header").last().click();
    assert.doesNotMatch(await hash(page), /tree/);
    assert.match(await asked(page), /How many waits/);
    await page.goBack();
    assert.match(await asked(page), /How many waits/);
    await close(page);
  });

  test("each row of the quick reference leads through the dialogue to its tool", async () => {
    const { page } = await open(tree);
    const links = page.locator('.wb-quick a[href^="#tree="]');
    assert.equal(await links.count(), 10);
    for (const link of await links.all()) {
      await link.click();
      assert.equal(await hash(page), await link.getAttribute("href"));
      assert.equal(await tool(page), await link.innerText());
      assert.ok(await page.evaluate(() => document.activeElement.matches(".wb-advice > .wb-tool")));
    }
    await page.goBack();
    assert.equal(await hash(page), await links.nth(8).getAttribute("href"));
    await close(page);
  });

  test("without scripts, the key's arrows are links to what they name", async () => {
    const { page } = await open(tree, { javaScriptEnabled: false });
    const arrow = page.locator(".wb-key .wb-goes").first();
    await arrow.click();
    const place = page.locator(`[id="${new URL(page.url()).hash.slice(1)}"] .wb-place`).first();
    assert.equal(`→ ${await place.innerText()}`, await arrow.innerText());
    await close(page);
  });

  test("every answer of every question leads on", async () => {
    const { page, complaints } = await open(tree);
    let ways = [[]];
    let leaves = new Set();
    while (ways.length > 0) {
      const way = ways.pop();
      await page.evaluate((answers) => {
        location.hash = `#tree=${answers.join(",")}`;
        dispatchEvent(new PopStateEvent("popstate"));
      }, way);
      assert.equal(await page.locator(".wb-trail li").count(), way.length, way.join());
      const ids = await page.evaluate(() => {
        const asked = document.querySelector(".wb-advise legend")?.textContent;
        const questions = [...document.querySelectorAll("[data-question]")];
        // Two questions may be asked in the same words, and have answers of the same names then.
        const item = questions.find((it) => it.querySelector(".wb-ask > :last-child").textContent === asked);
        return item ? [...item.querySelectorAll("[data-answer]")].map((it) => it.dataset.answer) : [];
      });
      if (ids.length === 0) leaves.add(await tool(page));
      ways.push(...ids.map((id) => [...way, id]));
    }
    assert.equal(leaves.size, await page.locator("[data-leaf]").count());
    assert.deepEqual(complaints, []);
    await close(page);
  });

  test("the whole tree is folded away behind the dialogue", async () => {
    const { page } = await open(tree);
    assert.ok(!(await page.locator(".wb-key").isVisible()));
    await page.locator(".wb-whole > summary").click();
    assert.ok(await page.locator(".wb-key").isVisible());
    await close(page);
  });

  test("without scripts the whole tree stands there, and no dialogue", async () => {
    const { page } = await open(tree, { javaScriptEnabled: false });
    assert.ok(await page.locator(".wb-key").isVisible());
    assert.ok(await page.locator("[data-leaf]").last().isVisible());
    assert.equal(await page.locator(".wb-advise").count(), 0);
    await close(page);
  });

  test("on paper the whole tree stands there, and no dialogue", async () => {
    const { page } = await open(tree);
    await page.emulateMedia({ media: "print" });
    assert.ok(await page.locator("[data-leaf]").last().isVisible());
    assert.ok(!(await page.locator(".wb-advise").isVisible()));
    await close(page);
  });

  test("what is folded is unfolded to be printed, and folded again", async () => {
    const { page } = await open(tree);
    const folded = () => page.locator(".wb-tree details:not([open])").count();
    assert.equal(await folded(), 2);
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    assert.equal(await folded(), 0);
    await page.evaluate(() => dispatchEvent(new Event("afterprint")));
    assert.equal(await folded(), 2);
    await close(page);
  });

  for (const theme of themes) {
    test(`question, advice and key can be read in ${theme}`, async () => {
      const { page } = await open(`${tree}#tree=computes,several,idle,single`, { theme });
      await page.locator(".wb-whole > summary").click();
      await page.addScriptTag({ path: axe });
      const check = async () => {
        const { violations } = await page.evaluate(() =>
          window.axe.run(".wb-tree", { runOnly: ["wcag2a", "wcag2aa"] }),
        );
        // What mdBook draws itself, such as the colour of a link, is not ours to mend.
        const ours = violations
          .map(({ id, nodes }) => ({ id, nodes: nodes.map((node) => node.html).filter((html) => html.includes("wb-")) }))
          .filter(({ nodes }) => nodes.length > 0);
        assert.deepEqual(ours, []);
      };
      await check();
      await page.locator(".wb-choice").first().click();
      await check();
      await close(page);
    });
  }

  test("dialogue, key and quick reference are whole at 360 px", async () => {
    const { page } = await open(`${tree}#tree=waits,network`, { viewport: { width: 360, height: 740 } });
    await page.locator(".wb-whole > summary").click();
    const wide = await page.$$eval(".wb-advise *, .wb-key > ol *, .wb-quick *", (all) =>
      all.filter((it) => it.getBoundingClientRect().right > 360.5).map((it) => it.outerHTML.slice(0, 80)),
    );
    assert.deepEqual(wide, []);
    await close(page);
  });
});
