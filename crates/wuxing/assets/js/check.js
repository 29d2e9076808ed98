// A form with data-check="URL" says while one types what is wrong and what it would come to. What is typed is sent there, nothing
// is saved, and the answer takes the place of #checked; a mistake of a field of this form is also told at that field.
import { csrf } from './page.js';

const PAUSE = 600;

const form = document.querySelector('form[data-check]');
const place = document.getElementById('checked');
if (form && place && !form.querySelector('textarea[readonly]')) {
  let timer = 0;
  let asking = null;

  const ask = async () => {
    asking?.abort();
    asking = new AbortController();
    const body = new URLSearchParams([...new FormData(form)].filter(([name]) => name !== 'csrf'));
    const headers = { 'X-CSRF-Token': csrf(), 'HX-Request': 'true' };
    try {
      const answer = await fetch(form.dataset.check, {
        method: 'POST',
        body,
        headers,
        credentials: 'same-origin',
        redirect: 'error',
        signal: asking.signal,
      });
      // What was said before stays until there is something better.
      if (!answer.ok) return;
      const told = new DOMParser().parseFromString(await answer.text(), 'text/html');
      place.replaceChildren(...told.body.childNodes);
      tell();
    } catch {
      // Another letter was typed, or the server cannot be reached: the next letter asks again.
    }
  };

  /** Puts each mistake at its field, and takes away what is mended. */
  const tell = () => {
    const found = new Map();
    for (const problem of place.querySelectorAll('[data-problem-of]')) {
      const name = problem.dataset.problemOf;
      if (!found.has(name)) found.set(name, problem.querySelector('[data-problem-text]').textContent);
    }
    for (const field of form.querySelectorAll('input[id], select[id], textarea[id], fieldset[id]')) {
      const text = found.get(field.id);
      const known = document.getElementById(`${field.id}-error`);
      field.classList.toggle('is-invalid', text !== undefined && field.tagName !== 'FIELDSET');
      if (text === undefined) {
        field.removeAttribute('aria-invalid');
        known?.remove();
        describe(field, false);
        continue;
      }
      field.setAttribute('aria-invalid', 'true');
      const error = known ?? document.createElement('p');
      error.id = `${field.id}-error`;
      error.className = 'invalid-feedback';
      error.textContent = text;
      if (!known) (field.tagName === 'FIELDSET' ? field : field.parentElement).append(error);
      describe(field, true);
    }
  };

  /** Who hears a field read hears its mistake with it. */
  const describe = (field, wrong) => {
    const ids = new Set((field.getAttribute('aria-describedby') ?? '').split(' ').filter(Boolean));
    if (wrong) ids.add(`${field.id}-error`);
    else ids.delete(`${field.id}-error`);
    if (ids.size > 0) field.setAttribute('aria-describedby', [...ids].join(' '));
    else field.removeAttribute('aria-describedby');
  };

  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  };
  form.addEventListener('input', soon);
  form.addEventListener('change', soon);
}
