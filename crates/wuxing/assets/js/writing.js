// Small helps while writing: Ctrl+Enter sends, a count of characters beside a text.
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  const form = event.target.closest('form');
  if (form?.method !== 'post') return;
  event.preventDefault();
  form.requestSubmit(form.querySelector('.btn-primary[type="submit"], .btn-primary:not([type])') ?? undefined);
});

/** Characters as a reader counts them: a composed one is one, blanks are none. */
function characters(text) {
  const plain = text.replace(/\s+/gu, '');
  if (!Intl.Segmenter) return [...plain].length;
  let count = 0;
  for (const _ of new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(plain)) count += 1;
  return count;
}

for (const place of document.querySelectorAll('[data-count-of]')) {
  const field = document.getElementById(place.dataset.countOf);
  const numbers = new Intl.NumberFormat(document.documentElement.lang);
  const show = () => {
    const count = characters(field.value);
    place.textContent = count === 0 ? '' : place.dataset.text.replace('%count', numbers.format(count));
  };
  field?.addEventListener('input', show);
  field?.form?.addEventListener('draft:restored', show);
  if (field) show();
}
