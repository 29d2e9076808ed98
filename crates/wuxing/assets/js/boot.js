// Runs before the first paint, so that a chosen theme does not flash and script-only controls show at once.
const root = document.documentElement;
root.classList.add('js');
try {
  const chosen = localStorage.getItem('theme');
  if (chosen === 'light' || chosen === 'dark') root.dataset.theme = chosen;
} catch {
  // Storage may be forbidden; the system's theme is a good answer too.
}
