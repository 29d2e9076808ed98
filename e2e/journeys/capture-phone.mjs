// A clipping on a phone: from Today to submitted in three interactions besides typing, counted, and taken back.

import { signedIn, WHO } from './_shared.mjs'

export const name = 'a clipping on a phone, in three interactions'

/** The line of Today for clippings. */
const line = (page) => page.locator('.row', { has: page.locator('.what > a', { hasText: /^剪贴$/ }) })

export async function run(h) {
  const page = await signedIn(h, WHO.cadre, { device: 'phone' })
  await page.goto(h.url('/'))
  h.equal(await line(page).locator('.status').count(), 0, 'clippings done before the journey')

  let interactions = 0
  const tap = async (locator) => {
    const box = await locator.boundingBox()
    h.check(box.y >= 0 && box.y + box.height <= 844, 'what is tapped lies outside of the window: scrolling would be one more')
    h.check(box.height >= 40, `a target of ${box.height} px is no target for a thumb`)
    interactions += 1
    await locator.tap()
  }
  const began = performance.now()
  await tap(page.locator('.fab .btn-primary'))
  await page.waitForURL(/\/capture/)
  h.equal(await page.evaluate(() => document.activeElement.id), 'text', 'one may type at once')
  await tap(page.locator('#text'))
  await page.keyboard.type('材料双面打印，会前一天发到每个人手里。')
  await h.axe(page)
  await tap(page.locator('form.capture button[type=submit]'))
  await page.waitForURL(/\/records\//)
  const seconds = (performance.now() - began) / 1000
  h.check(interactions <= 3, `${interactions} interactions`)
  h.check(seconds < 20, `${seconds} seconds`)

  const said = await page.locator('.alert-done p').innerText()
  h.check(/已提交，计入.*剪贴（1\/1）/.test(said), `what was said: ${said}`)
  await h.axe(page)
  await h.shot('capture-phone-submitted', page)
  const record = new URL(page.url()).pathname

  await page.goto(h.url('/'))
  h.equal(await line(page).locator('.status').innerText(), '已完成', 'on Today')
  await page.goto(h.url('/ledger/clipping'))
  h.equal(await page.locator(`a[href="${record}"]`).count(), 1, 'in the ledger')

  // What was just submitted is taken back as quickly.
  await page.goto(h.url(`${record}?submitted=1`))
  await page.locator('.alert-done form[action$="/withdraw"] button').tap()
  await page.locator('.alert-kept').first().waitFor()
  await page.goto(h.url('/'))
  h.equal(await line(page).locator('.status').count(), 0, 'counted no more')
  await page.goto(h.url('/ledger/clipping'))
  h.equal(await page.locator(`a[href="${record}"]`).count(), 0, 'in the ledger no more')
  await page.goto(h.url('/library?withdrawn=1'))
  h.equal(await page.locator(`a[href="${record}"]`).count(), 1, 'kept among what was withdrawn')
}
