// Text that means harm, text that is too long, two people with one form: shown as text, refused with words, kept apart.

import { capture, signedIn } from './_shared.mjs'

export const name = 'hostile and oversized text does no harm'
export const seconds = 240

const AUTHOR = 'luozhihe'
const HEAD = 'hejingchuan'
const SCRIPT = '<script>window.harmed = 1</script><img src=x onerror="window.harmed = 2">'
const TITLE = `"><svg onload="window.harmed=3">{{7*7}} ${'\u202e'}drawer\u2066`
const EMOJI = '👩‍👩‍👧‍👦🇨🇳é̂'

async function unharmed(h, page, where) {
  h.equal(await page.evaluate(() => window.harmed ?? 0), 0, `a script ran at ${where}`)
  h.check(!/[\u202a-\u202e\u2066-\u2069]/.test(await page.locator('body').innerText()), `marks that turn the writing at ${where}`)
}

export async function run(h) {
  const page = await signedIn(h, AUTHOR)
  const record = await capture(h, page, `${SCRIPT}\n${EMOJI}`, { kind: 'reflection', fields: { title: TITLE } })
  const text = await page.locator('.prose').innerText()
  h.check(text.includes(SCRIPT) && text.includes(EMOJI), `the text as it was typed: ${text}`)
  h.check((await page.locator('h1 bdi').innerText()).startsWith('"><svg onload="window.harmed=3">{{7*7}}'), 'the title as it was typed')
  await unharmed(h, page, record)
  await h.axe(page)
  await h.shot('hostile-record', page)

  const head = await signedIn(h, HEAD)
  await head.goto(h.url(record))
  await head.fill('#comment', `${SCRIPT}\u202e${EMOJI}`)
  await head.click('form[action$="/comments"] button')
  await head.locator('.comment').waitFor()
  await unharmed(h, head, 'the record with its comment')
  await head.goto(h.url('/reading'))
  await unharmed(h, head, '/reading')
  for (const address of ['/', '/library', `/library?q=${encodeURIComponent('<script>')}`, '/ledger/reflection', `${record}/edit`]) {
    await page.goto(h.url(address))
    await unharmed(h, page, address)
  }
  // A search that is itself hostile.
  await page.goto(h.url(`/library?q=${encodeURIComponent('"><script>window.harmed=4</script>')}`))
  await unharmed(h, page, 'the search')
  // A list that a spreadsheet program opens must not be taken for formulas.
  await capture(h, page, '=HYPERLINK("http://example.org","点我")', { kind: 'clipping' })
  const csv = await (await page.request.get(h.url('/library/export?format=csv'))).text()
  h.check(!/(^|,|\n)"?=HYPERLINK/.test(csv), 'a formula in the list that is taken away')

  // An address that is a script is refused at its field, and everything typed stays.
  h.expect(/status of 422/)
  await page.goto(h.url('/capture'))
  await page.fill('#text', '带网址的剪贴')
  await page.locator('details.more summary').click()
  await page.evaluate(() => (document.querySelector('#url').type = 'text'))
  await page.fill('#url', 'javascript:window.harmed=5')
  await page.click('form.capture button[type=submit]')
  await page.locator('#url-error').waitFor()
  h.equal(await page.inputValue('#text'), '带网址的剪贴', 'the text beside a wrong address')

  await lengths(h, page)
  await sameKey(h, page)
}

async function lengths(h, page) {
  // 100,000 characters are taken, one more is refused with the limit, and not lost.
  const long = '这段话有十个字，对吗。'.slice(0, 10).repeat(10_000)
  await page.goto(h.url('/capture?kind=article'))
  await page.fill('#title', '十万字')
  await page.fill('#text', `${long}多`)
  await page.click('form.capture button[type=submit]')
  await page.locator('#text-error').waitFor()
  h.check(/100,?000/.test(await page.locator('#text-error').innerText()), 'the limit is named')
  h.equal((await page.inputValue('#text')).length, 100_001, 'what was typed stays')
  await page.locator('#text').fill(long)
  await page.click('form.capture button[type=submit]')
  await page.waitForURL(/\/records\//)
  h.equal((await page.locator('.prose').innerText()).length, 100_000, 'the whole text')

  // 50 MB in a form: a proper page that says what to do.
  h.expect(/status of 413/)
  await page.goto(h.url('/capture'))
  await page.evaluate(() => {
    const form = document.querySelector('form.capture')
    form.text.value = 'a'.repeat(50 * 1024 * 1024)
    form.submit()
  })
  await page.locator('h1', { hasText: '内容太大' }).waitFor({ timeout: 60_000 })
  h.check((await page.locator('main').innerText()).includes('2 MB'), 'the limit of a form')
  await h.axe(page)
  await h.shot('413-zh-desktop', page)
}

/** Two people with the same form key: each gets a record of his own, and no draft of the other's. */
async function sameKey(h, page) {
  h.expect(/status of 404/)
  await page.goto(h.url('/capture'))
  const key = await page.inputValue('input[name=key]')
  await page.fill('#text', '第一个人的话')
  await page.locator('[data-draft-state][data-state=saved]').waitFor()
  const other = await signedIn(h, 'fengchunhui')
  await other.goto(h.url('/capture'))
  const send = ([to, key, text]) => {
    const csrf = document.querySelector('meta[name=csrf]').content
    const body = new URLSearchParams({ csrf, key, kind: 'clipping', text })
    return fetch(to, { method: 'POST', body }).then((answer) => [answer.status, answer.url.replace(/\?.*/, '')])
  }
  const [refused] = await other.evaluate(send, [`/drafts/${key}`, key, '第二个人的话'])
  h.equal(refused, 404, 'writing over the draft of somebody else')
  const [, first] = await page.evaluate(send, ['/capture', key, '第一个人的话'])
  const [, second] = await other.evaluate(send, ['/capture', key, '第二个人的话'])
  h.check(first.includes('/records/') && second.includes('/records/') && first !== second, `two records: ${first} ${second}`)
  await other.goto(second)
  h.equal(await other.locator('.prose').innerText(), '第二个人的话', 'the second record')
  await page.goto(first)
  h.equal(await page.locator('.prose').innerText(), '第一个人的话', 'the first record')
  h.equal((await other.goto(first)).status(), 404, 'the other one’s record')
}
