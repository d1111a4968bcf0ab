// What the workbook adds to mdBook's pages. The same pages work as static files: what needs the
// server asks the page's `wb` mark first, and stays away without it.
"use strict";

(() => {
  const mark = document.querySelector('meta[name="wb"]');
  const live = mark !== null && mark.content === "live";

  // A note opens to the side where there is room for it.
  const place = (event) => {
    const value = event.target.closest?.(".wb-value");
    if (!value) return;
    const start = value.getBoundingClientRect().left;
    value.classList.toggle("wb-end", start > document.documentElement.clientWidth / 2);
  };
  document.addEventListener("pointerover", place);
  document.addEventListener("focusin", place);

  // Arrow keys scroll inside a figure; mdBook would turn the page.
  document.addEventListener(
    "keydown",
    (event) => {
      const inside = event.target.closest?.(".wb-plot, .wb-scroll, .wb-transcript pre");
      if (inside && event.key.startsWith("Arrow")) event.stopPropagation();
    },
    true,
  );

  // Tells what is wrong with the pages that were saved last; text only, never markup.
  const show = (problems) => {
    document.querySelector(".wb-banner")?.remove();
    if (problems.length === 0) return;
    const banner = document.createElement("section");
    banner.className = "wb-banner";
    banner.setAttribute("role", "alert");
    const title = document.createElement("strong");
    title.textContent = "Not rebuilt: you are reading the last good pages.";
    const list = document.createElement("ul");
    for (const problem of problems) {
      const item = document.createElement("li");
      item.textContent = problem;
      list.append(item);
    }
    banner.append(title, list);
    document.body.prepend(banner);
  };

  if (live) {
    const news = new EventSource("/api/reload");
    news.onmessage = (event) => {
      const { build, problems } = JSON.parse(event.data);
      if (build !== mark.dataset.build) {
        location.reload();
      } else {
        show(problems);
      }
    };
  }
})();
