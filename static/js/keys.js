// Single keys and short sequences: <a data-key="n">, <button data-key="g h">,
// <input data-key="/">. Dead while somebody types and when turned off
// (<html data-keys="off">). Ctrl+Enter sends the form one is in.
(() => {
  const PAUSE = 1200; // milliseconds between the keys of a sequence
  const TYPED = "input:not([type=radio], [type=checkbox], [type=submit], [type=button]), textarea, select, [contenteditable]";
  let typed = "";
  let last = 0;

  const shown = (element) => element.checkVisibility?.() ?? element.offsetParent !== null;

  const find = (keys) => [...document.querySelectorAll("[data-key]")].find(
    (element) => element.dataset.key === keys && shown(element));

  const begins = (keys) => [...document.querySelectorAll("[data-key]")].some(
    (element) => element.dataset.key.startsWith(keys + " "));

  const press = (element) => element.matches(TYPED) ? (element.focus(), element.select?.()) : element.click();

  const send = () => {
    const form = document.activeElement?.closest("form") ?? document.querySelector("main form:has(.primary)");
    const button = form?.querySelector(".primary") ?? form?.querySelector("button:not([type=button])");
    if (button) button.click();
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.repeat) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      return send();
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.documentElement.dataset.keys === "off" || event.target.closest?.(TYPED)) return;
    if (event.key === "Enter" && event.target !== document.body) return; // it presses what has focus

    const now = event.timeStamp;
    const sequence = typed && now - last < PAUSE ? `${typed} ${event.key}` : event.key;
    const element = find(sequence) ?? find(event.key);
    typed = begins(sequence) ? sequence : "";
    last = now;
    if (!element || typed) return;
    event.preventDefault();
    press(element);
  });
})();
