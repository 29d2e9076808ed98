// Without JavaScript everything but drafts that save themselves works.

import { capture, signedInAlone } from './_shared.mjs'

export const name = 'signing in, capture, comment and search without JavaScript'

const TEXT = '没有脚本也能记：文件柜贴上了目录。'

export async function run(h) {
  const options = { javascript: false }
  const author = await signedInAlone(h, 'dengqingyang', { ...options, device: 'phone' })
  await author.goto(h.url('/'))
  await author.locator('.fab .btn-primary').click()
  h.check((await author.locator('noscript').innerText()).includes('草稿不会自动保存'), 'drafts are said not to save themselves')
  for (const hidden of await author.locator('.needs-script').all()) {
    h.check(!(await hidden.isVisible()), 'a control that needs a script is shown')
  }
  await h.shot('capture-without-script-zh-phone', author)
  const record = await capture(h, author, TEXT, { kind: 'reflection', fields: { title: '文件柜' } })
  h.check((await author.locator('.alert-done').innerText()).includes('计入'), 'what it counts for')

  // A form with a fault comes back with what was typed.
  h.expect(/status of 422/)
  await author.goto(h.url('/capture?kind=article'))
  await author.fill('#text', '没有题目的文章')
  await author.click('form.capture button[type=submit]')
  await author.locator('#title-error').waitFor()
  h.equal(await author.inputValue('#text'), '没有题目的文章', 'what was typed')

  await author.goto(h.url('/library'))
  await author.fill('#q', '文件柜')
  await author.click('.search button')
  h.equal(await author.locator('.results .found').count(), 1, 'found')
  h.check((await author.locator('.results mark').count()) > 0, 'what was found is marked')

  const head = await signedInAlone(h, 'guoyunshan', options)
  await head.goto(h.url(record))
  await head.fill('#comment', '这个办法好。')
  await head.click('form[action$="/comments"] button')
  await head.locator('.comment p', { hasText: '这个办法好。' }).waitFor()
  await author.goto(h.url('/'))
  h.check((await author.locator('.page-side').innerText()).includes('郭云山'), 'the comment on Today')

  // Withdraw and restore; the other language; signing out.
  await author.goto(h.url(record))
  await author.click('.below form[action$="/withdraw"] button')
  await author.locator('.below form[action$="/restore"] button').click()
  h.equal(await author.locator('.below form[action$="/restore"]').count(), 0, 'restored')
  await author.goto(h.url('/'))
  await author.locator('details.menu summary').click()
  await author.click('button[name=lang][value=en]')
  h.equal(await author.locator('html').getAttribute('lang'), 'en', 'language')
  h.equal(await author.locator('h1').innerText().then((title) => title.startsWith('Today')), true, 'the title in English')
  await author.locator('details.menu summary').click()
  await author.click('form[action="/sign-out"] button')
  await author.waitForURL(/\/sign-in/)
}
