// What several journeys need: people of the demo who are signed in, and the words that the pages use.

/** The password of every account of the demo. */
export const PASSWORD = 'demo-wuxing-2026'

/** Accounts of the demo by what they stand for. */
export const WHO = {
  cadre: 'linzhiyuan',
  head: 'guoyunshan',
  stranger: 'zhoumu',
  office: 'hanqingsong',
  deputy: 'zhouqiming',
  minister: 'shenhuaian',
  administrator: 'guanli',
  security: 'anquan',
  auditor: 'shenji',
}

// The number of tries at signing in is limited for each address, so a session is used by all journeys of a run.
const sessions = new Map()

/** Fills in the sign-in form that is open. */
export async function enter(page, account, password = PASSWORD) {
  await page.fill('#account', account)
  await page.fill('#password', password)
  await page.click('main button[type=submit]')
  await page.waitForURL((url) => url.pathname !== '/sign-in')
}

/** A page in a fresh browser profile in which the account is signed in; options as for `h.open`. */
export async function signedIn(h, account, options = {}) {
  const key = `${h.server.url} ${account}`
  if (!sessions.has(key)) {
    const page = await h.open()
    await page.goto(h.url('/sign-in'))
    await enter(page, account)
    sessions.set(key, await page.context().storageState())
    await page.context().close()
  }
  return h.open({ ...options, state: sessions.get(key) })
}

/** Signs in anew, in a session that no other journey uses. */
export async function signedInAlone(h, account, { password = PASSWORD, ...options } = {}) {
  const page = await h.open(options)
  await page.goto(h.url('/sign-in'))
  await enter(page, account, password)
  return page
}

/** Writes a text on the capture page of `kind` and submits it; returns the address of the record. */
export async function capture(h, page, text, { kind = 'clipping', fields = {} } = {}) {
  await page.goto(h.url(`/capture?kind=${kind}`))
  for (const [name, value] of Object.entries(fields)) await page.fill(`#${name}`, value)
  await page.fill('#text', text)
  await page.click('form.capture button[type=submit]')
  await page.waitForURL(/\/records\/[0-9a-f-]{36}/)
  return new URL(page.url()).pathname
}

/** How many records the account's own library finds for a question. */
export async function found(h, page, question) {
  await page.goto(h.url(`/library?q=${encodeURIComponent(question)}`))
  return page.locator('.results .found').count()
}

/** Whether the page can be scrolled sideways, which no page may. */
export function overflows(page) {
  return page.evaluate(() => {
    const wide = document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth
    if (wide <= 0) return ''
    const inside = (element) => element.closest('.table-scroll, .top-nav, .nav-tabs, pre')
    const guilty = [...document.querySelectorAll('body *')].filter((element) => {
      return !inside(element) && element.getBoundingClientRect().right > document.documentElement.clientWidth + 1
    })
    const names = guilty.slice(0, 3).map((element) => `${element.tagName.toLowerCase()}.${element.className}`)
    return `${wide} px wider than the window: ${names.join(', ')}`
  })
}

/** Answers a question of the page with yes. */
export async function confirm(page) {
  await page.locator('#confirm[open] button[value=yes]').click()
}
