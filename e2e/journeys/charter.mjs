// The charter is changed: the office drafts in the form and as text, a second window merges, the minister adopts on the phone with
// a reason, the change can be read, and a cell says which version it follows.

import { confirm, overflows, signedIn, WHO } from './_shared.mjs'

export const name = 'a draft of the charter becomes a version'
export const seconds = 240

/** Opens the form of the draft's duty of this name. */
async function openDuty(page, draft, duty) {
  await page.goto(draft)
  await page.locator('#group-duty + .card .what a', { hasText: duty }).first().click()
  await page.locator('#charter-form').waitFor()
}

/** Waits until what is said of the typed text is the answer to the last letter. */
async function checked(page, act) {
  const answer = page.waitForResponse((response) => response.url().endsWith('/check'))
  await act()
  await answer
}

async function look(h, page, shot) {
  h.equal(await overflows(page), '', shot)
  await h.axe(page)
  await h.shot(shot, page)
}

export async function run(h) {
  const office = await signedIn(h, WHO.office)
  await office.goto(h.url('/charter/drafts'))
  await look(h, office, 'charter-drafts-zh-desktop')
  await office.click('main form[action="/charter/drafts"] button')
  await office.waitForURL(/\/charter\/drafts\/[0-9a-f-]{36}$/)
  const draft = office.url()
  await look(h, office, 'charter-draft-zh-desktop')

  // The form: the load follows what is chosen, and a mistake is told at its field while one types.
  await openDuty(office, draft, '驻点调研')
  h.equal(await office.locator('#checked ins').count(), 0, 'nothing has changed yet')
  await checked(office, () => office.fill('[id="quota"]', '2'))
  await office.locator('#checked table.meter ins').first().waitFor()
  await checked(office, () => office.fill('[id="quota"]', '两次'))
  await office.locator('[id="quota-error"]').waitFor()
  h.equal(await office.getAttribute('[id="quota"]', 'aria-invalid'), 'true', 'the field is marked')
  await look(h, office, 'charter-edit-problem-zh-desktop')
  await checked(office, () => office.fill('[id="quota"]', '2'))
  await office.locator('[id="quota-error"]').waitFor({ state: 'detached' })

  // A second window has the same revision open, in another part.
  const second = await office.context().newPage()
  await openDuty(second, draft, '剪贴')

  await office.click('#charter-form button.btn-primary')
  await office.locator('[data-notice=done]').waitFor()
  await office.click('.nav-tabs a[href$="/toml"]')
  h.check((await office.inputValue('#toml')).includes('quota = 2'), 'the text has what the form changed')
  h.check((await office.inputValue('#toml')).startsWith('# 五型章程'), 'the comment at the beginning is there')
  await look(h, office, 'charter-toml-zh-desktop')
  // As text: the cap goes below what the charter asks, and a mistake names its line.
  const text = await office.inputValue('#toml')
  await checked(office, () => office.fill('#toml', text.replace('hours_per_week = 24', 'hours_per_week = 0')))
  await office.locator('#checked .fault').waitFor()
  h.check((await office.innerText('#checked .fault')).includes('行'), 'the line of the mistake')
  await checked(office, () => office.fill('#toml', text.replace('hours_per_week = 24', 'hours_per_week = 4')))
  await office.locator('#checked table.meter').waitFor()
  await office.click('#charter-form button.btn-primary')
  await office.locator('[data-notice=done]').waitFor()
  await office.click('.nav-tabs a >> nth=0')
  await office.locator('#group-duty').waitFor()

  // The second window is refused, shows both texts, and merges them.
  await second.fill('[id="minutes"]', '12')
  h.expect(/status of 409/)
  await second.click('#charter-form button.btn-primary')
  await second.locator('table.lines').waitFor()
  const merged = await second.inputValue('#toml')
  for (const part of ['quota = 2', 'minutes = 12', 'hours_per_week = 4']) h.check(merged.includes(part), `the merged text lacks ${part}`)
  await look(h, second, 'charter-stale-zh-desktop')
  await second.click('#charter-form button.btn-primary')
  await second.locator('[data-notice=done]').waitFor()
  await second.goto(`${draft}/history`)
  await look(h, second, 'charter-history-zh-desktop')

  // The minister, on the phone: the reason is asked for, the day may not be past.
  const minister = await signedIn(h, WHO.minister, { device: 'phone' })
  await minister.goto(`${draft}/adopt`)
  await minister.locator('#effective').waitFor()
  const effective = '2026-10-12'
  h.check((await minister.inputValue('#effective')) < effective, 'the earliest day is offered')
  await minister.fill('#effective', effective)
  h.check((await minister.innerText('main')).includes('驻点调研'), 'what changes is told')
  await look(h, minister, 'charter-adopt-zh-phone')
  h.expect(/status of 422/)
  await minister.click('main form[action$="/adopt"] button.btn-primary')
  await confirm(minister)
  await minister.locator('[id="reason-error"]').waitFor()
  await minister.fill('#reason', '先试行一个季度，再作调整。')
  await minister.click('main form[action$="/adopt"] button.btn-primary')
  await confirm(minister)
  await minister.waitForURL(/\/charter\/versions\/2$/)
  await look(h, minister, 'charter-adopted-zh-phone')

  // Everybody reads what changed and why.
  for (const device of ['desktop', 'phone']) {
    for (const [language, short] of [['zh-CN', 'zh'], ['en', 'en']]) {
      const cadre = await signedIn(h, WHO.cadre, { device, locale: language })
      await cadre.goto(h.url('/charter/compare?from=1&to=2'))
      await cadre.locator('.changes').first().waitFor()
      await look(h, cadre, `charter-compare-${short}-${device}`)
      await cadre.goto(h.url('/charter/versions'))
      h.check((await cadre.innerText('#version-2')).includes('先试行一个季度'), 'the reason stands with the version')
      await look(h, cadre, `charter-versions-${short}-${device}`)
      await cadre.goto(h.url('/ledger/field-day'))
      await cadre.locator('.row .what a').first().click()
      await cadre.locator('.reasons').waitFor()
      await look(h, cadre, `ledger-why-${short}-${device}`)
      const article = await cadre.getAttribute('.article-number a', 'href')
      h.check(/^\/charter\/versions\/1#article-\d+$/.test(article), `the version of a period before ${effective}: ${article}`)
      await cadre.click('.article-number a')
      await cadre.locator(new URL(cadre.url()).hash).waitFor()
    }
  }

  // The office's pages in English and on the phone.
  for (const [device, language, short] of [['phone', 'zh-CN', 'zh'], ['desktop', 'en', 'en'], ['phone', 'en', 'en']]) {
    const page = await signedIn(h, WHO.office, { device, locale: language })
    await page.goto(h.url('/charter/drafts'))
    await page.click('main form[action="/charter/drafts"] button')
    await page.waitForURL(/\/charter\/drafts\/[0-9a-f-]{36}$/)
    const own = page.url()
    await look(h, page, `charter-draft-${short}-${device}`)
    await page.goto(`${own}/edit?part=duty-3`)
    await look(h, page, `charter-edit-${short}-${device}`)
    await page.goto(`${own}/edit?part=pillar-0`)
    await look(h, page, `charter-pillar-${short}-${device}`)
    await page.goto(`${own}/toml`)
    await look(h, page, `charter-toml-${short}-${device}`)
    await page.goto(`${own}/adopt`)
    await look(h, page, `charter-adopt-office-${short}-${device}`)
    await page.goto(h.url('/charter/drafts'))
    await page.locator('main form[action$="/discard"] button').first().click()
    await page.locator('[data-notice=done]').waitFor()
    await page.locator('details.fold summary').click()
    await look(h, page, `charter-drafts-${short}-${device}`)
  }

  // The other journeys go on under the charter that they know.
  const before = await signedIn(h, WHO.minister)
  await before.goto(h.url('/charter/versions'))
  await before.click('form[action="/charter/versions/2/withdraw"] button')
  await confirm(before)
  await before.locator('[data-notice=done]').waitFor()
  await look(h, before, 'charter-withdrawn-zh-desktop')
}
