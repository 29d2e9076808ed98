// Who reads what: the author, the head of the section and the office; nobody else learns even that there is a record.

import { capture, found, signedIn, WHO } from './_shared.mjs'

export const name = 'bodies stay with those who may read them'
export const seconds = 240

const TEXT = '暗渠清淤的台词，只给该看的人看。'
const NOT_THERE = 404

export async function run(h) {
  h.expect(/status of 404/)
  const author = await signedIn(h, WHO.cadre)
  const record = await capture(h, author, TEXT, { kind: 'reflection', fields: { title: '暗渠清淤心得' } })

  const open = async (page, address) => (await page.goto(h.url(address))).status()
  // Another section, the same section without office, the leaders: the body does not exist for them.
  for (const who of [WHO.stranger, 'jiangyingxue', WHO.deputy, WHO.minister]) {
    const page = await signedIn(h, who)
    h.equal(await open(page, record), NOT_THERE, `${who} opens the record`)
    h.check(!(await page.content()).includes('暗渠'), `${who} sees words of it`)
    h.equal(await open(page, `${record}/edit`), NOT_THERE, `${who} opens the form`)
    h.equal(await found(h, page, '暗渠清淤'), 0, `${who} finds it`)
    h.equal(await open(page, '/reading'), NOT_THERE, `${who} opens what heads read`)
    const sent = await page.evaluate(sendComment, record)
    h.equal(sent, NOT_THERE, `${who} comments`)
    await page.context().close()
  }

  // Administrators and the auditor: no body, no ledger, no roster page of the department's doings.
  for (const who of [WHO.administrator, WHO.security, WHO.auditor]) {
    const page = await signedIn(h, who)
    for (const address of [record, '/ledger', '/section', '/library', '/reading', '/capture']) {
      h.equal(await open(page, address), NOT_THERE, `${who} opens ${address}`)
      h.check(!(await page.content()).includes('暗渠'), `${who} sees words of it at ${address}`)
    }
    await page.context().close()
  }
  const auditor = await signedIn(h, WHO.auditor)
  await auditor.goto(h.url('/audit'))
  h.check(!/暗渠|林知远/.test(await auditor.content()), 'the audit trail names a person or a text')

  // The head and the office read and comment; the author sees it on Today.
  for (const [who, words] of [[WHO.head, '写得实，补一个例子更好。'], [WHO.office, '已收进本月材料。']]) {
    const page = await signedIn(h, who)
    await page.goto(h.url('/reading?q=' + encodeURIComponent('暗渠清淤')))
    await page.locator('.results .found a').first().click()
    h.check((await page.locator('.prose').innerText()).includes(TEXT), `${who} reads it`)
    h.equal(await page.locator(`a[href="${record}/edit"], form[action$="/withdraw"]`).count(), 0, `${who} may not change it`)
    await page.fill('#comment', words)
    await page.click('form[action$="/comments"] button')
    await page.locator('.comment p', { hasText: words }).waitFor()
    await page.context().close()
  }
  await author.goto(h.url('/'))
  const answers = await author.locator('.page-side').innerText()
  h.check(answers.includes('暗渠清淤心得') && answers.includes('郭云山') && answers.includes('韩青松'), `answers on Today: ${answers}`)
  await h.shot('privacy-answers-on-today', author)
  await author.locator('.page-side a', { hasText: '暗渠清淤心得' }).first().click()
  h.equal(await author.locator('.comment').count(), 2, 'comments that the author sees')
  await h.axe(author)

  await encouraged(h)

  // Withdrawn: nobody else's any more, the head's included.
  await author.goto(h.url(record))
  await author.click('.below form[action$="/withdraw"] button')
  await author.locator('#confirm[open] button[value=yes]').click()
  await author.locator('.alert-kept').first().waitFor()
  const head = await signedIn(h, WHO.head)
  h.equal(await open(head, record), NOT_THERE, 'the head opens what was withdrawn')
}

async function sendComment(record) {
  const body = new URLSearchParams({ csrf: document.querySelector('meta[name=csrf]').content, comment: '您好' })
  return (await fetch(`${record}/comments`, { method: 'POST', body })).status
}

/** Of encouraged duties others see what was done, and nowhere what was not. */
async function encouraged(h) {
  const names = ['剪贴', '心得体会', '文章', '读书笔记']
  for (const who of [WHO.stranger, WHO.head, WHO.office, WHO.minister]) {
    const page = await signedIn(h, who)
    await page.goto(h.url('/section'))
    const all = await page.locator('.nav-tabs a').evaluateAll((links) => links.map((link) => link.getAttribute('href')))
    // What holds for whom is decided by the person, not by the section: one visitor sees all, the others three.
    const sections = who === WHO.stranger ? all : [all[0], all[2], all.at(-1)]
    for (const section of sections) {
      await page.goto(h.url(section))
      const heat = await page.locator('.heat tbody th').allInnerTexts()
      for (const duty of names) h.check(!heat.includes(duty), `${who} sees a heat map of ${duty} at ${section}`)
      for (const figure of await page.locator('.figure b').allInnerTexts()) {
        h.check(/^\d+$/.test(figure), `${who} sees more than what was done at ${section}: ${figure}`)
      }
      const members = await page.locator('.page-side').innerText()
      for (const duty of names) h.check(!members.includes(duty), `${who} sees ${duty} of a member at ${section}`)
    }
    // The drill-down of an encouraged duty, by its address: whoever did something stands there, with what was done.
    const of = new URL(h.url(sections.at(-1))).searchParams.get('of')
    for (const [duty, first] of [['clipping', '2026-09-14'], ['reflection', '2026-09-14'], ['book-note', '2026-08-01']]) {
      const answer = await page.goto(h.url(`/section/${of}/${duty}/${first}`))
      if (answer.status() === NOT_THERE) continue
      const text = await page.locator('main').innerText()
      h.check(!/未完成|已过|进行中|补报|\d+\s*\/\s*\d+|0 篇/.test(text), `${who} sees what was not done: ${text}`)
    }
    await page.context().close()
  }
}
