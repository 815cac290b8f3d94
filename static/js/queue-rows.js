// Working down a table: j and k move, Enter opens, x ticks. Focus really moves
// to the row's link, so that it is read out and scrolled to. Coming back, the
// row one left is marked.
(() => {
  const LAST = "tuntas-last-row";
  const rows = () => [...document.querySelectorAll(".queue tbody tr")].filter((row) => row.querySelector("a"));
  const here = () => document.activeElement?.closest?.(".queue tr") ?? document.querySelector(".queue tr[aria-current]");
  const typing = (target) => target.closest?.("textarea, select, input:not([type=checkbox], [type=radio])");

  const go = (row) => {
    document.querySelectorAll(".queue tr[aria-current]").forEach((other) => other.removeAttribute("aria-current"));
    row.setAttribute("aria-current", "true");
    row.querySelector("a").focus();
    row.scrollIntoView({ block: "nearest" });
  };

  const step = (by) => {
    const all = rows();
    const focused = document.activeElement?.closest?.(".queue tr");
    const at = all.indexOf(here());
    const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : focused ? at + by : at;
    if (all[next]) go(all[next]);
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (document.documentElement.dataset.keys === "off" || !rows().length) return;
    if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key === "x") here()?.querySelector(".check input")?.click();
    else return;
    event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(".queue tbody a");
    if (link) sessionStorage.setItem(LAST, link.getAttribute("href"));
  });

  const left = sessionStorage.getItem(LAST);
  if (left && rows().length) {
    rows().find((row) => row.querySelector("a").getAttribute("href") === left)?.classList.add("came-from");
    sessionStorage.removeItem(LAST);
  }
})();
