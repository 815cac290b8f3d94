// A form is sent once: the pressed button turns its ring until the answer
// comes. <form data-again> may be sent again (downloads, the language switch).
(() => {
  const busy = (form, button) => {
    form.dataset.sent = "true";
    button?.setAttribute("aria-busy", "true");
  };

  const ready = (root) => {
    root.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
    root.querySelectorAll("[aria-busy=true]").forEach((button) => button.removeAttribute("aria-busy"));
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || "again" in form.dataset) return;
    if (form.dataset.sent) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    busy(form, event.submitter);
  }, true);

  document.addEventListener("htmx:afterRequest", () => ready(document));
  window.addEventListener("pageshow", (event) => event.persisted && ready(document));
})();
