// The tree of chapter 6 as a dialogue, made from the key that stands in the page. The way taken is in
// the page's address (#tree=waits,network,…): it can be shared, and the back button goes back.
"use strict";

(() => {
  const figure = document.querySelector(".wb-tree");
  const key = figure?.querySelector(".wb-key");
  // The print page has all chapters: there the key stays as it is.
  if (!key || document.querySelectorAll(".wb-tree").length > 1 || /print\.html$/.test(location.pathname)) return;

  const MARK = "#tree=";
  const nodes = new Map();
  for (const item of key.querySelectorAll("[data-question]")) {
    const answers = [...item.querySelectorAll("[data-answer]")].map((answer) => ({
      id: answer.dataset.answer,
      goes: answer.dataset.goes,
      words: answer.querySelector(".wb-answer"),
    }));
    nodes.set(item.dataset.question, { item, answers });
  }
  for (const item of key.querySelectorAll("[data-leaf]")) nodes.set(item.dataset.leaf, { item });
  const first = nodes.keys().next().value;

  // A copy of an element of the key, for the dialogue.
  const copy = (element, name) => {
    const copied = document.createElement(name);
    copied.append(...[...element.cloneNode(true).childNodes]);
    return copied;
  };
  const made = (name, className, ...content) => {
    const element = document.createElement(name);
    if (className) element.className = className;
    element.append(...content);
    return element;
  };
  const button = (className, press, ...content) => {
    const element = made("button", className, ...content);
    element.type = "button";
    element.addEventListener("click", press);
    return element;
  };

  // The way that these answers lead: the answered questions, and the node at its end. An answer that
  // is not there ends it, so that an old address still leads part of the way.
  const walk = (answers) => {
    const taken = [];
    let id = first;
    for (const said of answers) {
      const answer = nodes.get(id).answers?.find((one) => one.id === said);
      if (!answer) break;
      taken.push({ question: id, answer });
      id = answer.goes;
    }
    return { taken, id };
  };
  const said = () => {
    if (!location.hash.startsWith(MARK)) return [];
    try {
      const text = decodeURIComponent(location.hash.slice(MARK.length));
      return text === "" ? [] : text.split(",");
    } catch {
      // An address that was cut off in the middle of a character.
      return [];
    }
  };

  const panel = made("div", "wb-advise");
  panel.setAttribute("role", "group");
  panel.setAttribute("aria-label", "Which tool for my program?");
  const status = made("p", "wb-status");
  status.setAttribute("role", "status");
  const stage = made("div");
  panel.append(stage, status);

  const go = (answers) => {
    history.pushState(null, "", `${MARK}${answers.join(",")}`);
    show(true);
  };

  const ids = (taken) => taken.map(({ answer }) => answer.id);

  const trail = (taken) => {
    const list = made("ol", "wb-trail");
    taken.forEach(({ question, answer }, place) => {
      const asked = nodes.get(question).item.querySelector(".wb-ask > :last-child");
      const change = button("wb-change", () => go(ids(taken.slice(0, place))), "change");
      change.setAttribute("aria-label", `Change the answer to: ${asked.textContent}`);
      list.append(made("li", "", copy(asked, "span"), " ", copy(answer.words, "strong"), " ", change));
    });
    return list;
  };

  const question = (node, taken) => {
    const asked = node.item.querySelector(".wb-ask > :last-child");
    const legend = made("legend", "wb-ask", ...copy(asked, "span").childNodes);
    legend.tabIndex = -1;
    const set = made("fieldset", "", legend, copy(node.item.querySelector(".wb-help"), "p"));
    for (const answer of node.answers) {
      set.append(button("wb-choice", () => go([...ids(taken), answer.id]), copy(answer.words, "span")));
    }
    return { element: set, head: legend };
  };

  const leaf = (node) => {
    const head = made("p", "wb-tool", ...copy(node.item.querySelector(".wb-tool > :last-child"), "span").childNodes);
    head.tabIndex = -1;
    const element = made("div", "wb-advice", head);
    for (const part of [...node.item.children].slice(1)) element.append(part.cloneNode(true));
    return { element, head };
  };

  // Draws the dialogue as the address says. After an answer the focus moves on with it.
  const show = (move) => {
    const { taken, id } = walk(said());
    const node = nodes.get(id);
    const { element, head } = node.answers ? question(node, taken) : leaf(node);
    const moves = made("p", "wb-moves");
    if (taken.length > 0) {
      moves.append(
        button("wb-back", () => go(ids(taken.slice(0, -1))), "One question back"),
        button("wb-again", () => go([]), "Start again"),
      );
    }
    stage.replaceChildren(...(taken.length > 0 ? [trail(taken)] : []), element, moves);
    status.textContent = node.answers
      ? `Question ${taken.length + 1}.`
      : "That is the advice. The address of this page now leads here.";
    if (move) head.focus();
  };

  const folded = made("details", "wb-whole", made("summary", "", "The whole tree"));
  key.replaceWith(panel, folded);
  folded.append(key);
  addEventListener("popstate", () => {
    // A link to another place of the page leaves the dialogue as it is.
    if (location.hash !== "" && !location.hash.startsWith(MARK)) return;
    show(figure.contains(document.activeElement));
  });
  // Links of the page that lead through the dialogue, such as those of the quick reference.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(`a[href^="${MARK}"]`);
    if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    history.pushState(null, "", link.getAttribute("href"));
    show(true);
    figure.scrollIntoView();
  });
  // On paper, what is folded away is unfolded.
  let unfolded = [];
  addEventListener("beforeprint", () => {
    unfolded = [...figure.querySelectorAll("details:not([open])")];
    for (const details of unfolded) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of unfolded) details.open = false;
  });
  show(false);
  if (location.hash.startsWith(MARK)) figure.scrollIntoView();
})();
