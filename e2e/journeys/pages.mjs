// Every page in both languages, on both devices: accessible, quiet, never wider than the window; with a picture of each.

import { AS_OF } from '../harness.mjs'
import { overflows, signedIn, WHO } from './_shared.mjs'

export const name = 'every page in both languages on both devices'
export const seconds = 300

const YEAR = AS_OF.slice(0, 4)

/** The pages by who opens them: name, address (or a way to find it), status if it is not 200. */
const PAGES = {
  nobody: [
    ['sign-in', '/sign-in'],
    ['reset', '/reset'],
    ['sign-in-404', '/no-such-page', 404],
  ],
  cadre: [
    ['today', '/'],
    ['capture-clipping', '/capture'],
    ['capture-reflection', '/capture?kind=reflection'],
    ['capture-article', '/capture?kind=article'],
    ['capture-book-note', '/capture?kind=book-note'],
    ['capture-entry-choose', '/capture?kind=entry'],
    ['capture-entry', '/capture?kind=entry&duty=field-day'],
    ['record', (page, h) => firstLink(page, h, '/library', '.results .found a')],
    ['record-edit', async (page, h) => `${await firstLink(page, h, '/library', '.results .found a')}/edit`],
    ['library', '/library'],
    ['library-found', `/library?q=${encodeURIComponent('学习')}`],
    ['library-nothing', `/library?q=${encodeURIComponent('查无此词')}`],
    ['library-withdrawn', '/library?withdrawn=1'],
    ['ledger', '/ledger'],
    ['ledger-duty', (page, h) => firstLink(page, h, '/ledger', '.heat tbody th a')],
    ['section', '/section'],
    ['section-cell', (page, h) => firstLink(page, h, '/section', '.heat tbody td a')],
    ['charter', '/charter'],
    ['load', `/charter/load?year=${YEAR}`],
    ['people', '/people'],
    ['calendar', `/calendar?year=${YEAR}`],
    ['calendar-provisional', '/calendar?year=2099'],
    ['password', '/password'],
    ['account', '/account'],
    ['403', '/capture'],
    ['404', '/records/01900000-0000-7000-8000-000000000000', 404],
  ],
  head: [
    ['today-head', '/'],
    ['reading', '/reading'],
    ['reading-record', (page, h) => firstLink(page, h, '/reading', '.results .found a')],
  ],
  deputy: [['today-deputy', '/']],
  minister: [
    ['today-minister', '/'],
    ['section-leaders', '/section'],
  ],
  office: [
    ['today-office', '/'],
    ['reading-office', '/reading'],
  ],
  administrator: [
    ['welcome', '/'],
    ['accounts', '/accounts'],
    ['resets', '/resets'],
    ['roles-administrator', '/roles'],
    ['import', '/people/import'],
    ['import-preview', upload],
  ],
  auditor: [
    ['welcome-auditor', '/'],
    ['audit', '/audit'],
    ['account-auditor', '/account'],
  ],
}

/** A sheet with a fault of most kinds. */
const SHEET = `姓名,账号,科室,职务,角色,任职日期,分管科室
季晓舟,jixiaozhou,干部科,科员,工作人员,2026-9-1,
程若水,chengruoshui,干部处,科员,工作人员,三月一日,
季晓舟,jixiaozhou,干部科,科员,工作人员,2026-9-1,
贺兰,HE LAN,组织科,科员,,2026-9-1,`

async function firstLink(page, h, address, selector) {
  await page.goto(h.url(address))
  return new URL(await page.locator(selector).first().evaluate((link) => link.href)).pathname
}

async function upload(page, h) {
  await page.goto(h.url('/people/import'))
  await page.setInputFiles('#file', { name: '新进人员.csv', mimeType: 'text/csv', buffer: Buffer.from(SHEET) })
  await page.click('main form button[type=submit]')
  await page.waitForURL(/import\/[0-9a-f-]{36}$/)
  return new URL(page.url()).pathname
}

/** Sends a form whose token is not ours. */
async function stale(page) {
  const refused = page.waitForResponse((answer) => answer.status() === 403)
  await page.evaluate(() => {
    const form = document.querySelector('form.capture')
    form.csrf.value = '0'.repeat(64)
    form.submit()
  })
  await refused
  await page.locator('main:not(:has(form.capture)) h1').waitFor()
}

/** Looks at all pages with one language and device. */
async function lane(h, wrong, locale, device) {
  const language = locale.slice(0, 2)
  for (const [who, pages] of Object.entries(PAGES)) {
    const options = { locale, device }
    const page = who === 'nobody' ? await h.open(options) : await signedIn(h, WHO[who], options)
    for (const [title, where, status = 200] of pages) {
      await look(h, page, `${title}-${language}-${device}`, where, status, wrong)
    }
    if (who === 'administrator') {
      await page.click('form[action$="/discard"] button')
      await page.locator('#confirm[open] button[value=yes]').click()
      await page.waitForURL(/\/people\/import$/)
    }
    await page.context().close()
  }
}

/** One page; what is wrong with it goes to `wrong`, so that one run tells of all pages. */
async function look(h, page, title, where, status, wrong) {
  await visit(h, page, title, where, status).catch((error) => wrong.push(`${title}: ${error.message}`))
}

async function visit(h, page, title, where, status) {
  const address = typeof where === 'string' ? where : await where(page, h)
  const answer = await page.goto(h.url(address))
  h.equal(answer.status(), status, title)
  if (title.startsWith('403')) await stale(page)
  h.equal(await page.locator('html').getAttribute('lang'), title.includes('-zh-') ? 'zh-CN' : 'en', `${title}: language`)
  h.equal(await page.locator('h1').count(), 1, `${title}: headings of the first rank`)
  h.equal(await overflows(page), '', `${title}: width`)
  await h.shot(title, page)
  await h.axe(page)
}

export async function run(h) {
  // A page that is not there or not allowed prints its status to the console.
  h.expect(/console: Failed to load resource: the server responded with a status of 40[34]/)
  for (const who of Object.keys(PAGES)) if (who !== 'nobody') await (await signedIn(h, WHO[who])).context().close()
  const wrong = []
  await Promise.all([
    lane(h, wrong, 'zh-CN', 'desktop').then(() => lane(h, wrong, 'en', 'desktop')),
    lane(h, wrong, 'zh-CN', 'phone').then(() => lane(h, wrong, 'en', 'phone')),
  ])
  for (const device of ['desktop', 'phone']) {
    for (const [title, address] of [['today', '/'], ['section', '/section']]) {
      const page = await signedIn(h, WHO.cadre, { device, scheme: 'dark' })
      await look(h, page, `${title}-zh-${device}-dark`, address, 200, wrong)
      await page.context().close()
    }
  }
  h.check(wrong.length === 0, wrong.join('\n'))
}
