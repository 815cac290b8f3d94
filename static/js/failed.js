// An htmx request that failed: say so, and say that nothing typed is lost.
(() => {
  const say = (words) => {
    const announce = document.getElementById("announce");
    const toasts = document.getElementById("toasts");
    if (announce) announce.textContent = words;
    if (!toasts || toasts.querySelector(".failed")) return;
    const toast = document.createElement("div");
    toast.className = "toast failed";
    toast.append(Object.assign(document.createElement("span"), { textContent: words }));
    toasts.append(toast);
  };
  const words = (kind) => document.getElementById("announce")?.dataset[kind] ?? "";

  document.addEventListener("htmx:sendError", () => say(words("lost")));
  document.addEventListener("htmx:responseError", () => say(words("failed")));
  document.addEventListener("htmx:beforeSwap", () => document.querySelector(".toast.failed")?.remove());
})();
