// Light, dark, or as the system says. Kept in this browser only.
const root = document.documentElement;
const buttons = document.querySelectorAll('[data-theme-choice]');

function show() {
  const current = root.dataset.theme ?? 'auto';
  for (const button of buttons) button.setAttribute('aria-pressed', String(button.dataset.themeChoice === current));
}

for (const button of buttons) {
  button.addEventListener('click', () => {
    const choice = button.dataset.themeChoice;
    if (choice === 'auto') delete root.dataset.theme;
    else root.dataset.theme = choice;
    try {
      if (choice === 'auto') localStorage.removeItem('theme');
      else localStorage.setItem('theme', choice);
    } catch {
      // It holds for this page at least.
    }
    show();
  });
}
show();
