// Keys and small comforts; every page works without.
"use strict";
(() => {
  const list = document.querySelector("[data-list]");
  const rows = list ? [...list.querySelectorAll("tbody tr")] : [];
  let at = -1;

  const choose = (to) => {
    if (!rows.length) return;
    if (at >= 0) rows[at].classList.remove("chosen");
    at = Math.max(0, Math.min(rows.length - 1, to));
    rows[at].classList.add("chosen");
    rows[at].scrollIntoView({ block: "nearest" });
  };

  const typing = (target) => target.closest("input, select, textarea, button, a, summary");

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape" && document.activeElement) return document.activeElement.blur();
    if (typing(event.target)) return;
    const search = document.querySelector("[data-search]");
    if (event.key === "/" && search) {
      event.preventDefault();
      search.focus();
    } else if (event.key === "j") {
      choose(at + 1);
    } else if (event.key === "k") {
      choose(at - 1);
    } else if (event.key === "x" && at >= 0) {
      const box = rows[at].querySelector("input[name=id]");
      if (box) box.click();
    } else if (event.key === "Enter" && at >= 0) {
      const link = rows[at].querySelector("a.open");
      if (link) link.click();
    }
  });

  const bulk = document.querySelector("[data-bulk]");
  if (bulk) {
    const boxes = [...bulk.querySelectorAll("input[name=id]")];
    const all = bulk.querySelector("[data-all]");
    const count = bulk.querySelector("[data-count]");
    const show = () => {
      const chosen = boxes.filter((box) => box.checked).length;
      count.textContent = chosen ? `${chosen} / ${boxes.length}` : "";
      all.checked = chosen > 0 && chosen === boxes.length;
    };
    all.hidden = false;
    all.addEventListener("change", () => {
      for (const box of boxes) box.checked = all.checked;
      show();
    });
    bulk.addEventListener("change", show);
    show();
  }

  if (document.querySelector("[data-under-way]")) window.setTimeout(() => window.location.reload(), 700);

  for (const button of document.querySelectorAll("[data-sure]"))
    button.addEventListener("click", (event) => {
      if (!window.confirm(button.dataset.sure)) event.preventDefault();
    });
})();
