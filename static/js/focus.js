// Focus goes where there is something to read first: the error summary, a
// conflict's title, a new heading. After an htmx swap, only if it was lost or
// the new part asks for it.
(() => {
  const take = (root) => {
    const target = root.matches?.("[data-focus]") ? root : root.querySelector("[data-focus]");
    target?.focus();
    return Boolean(target);
  };

  take(document);

  document.addEventListener("htmx:afterSettle", (event) => {
    const swapped = event.detail.elt;
    if (take(swapped) || document.activeElement !== document.body) return;
    if (!swapped.isConnected || !event.detail.requestConfig?.triggeringEvent) return;
    swapped.setAttribute("tabindex", "-1");
    swapped.focus({ preventScroll: true });
  });
})();
