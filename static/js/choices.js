// In <div class="choices" data-digits>, the digits 1 to 9 choose while the
// list has focus.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !/^[1-9]$/.test(event.key)) return;
  if (document.documentElement.dataset.keys === "off") return;
  const list = event.target.closest?.(".choices[data-digits]");
  if (!list || !event.target.matches("[type=radio], [type=checkbox]")) return;
  const control = list.querySelectorAll(":scope > .choice input")[Number(event.key) - 1];
  if (!control) return;
  event.preventDefault();
  control.focus();
  control.click();
});
