// What is being written is saved on the server while it is written. A form says
//   data-draft="URL"            where its fields are posted
//   data-draft-page="URL"       where the page finds the form again once something is in it
//   data-draft-at="MILLIS"      when the server last saved this draft, milliseconds since 1970 (optional)
//   data-saving, data-saved ("… %time"), data-offline, data-submitted   what to show in its [data-draft-state]
// Once the form has been submitted in another window the server keeps no draft of it (409).
// While the server cannot be reached the text stays in this browser, and goes there as soon as it can.
import { clock, csrf } from './page.js';

const PAUSE = 800;
const RETRY = [3000, 6000, 12000, 30000];
const KEEP_DAYS = 14;
const PREFIX = 'draft:';

/** Text that the server does not have yet, kept by the browser under the draft's address. */
const shelf = {
  put(url, entry) {
    try {
      localStorage.setItem(PREFIX + url, JSON.stringify(entry));
      return true;
    } catch {
      return false;
    }
  },
  get(url) {
    try {
      return JSON.parse(localStorage.getItem(PREFIX + url));
    } catch {
      return null;
    }
  },
  drop(url) {
    try {
      localStorage.removeItem(PREFIX + url);
    } catch {
      // Nothing was kept where nothing may be kept.
    }
  },
  /** Forgets what was sent for good, and what nobody came back for. */
  tidy(arrived) {
    try {
      const oldest = Date.now() - KEEP_DAYS * 24 * 3600 * 1000;
      for (const key of Object.keys(localStorage).filter((key) => key.startsWith(PREFIX))) {
        const entry = this.get(key.slice(PREFIX.length));
        if (!entry || entry.at < oldest || (arrived && entry.sent)) localStorage.removeItem(key);
      }
    } catch {
      // As above.
    }
  },
};

class Draft {
  constructor(form) {
    this.form = form;
    this.url = form.dataset.draft;
    this.timer = 0;
    this.failures = 0;
    this.busy = false;
    this.dirty = false;
    this.sent = false;
    this.restore();
    form.addEventListener('input', () => this.changed());
    form.addEventListener('change', () => this.changed());
    form.addEventListener('submit', (event) => {
      if (event.defaultPrevented) return;
      // Until a page says that it arrived, a sent text is still ours to lose.
      // A save still under way is called off, or it would bring the draft back after the record was made.
      clearTimeout(this.timer);
      this.dirty = false;
      this.sent = true;
      this.request?.abort();
      shelf.put(this.url, { at: Date.now(), fields: this.written(), sent: true });
    });
  }

  /** Everything the form would send, without files and the token. */
  fields() {
    return [...new FormData(this.form)].filter(([name, value]) => typeof value === 'string' && name !== 'csrf');
  }

  /** Only what a person can see and change: hidden fields belong to the page, not to the draft. */
  written() {
    return this.fields().filter(([name]) => this.inputs(name).some((field) => field.type !== 'hidden'));
  }

  inputs(name) {
    return [...this.form.elements].filter((field) => field.name === name);
  }

  restore() {
    const entry = shelf.get(this.url);
    if (!entry || entry.at <= Number(this.form.dataset.draftAt ?? 0)) return;
    const kept = new Map();
    for (const [name, value] of entry.fields) kept.set(name, [...(kept.get(name) ?? []), value]);
    for (const field of this.form.elements) {
      if (!field.name || field.type === 'hidden' || field.type === 'file' || field.type === 'submit') continue;
      const values = kept.get(field.name);
      if (field.type === 'checkbox' || field.type === 'radio') field.checked = values?.includes(field.value) ?? false;
      else if (values) field.value = values[0];
    }
    this.form.dispatchEvent(new CustomEvent('draft:restored', { bubbles: true }));
    this.changed();
  }

  changed() {
    this.sent = false;
    this.dirty = true;
    this.settle();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE);
  }

  /** From now on the address is this form's, so that loading the page again brings back what was typed. */
  settle() {
    const page = this.form.dataset.draftPage;
    if (page && location.pathname + location.search !== page) history.replaceState(history.state, '', page);
  }

  async save() {
    if (!this.dirty || this.busy) return;
    this.busy = true;
    this.dirty = false;
    this.say('saving');
    const answer = await this.post().catch(() => null);
    this.busy = false;
    if (this.sent) return;
    if (answer?.ok) {
      this.failures = 0;
      if (!this.dirty) shelf.drop(this.url);
      this.say('saved');
    } else {
      this.keep(answer === null || answer.status >= 500, answer?.status === 409 ? 'submitted' : 'offline');
    }
    if (this.dirty) this.changed();
  }

  /** Keeps the text here; tries again by itself only when trying again can help. */
  keep(again, state) {
    this.dirty = false;
    shelf.put(this.url, { at: Date.now(), fields: this.written(), sent: false });
    this.say(state);
    if (!again) return;
    const wait = RETRY[Math.min(this.failures, RETRY.length - 1)];
    this.failures += 1;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.again(), wait);
  }

  again() {
    this.dirty = true;
    this.save();
  }

  /** The page is going away: no answer can be awaited, so the text is also kept here. */
  leave() {
    if (!this.dirty) return;
    clearTimeout(this.timer);
    shelf.put(this.url, { at: Date.now(), fields: this.written(), sent: false });
    this.save();
  }

  post() {
    const body = new URLSearchParams(this.fields());
    // Browsers let at most 64 KiB outlive a page; a longer text is on the shelf already.
    const keepalive = body.toString().length < 60000;
    const headers = { 'X-CSRF-Token': csrf() };
    this.request = new AbortController();
    return fetch(this.url, {
      method: 'POST',
      body,
      headers,
      keepalive,
      credentials: 'same-origin',
      redirect: 'error',
      signal: this.request.signal,
    });
  }

  say(state) {
    const place = this.form.querySelector('[data-draft-state]');
    if (!place) return;
    place.dataset.state = state;
    place.textContent = (this.form.dataset[state] ?? '').replace('%time', clock(new Date()));
  }
}

shelf.tidy(document.querySelector('[data-notice="done"]') !== null);
const drafts = [...document.querySelectorAll('form[data-draft]')].map((form) => new Draft(form));

document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'hidden') drafts.forEach((draft) => draft.leave());
});
window.addEventListener('pagehide', () => drafts.forEach((draft) => draft.leave()));
window.addEventListener('online', () => drafts.filter((draft) => draft.failures > 0).forEach((draft) => draft.again()));
