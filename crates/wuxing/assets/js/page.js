// What the server tells every page.

/** The token that proves a request came from our own page. */
export function csrf() {
  return document.querySelector('meta[name="csrf"]')?.content ?? '';
}

/** Hours and minutes as the page's language writes them. */
export function clock(date) {
  const form = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
  return new Intl.DateTimeFormat(document.documentElement.lang, form).format(date);
}
