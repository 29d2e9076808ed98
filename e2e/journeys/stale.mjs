// Two windows change one record: the later one sees both texts side by side, and nothing of either is lost.

import { capture, found, signedIn } from './_shared.mjs'

export const name = 'a change that comes too late shows both texts'

const WHO = 'jiangyingxue'
const BEGINNING = '走访了三个社区，听取意见。'
const FIRST = '走访了三个社区和一个企业，听取意见。'
const SECOND = '走访了三个社区，听取意见二十条。'
const MERGED = '走访了三个社区和一个企业，听取意见二十条。'

export async function run(h) {
  const page = await signedIn(h, WHO)
  const record = await capture(h, page, BEGINNING, { kind: 'reflection', fields: { title: '社区走访的收获' } })
  const other = await page.context().newPage()
  for (const window of [page, other]) await window.goto(h.url(`${record}/edit`))
  await page.fill('#text', FIRST)
  await page.click('form.capture button[type=submit]')
  await page.waitForURL(h.url(record))

  await other.fill('#text', SECOND)
  h.expect(/status of 409/)
  await other.click('form.capture button[type=submit]')
  await other.locator('.sides').waitFor()
  h.equal(await other.inputValue('#text'), SECOND, 'what was written in this window')
  const stored = await other.locator('.side').nth(1).innerText()
  h.check(stored.replaceAll('\n', '').includes('和一个企业'), `what the other window stored: ${stored}`)
  h.equal(await other.locator('.side ins').first().innerText(), '和一个企业', 'what only the stored text has')
  h.equal(await other.locator('.side del').first().innerText(), '二十条', 'what only the written text has')
  await h.axe(other)
  await h.shot('stale-zh-desktop', other)
  const phone = await signedIn(h, WHO, { device: 'phone' })
  await phone.goto(h.url(record))
  h.check((await phone.locator('.prose').first().innerText()).includes(FIRST), 'the first change is what is stored meanwhile')

  // A third window changes it again while the two texts are compared.
  await phone.goto(h.url(`${record}/edit`))
  await phone.fill('#title', '走访社区和企业的收获')
  await phone.click('form.capture button[type=submit]')
  await phone.waitForURL(h.url(record))
  await other.fill('#text', MERGED)
  await other.click('.side button[type=submit]')
  await other.locator('.sides').waitFor()
  h.equal(await other.inputValue('#text'), MERGED, 'the merged text after one more change')
  await other.fill('#title', '走访社区和企业的收获')
  await other.click('.side button[type=submit]')
  await other.waitForURL((url) => url.pathname === record)
  h.equal(await other.locator('.prose').first().innerText(), MERGED, 'the merged text')
  h.equal(await other.locator('h1 bdi').innerText(), '走访社区和企业的收获', 'the title')
  for (const summary of await other.locator('details.fold summary').all()) await summary.click()
  const earlier = (await other.locator('details.fold').allInnerTexts()).join('\n')
  for (const text of [BEGINNING, FIRST]) h.check(earlier.includes(text), `an earlier version is missing: ${text}`)
  h.equal(await found(h, other, '走访社区和企业'), 1, 'records')
}
