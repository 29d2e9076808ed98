// An empty installation: set up, a roster written by a spreadsheet program, its faults corrected in place, one-time passwords,
// and an imported cadre who sees what is due, until when, and the article that says so. Files that are no rosters are refused.

import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort, Server } from '../harness.mjs'
import { document, gbk, zipBomb } from './_files.mjs'
import { confirm, overflows } from './_shared.mjs'

export const name = 'from an empty folder to a cadre who sees what is due'
export const seconds = 240

const ROSTER = join(dirname(dirname(fileURLToPath(import.meta.url))), 'files', 'roster.xlsx')
const PASSWORD = 'a sentence of one’s own 2026'
const DAY = 24 * 3600 * 1000

/** The Monday `weeks` weeks after this week's, as a date of the organisation's time zone. */
function monday(weeks) {
  const today = new Date(Date.now() + 8 * 3600 * 1000)
  const since = (today.getUTCDay() + 6) % 7
  return new Date(today.getTime() + (weeks * 7 - since) * DAY).toISOString().slice(0, 10)
}

/** The program with an empty data folder of its own. */
async function empty(h) {
  const folder = await mkdtemp(join(tmpdir(), 'wuxing-e2e-empty-'))
  const listen = `127.0.0.1:${await freePort()}`
  const server = new Server(h.server.program, ['serve', '--data', join(folder, 'data'), '--listen', listen])
  server.folder = folder
  await server.start()
  return server
}

async function codeOf(server) {
  for (let tries = 0; tries < 100; tries += 1) {
    const found = server.lines.map((line) => line.match(/code: ([A-Z2-9]+)/)).find(Boolean)
    if (found) return found[1]
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`no set-up code: ${server.lines.join('\n')}`)
}

/** Goes through the first-run page; a wrong code first. */
async function setUp(h, page, server, effective) {
  await page.goto(h.url('/'))
  await page.waitForURL(/\/setup/)
  await h.shot('setup-zh-desktop', page)
  await h.axe(page)
  await page.fill('#organisation', '示例市委组织部')
  await page.selectOption('#preset', 'wuxing')
  if (effective) await page.fill('#effective', effective)
  await page.fill('#administrator', 'guanli')
  const submit = async (code) => {
    await page.fill('#code', code)
    await page.fill('#password', PASSWORD)
    await page.fill('#again', PASSWORD)
    await page.click('main button[type=submit]')
  }
  await submit('WRONGONE')
  await page.locator('#code-error').waitFor()
  h.equal(await page.inputValue('#organisation'), '示例市委组织部', 'what was typed is kept')
  await submit(await codeOf(server))
  await page.waitForURL(/\/people\/import$/)
  h.check((await page.locator('.alert-done').innerText()).includes('导入人员名册'), 'the next step is said')
}

async function upload(page, file) {
  await page.goto(new URL('/people/import', page.url()).href)
  await page.setInputFiles('#file', file)
  await page.click('main form[enctype] button[type=submit]')
}

/** Every file that is no roster is refused with words that say what to do. */
async function refusals(h, page) {
  const csv = (name, bytes) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(bytes) })
  const broken = Buffer.concat([Buffer.from('姓名,科室,职务\n'), Buffer.from([0xff, 0xfe, 0xff, 0x80, 0x0a])])
  const files = [
    [csv('炸弹.xlsx', zipBomb()), /展开后异常巨大.*另存为/],
    [csv('名册.docx', document()), /文字处理文档.*\.xlsx 或 \.csv/],
    [csv('改名的文档.xlsx', document()), /文字处理文档.*\.xlsx 或 \.csv/],
    [csv('乱码.csv', broken), /第 2 行的文字编码不能识别.*另存为/],
    [csv('空.csv', ''), /没有内容/],
    [csv('名单.csv', '张三\n李四\n'), /没有找到表头.*模板|没有分列/],
    [csv('三兆.csv', `姓名,科室,职务\n${'某某,某科,科员\n'.repeat(150_000)}`), /150000 行.*一次最多导入 10000 行|超过 \d+ 行/],
    [csv('太大.csv', `姓名,科室,职务\n${'某某,某科,科员\n'.repeat(530_000)}`), /超过 10 MB.*分几次/],
  ]
  for (const [file, words] of files) {
    await upload(page, file)
    const said = await page.locator('#file-error').innerText()
    h.check(words.test(said), `${file.name} was refused with: ${said}`)
  }
  await h.axe(page)
  await h.shot('import-refused-zh-desktop', page)
  // 50 MB: more than is taken in one request at all.
  const large = Buffer.alloc(49 * 1024 * 1024, '某某,某科,科员\n')
  await upload(page, csv('五十兆.csv', large))
  await page.locator('h1', { hasText: '内容太大' }).waitFor()
  h.check(/没有做任何改动.*10 MB/.test(await page.locator('main').innerText()), 'what to do with 50 MB')
  await page.goto(h.url('/accounts'))
  h.equal(await page.locator('tbody tr').count(), 1, 'accounts after the refusals')
}

