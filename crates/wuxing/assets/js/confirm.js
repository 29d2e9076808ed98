// A button or form with data-confirm="question" asks first. Without a script the action simply happens,
// so what cannot be undone is also confirmed by the server.
const dialog = document.getElementById('confirm');
const answered = new WeakSet();

document.addEventListener(
  'submit',
  (event) => {
    const form = event.target;
    const question = event.submitter?.dataset.confirm ?? form.dataset.confirm;
    if (!question || !dialog || answered.delete(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    dialog.querySelector('p').textContent = question;
    dialog.returnValue = '';
    dialog.addEventListener(
      'close',
      () => {
        if (dialog.returnValue !== 'yes') return;
        answered.add(form);
        form.requestSubmit(event.submitter ?? undefined);
      },
      { once: true },
    );
    dialog.showModal();
  },
  true,
);
