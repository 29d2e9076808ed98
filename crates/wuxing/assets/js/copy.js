// A button with data-copy="ID" copies the words of that element; without the right to it says nothing and selects them instead.
document.addEventListener('click', async (event) => {
  const button = event.target.closest('[data-copy]');
  const source = button && document.getElementById(button.dataset.copy);
  if (!source) return;
  try {
    await navigator.clipboard.writeText(source.textContent.trim());
    button.textContent = button.dataset.copied;
  } catch {
    getSelection()?.selectAllChildren(source);
  }
});
