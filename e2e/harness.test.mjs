// The harness must notice what it promises to notice: each test plants one fault in a small page.

import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import { Journey, launchBrowser, Server } from './harness.mjs'

const page = (body, head = '') =>
  `<!doctype html><html lang="zh-CN"><head><title>页</title><link rel="icon" href="data:,">${head}</head><body><main><h1>页</h1>${body}</main></body></html>`

const pages = {
  '/good': page('<p>好</p>'),
  '/console': page('<script src="/console.js"></script>'),
  '/script': page('<script src="/script.js"></script>'),
  '/policy': page('<script>document.title = "no"</script>'),
  '/broken': page('<script src="/500.js"></script>'),
  '/elsewhere': page('<img alt="" src="http://127.0.0.1:9/x.png">'),
  '/unlabelled': page('<input type="text">'),
  '/console.js': 'console.error("planted")',
  '/script.js': 'throw new Error("planted")',
}

let browser, http
const server = { url: '' }

before(async () => {
  http = createServer((request, response) => {
    const body = pages[request.url]
    response.statusCode = body === undefined ? Number(request.url.match(/\d+/)?.[0] ?? 404) : 200
    response.setHeader('content-type', request.url.endsWith('.js') ? 'text/javascript' : 'text/html; charset=utf-8')
    response.setHeader('content-security-policy', "default-src 'self'; img-src * data:; script-src 'self'")
    response.end(body ?? page('<p>没有</p>'))
  })
  await new Promise((resolve) => http.listen(0, '127.0.0.1', resolve))
  server.url = `http://127.0.0.1:${http.address().port}`
  browser = await launchBrowser()
})

after(async () => {
  await browser?.close()
  http?.closeAllConnections()
  http?.close()
})

const visit = (path, more = async () => {}, options = {}) =>
  new Journey(browser, server, 'harness test').travel(async (h) => {
    const opened = await h.open(options)
    await more(h)
    await opened.goto(h.url(path))
    if (options.axe) await h.axe()
    return undefined
  })

test('a good page has no problems, on both devices, axe included', async () => {
  assert.deepEqual(await visit('/good', undefined, { axe: true }), [])
  assert.deepEqual(await visit('/good', undefined, { axe: true, device: 'phone', locale: 'en' }), [])
})

for (const [path, kind] of [
  ['/console', /^console: planted/],
  ['/script', /^script: .*planted/],
  ['/policy', /^content security policy: script-src/],
  ['/broken', /^answer: 500/],
  ['/elsewhere', /^asked another host/],
]) {
  test(`${path} is noticed`, async () => {
    const problems = await visit(path)
    assert.ok(problems.some((problem) => kind.test(problem)), problems.join('\n'))
  })
}

test('axe fails on a serious violation', async () => {
  const problems = await visit('/unlabelled', undefined, { axe: true })
  assert.match(problems.join('\n'), /critical label/)
})

test('an announced complaint is none, and must come', async () => {
  assert.deepEqual(await visit('/404', async (h) => h.expect(/status of 404/)), [])
  assert.match((await visit('/good', async (h) => h.expect(/status of 404/))).join(), /none came/)
  assert.deepEqual(await visit('/good', async (h) => h.tolerate(/status of 404/)), [])
})

test('a journey that hangs is ended', async () => {
  const problems = await new Journey(browser, server).travel(() => new Promise(() => {}), { seconds: 0.1 })
  assert.deepEqual(problems, ['took longer than 0.1 s'])
})

test('a program that prints no address is reported with its errors', async () => {
  const silent = new Server(process.execPath, ['-e', 'console.error("no such folder"); process.exit(3)'])
  await assert.rejects(silent.start(), /ended with 3[^]*no such folder/)
  await assert.rejects(new Server('/no/such/program', []).start(), /ENOENT/)
})

test('a program is started, stopped and started again', async () => {
  const source = 'process.on("SIGTERM", () => process.exit(0)); setInterval(() => {}, 1000); console.log("http://127.0.0.1:1/x")'
  const program = new Server(process.execPath, ['-e', source])
  await program.start()
  assert.equal(program.url, 'http://127.0.0.1:1')
  await program.stop()
  await program.start()
  await program.kill()
  assert.equal(program.lines.length, 2)
})
