// Pressing submit twice, sending the same form at the same moment, submitting it from two windows: one record.

import { found, signedIn } from './_shared.mjs'

export const name = 'a form submitted twice makes one record'

const WHO = 'songyutong'

export async function run(h) {
  const page = await signedIn(h, WHO)
  await page.goto(h.url('/capture'))
  await page.fill('#text', '连按两次提交，只应有一篇。')
  await page.dblclick('form.capture button[type=submit]')
  await page.waitForURL(/\/records\//)
  h.equal(await found(h, page, '连按两次提交'), 1, 'records after pressing twice')

  // The page's own courtesy aside: five equal requests at one moment.
  await page.goto(h.url('/capture'))
  await page.fill('#text', '同时到达的五份，只应有一篇。')
  const answers = await page.evaluate(async () => {
    const body = new URLSearchParams(new FormData(document.querySelector('form.capture')))
    const send = () => fetch('/capture', { method: 'POST', body }).then((answer) => answer.url.replace(/\?.*/, ''))
    return Promise.all([1, 2, 3, 4, 5].map(send))
  })
  h.equal(new Set(answers).size, 1, `where five requests led: ${answers}`)
  h.equal(await found(h, page, '同时到达的五份'), 1, 'records after five requests')

  // Two windows with one draft.
  await page.goto(h.url('/capture'))
  await page.fill('#text', '两个窗口的同一张表，只应有一篇。')
  await page.locator('[data-draft-state][data-state=saved]').waitFor()
  const other = await page.context().newPage()
  await other.goto(page.url())
  h.equal(await other.inputValue('#text'), '两个窗口的同一张表，只应有一篇。', 'in the other window')
  for (const window of [page, other]) {
    await window.click('form.capture button[type=submit]')
    await window.waitForURL(/\/records\//)
  }
  h.equal(new URL(other.url()).pathname, new URL(page.url()).pathname, 'both windows end at one record')
  h.equal(await found(h, page, '两个窗口的同一张表'), 1, 'records after two windows')

  // The browser's back button and once more: still the same record.
  await other.goBack()
  if (await other.locator('form.capture').count()) {
    await other.click('form.capture button[type=submit]')
    await other.waitForURL(/\/records\//)
  }
  h.equal(await found(h, page, '两个窗口的同一张表'), 1, 'records after going back')

  // The other window has gone on writing: its words are not swallowed by the first window's record.
  await page.goto(h.url('/capture'))
  await page.fill('#text', '第一个窗口写到这里为止。')
  await page.locator('[data-draft-state][data-state=saved]').waitFor()
  await other.goto(page.url())
  await page.click('form.capture button[type=submit]')
  await page.waitForURL(/\/records\//)
  h.expect(/status of 409/)
  await other.fill('#text', '第一个窗口写到这里为止。第二个窗口又写了一句。')
  await other.locator('[data-draft-state][data-state=submitted]').waitFor()
  h.check((await other.locator('[data-draft-state]').innerText()).includes('已在另一个窗口提交'), 'what the second window is told')
  const size = other.viewportSize()
  await other.setViewportSize({ width: 390, height: 844 })
  h.check(await other.evaluate(() => document.documentElement.scrollWidth <= 390), 'the words fit a phone')
  await h.shot('draft-submitted-elsewhere-zh-phone', other)
  await other.setViewportSize(size)
  await other.click('form.capture button[type=submit]')
  await other.locator('.sides').waitFor()
  h.equal(await other.inputValue('#text'), '第一个窗口写到这里为止。第二个窗口又写了一句。', 'what the second window wrote')
  h.check((await other.locator('.side').nth(1).innerText()).includes('第一个窗口写到这里为止。'), 'what is stored')
  await other.click('.side button[type=submit]')
  await other.waitForURL(/\/records\/[0-9a-f-]+$/)
  h.check((await other.locator('.prose').first().innerText()).includes('第二个窗口又写了一句'), 'the words that were added')
  h.equal(await found(h, page, '第一个窗口写到这里'), 1, 'records in the end')
}
