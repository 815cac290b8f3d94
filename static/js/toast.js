// A message that stands there when the page opens is not read out by itself:
// say it in the live region. It can be put away; it never goes by itself.
(() => {
  const ready = (root) => {
    root.querySelectorAll("[data-dismiss]").forEach((button) => { button.hidden = false; });
    const words = [...root.querySelectorAll(".toast > span:first-child")].map((toast) => toast.textContent);
    const announce = document.getElementById("announce");
    if (words.length && announce) setTimeout(() => { announce.textContent = words.join(". "); }, 300);
  };

  document.addEventListener("click", (event) => {
    event.target.closest?.("[data-dismiss]")?.closest(".toast").remove();
  });

  const toasts = document.getElementById("toasts");
  if (toasts) ready(toasts);
  document.addEventListener("htmx:oobAfterSwap", (event) => {
    if (event.detail.target.id === "toasts") ready(document.getElementById("toasts"));
  });
})();
