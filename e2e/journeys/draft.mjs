// What is being written survives a reload, signing out, and a server that is killed; then it is submitted.

import { confirm, enter, found, signedInAlone } from './_shared.mjs'

export const name = 'a draft survives reload, sign-out and a stopped server'

const WHO = 'fangyiming'
const FIRST = '今天学习了档案审核的流程。'
const SECOND = '下午和同事对照目录查了一遍。'
const THIRD = '服务器停了，这一句是停了以后写的。'

const state = (page, word) => page.locator(`[data-draft-state][data-state=${word}]`).waitFor()

export async function run(h) {
  const page = await signedInAlone(h, WHO)
  await page.goto(h.url('/capture?kind=reflection'))
  await page.fill('#text', FIRST)
  await state(page, 'saved')
  h.check(/草稿已保存 \d\d:\d\d/.test(await page.locator('[data-draft-state]').innerText()), 'the page says that it is saved')
  await page.reload()
  h.equal(await page.inputValue('#text'), FIRST, 'after a reload')
  h.check(await page.locator('input[name=kind][value=reflection]').isChecked(), 'the kind after a reload')

  // A reload before the server has heard of the last words.
  await page.fill('#text', `${FIRST}${SECOND}`)
  await page.reload()
  h.equal(await page.inputValue('#text'), `${FIRST}${SECOND}`, 'after a reload in mid-sentence')
  await state(page, 'saved')

  // Signing out and in again.
  await page.locator('details.menu summary').click()
  await page.click('form[action="/sign-out"] button')
  await page.waitForURL(/\/sign-in/)
  await enter(page, WHO)
  await page.goto(h.url('/'))
  const begun = page.locator('.page-side .mini', { hasText: FIRST.slice(0, 8) })
  h.equal(await begun.count(), 1, 'begun texts on Today')
  await h.shot('draft-on-today', page)
  await begun.locator('a.btn').click()
  h.equal(await page.inputValue('#text'), `${FIRST}${SECOND}`, 'after signing out and in')

  // The server is killed; what is written meanwhile stays in the browser.
  h.tolerate(/net::ERR_CONNECTION_REFUSED|net::ERR_CONNECTION_RESET|net::ERR_EMPTY_RESPONSE|ERR_SOCKET_NOT_CONNECTED/)
  await h.server.kill()
  await page.fill('#text', `${FIRST}${SECOND}${THIRD}`)
  await state(page, 'offline')
  h.check((await page.locator('[data-draft-state]').innerText()).includes('保存在这台设备上'), 'the page says where the text is kept')
  await h.shot('draft-offline', page)
  await h.axe(page)
  await h.server.start()
  await state(page, 'saved')
  await page.reload()
  h.equal(await page.inputValue('#text'), `${FIRST}${SECOND}${THIRD}`, 'after the server came back')

  // Killed once more, and the window closed before it is back: another window of the same browser finds the text.
  await h.server.kill()
  await page.fill('#text', `${FIRST}${SECOND}${THIRD}完。`)
  await state(page, 'offline')
  const address = page.url()
  const other = await page.context().newPage()
  await page.close()
  await h.server.start()
  await other.goto(address)
  h.equal(await other.inputValue('#text'), `${FIRST}${SECOND}${THIRD}完。`, 'in another window')
  await state(other, 'saved')

  await other.click('form.capture button[type=submit]')
  await other.waitForURL(/\/records\//)
  h.check((await other.locator('.prose').innerText()).includes(THIRD), 'what was submitted')
  h.equal(await found(h, other, THIRD.slice(0, 10)), 1, 'records')
  await other.goto(h.url('/'))
  h.equal(await other.locator('.page-side .mini', { hasText: FIRST.slice(0, 8) }).count(), 0, 'drafts that are left')
  h.equal(await other.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('draft:'))), [], 'left in the browser')

  // A draft that nobody wants any more is thrown away.
  await other.goto(h.url('/capture'))
  await other.fill('#text', '写了又不想要的一段话。')
  await state(other, 'saved')
  await other.goto(h.url('/'))
  await other.locator('.page-side form[action$="/discard"] button').click()
  await confirm(other)
  await other.locator('.alert-done').waitFor()
  h.equal(await other.locator('.page-side form[action$="/discard"]').count(), 0, 'drafts after throwing it away')
}
