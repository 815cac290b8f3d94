// The seconds in which a letter can be taken back, counted down. When they are
// over it says so; what became of it stands there when the page is loaded again.
(() => {
  const line = document.querySelector("[data-seconds]");
  if (!line) return;
  const ends = performance.now() + Number(line.dataset.seconds) * 1000;

  const count = () => {
    const left = Math.ceil((ends - performance.now()) / 1000);
    line.textContent = left > 0 ? line.dataset.words.replace("{n}", left) : line.dataset.gone;
    if (left > 0) setTimeout(count, 250);
  };

  if (Number(line.dataset.seconds)) count();
})();
