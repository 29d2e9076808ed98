// htmx swaps fragments. It may not evaluate code from attributes: the content security policy forbids it and so do we.
import htmx from 'htmx.org';
import { csrf } from './page.js';

class Refused {
  constructor() {
    throw new Error('attributes hold no code here');
  }
}

htmx.registerExtension('no-code', {
  init(api) {
    api.initSecurity(null, Refused, Refused);
  },
});

document.addEventListener('htmx:config:request', (event) => {
  event.detail.ctx.request.headers['X-CSRF-Token'] = csrf();
});

// A fragment that did not arrive is said aloud, and what is on the page stays.
document.addEventListener('htmx:error', () => {
  const toasts = document.getElementById('toasts');
  if (!toasts?.dataset.offline) return;
  const toast = document.createElement('p');
  toast.className = 'alert alert-problem';
  toast.textContent = toasts.dataset.offline;
  toasts.replaceChildren(toast);
  setTimeout(() => toast.remove(), 8000);
});