/** What is said of a row. */
const faults = async (page, row) => (await page.locator(`#row-${row} .invalid-feedback`).allTextContents()).join(' ')

async function preview(h, page) {
  await upload(page, { name: '干部花名册.xlsx', mimeType: '', buffer: await readFile(ROSTER) })
  await page.waitForURL(/import\/[0-9a-f-]{36}$/)
  await h.axe(page)
  await h.shot('import-faults-zh-desktop', page)
  // Nothing is known yet: three sections are new, one is a slip of the pen.
  const sections = page.locator('input[name=create]')
  h.equal(await sections.evaluateAll((boxes) => boxes.map((box) => box.value).sort()), ['办公室', '干部处', '干部科', '组织科'].sort(), 'sections')
  h.check(/没有“办公室”这个科室/.test(await faults(page, 8)), 'row 8')
  for (const name of ['办公室', '干部科', '组织科']) await page.check(`input[name=create][value=${name}]`)
  await page.click('#corrections button.btn-primary')
  await page.waitForURL(/import\/[0-9a-f-]{36}$/)

  // What is left stands at its row, and only there.
  const rows = await page.locator('.fault').evaluateAll((rows) => rows.map((row) => row.id))
  h.equal(rows.sort(), ['row-14', 'row-15', 'row-17'], 'rows to correct')
  h.check(/与第 12 行是同一个人/.test(await faults(page, 14)), `row 14: ${await faults(page, 14)}`)
  h.check(/没有“干部处”这个科室.*干部科/.test(await faults(page, 15)), `row 15: ${await faults(page, 15)}`)
  h.check(/“三月一日”不是日期/.test(await faults(page, 17)), `row 17: ${await faults(page, 17)}`)
  h.equal(await page.locator('form[action$="/commit"]').count(), 0, 'no commit while a row is wrong')
  await h.axe(page)
  await h.shot('import-faults-left-zh-desktop', page)

  await page.check('#row-14 input[name=drop]')
  await page.locator('details.more', { has: page.locator('#row-15') }).locator('> summary').first().click()
  await page.fill('#row-15-section', '干部科')
  await page.fill('#row-17-since', '3月1日')
  await page.click('#corrections button.btn-primary')
  await page.locator('.alert').first().waitFor()
  h.equal(await page.locator('.fault').count(), 1, 'a wrong correction is told again')
  h.equal(await page.inputValue('#row-17-since'), '3月1日', 'and stays as it was typed')
  await page.fill('#row-17-since', '2026-3-1')
  await page.click('#corrections button.btn-primary')
  await page.locator('form[action$="/commit"]').waitFor()

  // Blanks, widths and dates are read as they were meant.
  const table = await page.locator('.table tbody').innerText()
  for (const read of ['白露', '石磊', 'lujing01', 'lina.gb', '2026年3月1日']) {
    h.check(table.includes(read) || table.includes(read.replace('2026年', '')), `${read} is missing in ${table}`)
  }
  h.check(/同名.*两个人/.test(table), 'the namesakes are pointed out')
  await h.axe(page)
  await h.shot('import-ready-zh-desktop', page)
}

/** Commits and returns the new accounts: name → [account, password]. */
async function commit(h, page, count) {
  await page.click('form[action$="/commit"] button')
  await confirm(page)
  await page.locator('h1', { hasText: '导入完成' }).waitFor({ timeout: 60_000 })
  await h.axe(page)
  await h.shot('import-done-zh-desktop', page)
  const rows = await page.locator('tbody tr').evaluateAll((lines) => lines.map((line) => [...line.cells].map((cell) => cell.innerText)))
  h.equal(rows.length, count, 'new accounts')
  const [csv] = await Promise.all([page.waitForEvent('download'), page.click('a[href$="/accounts.csv"]')])
  const text = await readFile(await csv.path(), 'utf8')
  h.check(text.startsWith('\ufeff') && text.includes(rows[0][3]), 'the list of accounts')
  h.equal((await page.request.get(await page.locator('a[href$="/accounts.csv"]').evaluate((link) => link.href))).status(), 404, 'the list is given once')
  return new Map(rows.map(([name, , account, password]) => [account, [name, password]]))
}

