// A lost password is replaced by two: the administrator asks, the security administrator confirms, each sees one half, and only the
// owner has both. The owner is told, and everybody else stays outside.

import { confirm, overflows, signedInAlone, WHO } from './_shared.mjs'

export const name = 'a password is reset by two and its owner is told'
export const seconds = 240

// Nobody else in the journeys signs in with this account.
const OWNER = 'caoruogu'
const NEW = '换了一句更容易记住的话'

/** The half that the page shows once. */
const half = (page) => page.locator('.half code').innerText()

/** Fills in the owner's form. */
async function join(page, first, second, password = NEW) {
  await page.fill('#account', OWNER)
  await page.fill('#first', first)
  await page.fill('#second', second)
  await page.fill('#new', password)
  await page.fill('#again', password)
  await page.click('main button[type=submit]')
}

export async function run(h) {
  h.expect(/status of 422/)
  const administrator = await signedInAlone(h, WHO.administrator)
  const security = await signedInAlone(h, WHO.security)
  // The owner is still signed in somewhere: that ends when the code is used, not before.
  const before = await signedInAlone(h, OWNER, { device: 'phone' })

  await administrator.goto(h.url('/accounts'))
  const row = administrator.locator('tbody tr', { hasText: OWNER })
  await row.locator('form[action$="/reset"] button').click()
  await confirm(administrator)
  await administrator.locator('h1', { hasText: '一段口令' }).waitFor()
  const first = await half(administrator)
  h.check(/^[a-z2-9]{5}-[a-z2-9]{5}$/.test(first), `a half: ${first}`)
  await h.axe(administrator)
  await h.shot('reset-first-half-zh-desktop', administrator)
  await administrator.goto(h.url('/resets'))
  h.equal(await administrator.locator('form[action$="/confirm"]').count(), 0, 'who asked cannot confirm')
  h.check(!(await administrator.content()).includes(first), 'a half is shown once')

  await security.goto(h.url('/resets'))
  await h.axe(security)
  await h.shot('resets-zh-desktop', security)
  await security.locator('form[action$="/confirm"] button').first().click()
  await confirm(security)
  await security.locator('.half').waitFor()
  const second = await half(security)
  h.check(first !== second, 'two different halves')
  await h.shot('reset-second-half-zh-desktop', security)

  await before.goto(h.url('/library'))
  h.equal(new URL(before.url()).pathname, '/library', 'the session lasts until the code is used')
  // The owner sees on his own page that it is under way, and could take it back.
  await before.goto(h.url('/account'))
  await before.locator('form[action$="/cancel"]').waitFor()
  h.check((await before.locator('main').innerText()).includes('已确认，待本人使用'), 'the reset stands on the own page')
  h.equal(await overflows(before), '', 'width of the own page')
  await h.axe(before)
  await h.shot('account-reset-under-way-zh-phone', before)

  const owner = await h.open({ device: 'phone' })
  await owner.goto(h.url('/sign-in'))
  await owner.click('a[href="/reset"]')
  await h.axe(owner)
  await h.shot('reset-join-zh-phone', owner)
  h.equal(await overflows(owner), '', 'width of the form')
  // Swapped: refused, what was typed of the account is kept, nothing of the halves.
  await join(owner, second, first)
  await owner.locator('.alert-problem').waitFor()
  h.equal(await owner.inputValue('#account'), OWNER, 'the account is kept')
  h.equal(await owner.inputValue('#first'), '', 'a half is not sent back')
  await h.shot('reset-refused-zh-phone', owner)
  await join(owner, first, second)
  await owner.waitForURL(/\/sign-in$/)
  h.check((await owner.locator('.alert-done').innerText()).includes('新密码已设置'), 'it is said')
  await before.goto(h.url('/library'))
  await before.waitForURL(/\/sign-in/)

  await owner.fill('#account', OWNER)
  await owner.fill('#password', NEW)
  await owner.click('main button[type=submit]')
  await owner.waitForURL(/\/account/)
  const told = await owner.locator('.alert-note').first().innerText()
  for (const words of ['申请重设密码', '确认了重设', '设置了新密码']) h.check(told.includes(words), `told: ${told}`)
  await h.axe(owner)
  await h.shot('account-told-zh-phone', owner)
  await owner.click('form[action="/account/seen"] button')
  await owner.waitForURL((url) => url.pathname === '/')

  // Another password of one's own; what was signed in elsewhere ends.
  await owner.goto(h.url('/account'))
  await owner.click('a[href="/password"]')
  await owner.fill('#current', NEW)
  await owner.fill('#new', `${NEW}呀`)
  await owner.fill('#again', `${NEW}呀`)
  await owner.click('main form[action="/password"] button')
  await owner.waitForURL((url) => url.pathname === '/')

  // The auditor sees the history, the security administrator the roles; a stranger sees neither.
  const auditor = await signedInAlone(h, WHO.auditor, { locale: 'en' })
  await auditor.goto(h.url('/resets'))
  await auditor.locator('.status-done').first().waitFor()
  await h.axe(auditor)
  await h.shot('resets-en-desktop', auditor)
  await security.goto(h.url('/roles'))
  await h.axe(security)
  await h.shot('roles-zh-desktop', security)
  await security.setViewportSize({ width: 390, height: 844 })
  for (const address of ['/roles', '/resets', '/account']) {
    await security.goto(h.url(address))
    h.equal(await overflows(security), '', `width of ${address}`)
    await h.shot(`keepers${address.replace('/', '-')}-zh-phone`, security)
  }
}
