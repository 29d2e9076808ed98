// A form is sent once: a second press while the first is under way does nothing. The server also knows
// each form by its own number, so this is a courtesy and not the guarantee.
const sending = new Set();

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== 'post' || form.dataset.repeat !== undefined) return;
  if (sending.has(form)) {
    event.preventDefault();
    return;
  }
  sending.add(form);
  form.setAttribute('aria-busy', 'true');
  // The pressed button's own name and value must still be part of what is sent.
  setTimeout(() => buttons(form).forEach((button) => (button.disabled = true)), 0);
});

// Coming back to the page by the browser's back button finds everything usable again.
window.addEventListener('pageshow', () => {
  for (const form of sending) {
    form.removeAttribute('aria-busy');
    buttons(form).forEach((button) => (button.disabled = false));
  }
  sending.clear();
});

function buttons(form) {
  return [...form.elements].filter((field) => field.type === 'submit');
}