/** The imported cadre's first day, on a phone. */
async function firstDay(h, account, password) {
  const page = await h.open({ device: 'phone' })
  const signIn = async (word) => {
    await page.goto(h.url('/sign-in?next=/ledger'))
    await page.fill('#account', account)
    await page.fill('#password', word)
    await page.click('main button[type=submit]')
  }
  await signIn(password)
  await page.waitForURL(/\/password/)
  await page.goto(h.url('/library'))
  await page.waitForURL(/\/password/)
  await h.shot('password-first-zh-phone', page)
  await h.axe(page)
  const change = async (current, chosen, again) => {
    await page.fill('#current', current)
    await page.fill('#new', chosen)
    await page.fill('#again', again)
    await page.click('main form[action="/password"] button')
  }
  await change(password, PASSWORD, `${PASSWORD}x`)
  await page.locator('#new-error').waitFor()
  await change(password, PASSWORD, PASSWORD)
  await page.waitForURL(h.url('/'))
  h.equal(await overflows(page), '', 'width of Today')
  return { page, signIn }
}

async function due(h, accounts) {
  const [name, password] = accounts.get('lujing01')
  h.equal(name, '陆静', 'whose account it is')
  const { page, signIn } = await firstDay(h, 'lujing01', password)
  await h.axe(page)
  await h.shot('first-day-zh-phone', page)
  const rows = page.locator('#open + .card > .row')
  // Right after the import the ledger may still be in the making; the page says so and offers to look again.
  const settling = page.locator('.empty', { hasText: '正在计算您的任务' })
  for (let tries = 0; tries < 20 && (await settling.count()) > 0; tries += 1) {
    await page.waitForTimeout(500)
    await settling.locator('a.btn').click()
  }
  h.check((await rows.count()) >= 1, 'nothing is due')
  for (const why of await rows.locator('.why').allInnerTexts()) {
    h.check(/(今天|明天|前|宽限到).*章程第.+条/.test(why), `until when, and which article: ${why}`)
  }
  const link = rows.first().locator('.why a')
  const article = (await link.innerText()).replace('章程', '')
  await link.click()
  await page.waitForURL(/\/charter.*#article-\d+/)
  const anchor = new URL(page.url()).hash
  h.check((await page.locator(anchor).innerText()).includes(article), `the article ${article} at ${anchor}`)
  // The one-time password is of no use any more.
  await page.context().clearCookies()
  await signIn(password)
  await page.locator('.alert-problem').waitFor()
}

export async function run(h) {
  h.expect(/status of 422/)
  h.expect(/status of 413/)
  const own = await empty(h)
  const later = await empty(h)
  try {
    h.server = own
    const page = await h.open()
    await setUp(h, page, own, monday(-6))
    await refusals(h, page)
    await preview(h, page)
    const accounts = await commit(h, page, 11)
    h.check(accounts.has('lina') && accounts.has('lina.gb'), 'both namesakes have accounts')
    await due(h, accounts)

    // The charter of this one begins next week; its roster comes as csv in GBK.
    h.server = later
    const other = await h.open()
    await setUp(h, other, later)
    const roster = '姓名,科室,职务,角色\r\n顾长明,,部长,部长\r\n姚一帆,办公室,主任,科室负责人\r\n方玥,办公室,科员,工作人员\r\n'
    await upload(other, { name: '名册.csv', mimeType: 'text/csv', buffer: gbk(roster.replace('玥', '月')) })
    await other.check('input[name=create][value=办公室]')
    await other.click('#corrections button.btn-primary')
    await other.locator('form[action$="/commit"]').waitFor()
    const made = await commit(h, other, 3)
    const { page: cadre } = await firstDay(h, 'fangyue', made.get('fangyue')[1])
    const starts = await cadre.locator('.alert-note').first().innerText()
    h.check(/自.*起施行，此前不计任务/.test(starts), `from when: ${starts}`)
    await h.shot('before-the-charter-zh-phone', cadre)
    await h.axe(cadre)
  } finally {
    await own.dispose()
    await later.dispose()
  }
}
