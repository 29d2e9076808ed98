// What a journey needs: the running program, a browser that tells of everything it did not like, pictures, axe.
//
// A journey is a module in journeys/ that exports `name` and `async run(h)`; `h` is a Journey. It fails when it throws,
// and also when a page of it printed an error to the console, broke the content security policy, met a failing script, got
// an answer of 500 or more, or asked any other host, unless it said beforehand that this had to happen.

import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
export const target = process.env.CARGO_TARGET_DIR ?? join(root, 'target')
const modules = process.env.WUXING_E2E_MODULES ?? join(target, 'e2e', 'node_modules')
// The modules lie under the target folder, never in the source tree.
const require = createRequire(join(modules, 'from-here.js'))

/** The day on which the demo stands still: a Wednesday at the end of the reference year's reported months. */
export const AS_OF = '2026-09-30'

/** The two devices a page must serve. */
export const DEVICES = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 },
}

/** A port of the loopback interface that nobody listens on. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().on('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
}

/** The program under test with a data folder of its own. It can be stopped, killed and started again on the same data. */
export class Server {
  /** Address without a slash at the end; the same after every start. */
  url = ''
  /** Every line the program printed, the latest start last. */
  lines = []
  #process
  #errors = ''
  #exit

  /** Makes the demo's data in a temporary folder and starts to serve it. */
  static async demo({ program = process.env.WUXING_E2E_PROGRAM ?? join(target, 'debug', 'wuxing') } = {}) {
    const folder = await mkdtemp(join(tmpdir(), 'wuxing-e2e-'))
    const port = await freePort()
    const listen = ['--listen', `127.0.0.1:${port}`]
    const server = new Server(program, ['demo', '--data', join(folder, 'data'), '--as-of', AS_OF, ...listen])
    server.folder = folder
    try {
      await server.start()
    } catch (error) {
      await server.dispose()
      throw error
    }
    return server
  }

  constructor(program, parameters) {
    this.program = program
    this.parameters = parameters
  }

  /** Starts the program and waits until it prints its address. */
  async start({ seconds = 300 } = {}) {
    this.#errors = ''
    const child = spawn(this.program, this.parameters, { stdio: ['ignore', 'pipe', 'pipe'] })
    this.#process = child
    child.stderr.on('data', (text) => (this.#errors = (this.#errors + text).slice(-20_000)))
    this.#exit = new Promise((resolve) => {
      child.once('error', (error) => resolve({ error }))
      child.once('exit', (code, signal) => resolve({ code, signal }))
    })
    const address = new Promise((resolve) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        this.lines.push(line)
        const found = line.match(/https?:\/\/(?:127\.0\.0\.1|localhost|\[::1\]):\d+/)
        if (found) resolve({ url: found[0] })
      })
    })
    const late = after(seconds, {})
    const first = await Promise.race([address, this.#exit, late.promise])
    late.cancel()
    if (!first.url) {
      const why = first.error?.message ?? ('code' in first ? `ended with ${first.code ?? first.signal}` : `silent for ${seconds} s`)
      child.kill('SIGKILL')
      throw new Error(`${this.program} printed no address: ${why}\n${this.lines.slice(-5).join('\n')}\n${this.#errors}`)
    }
    this.url = first.url
  }

  /** What the program wrote to its error stream since it was last started, the end of it. */
  get errors() {
    return this.#errors
  }

  /** Ends the program at once, as a power cut would. */
  async kill() {
    this.#process?.kill('SIGKILL')
    await this.#exit
  }

  /** Asks the program to end; throws when it does not end well. */
  async stop({ seconds = 20 } = {}) {
    this.#process?.kill('SIGTERM')
    const late = after(seconds, { late: true })
    const end = await Promise.race([this.#exit, late.promise])
    late.cancel()
    if (end.late) {
      await this.kill()
      throw new Error(`the program did not stop within ${seconds} s`)
    }
    if (end.code !== 0) throw new Error(`the program stopped with ${end.code ?? end.signal}\n${this.#errors}`)
  }

  /** Ends the program however it stands, and removes its data. */
  async dispose() {
    await this.kill()
    if (this.folder) await rm(this.folder, { recursive: true, force: true })
  }
}

/** A promise of a value in so many seconds, and the way to give it up. */
function after(seconds, value) {
  let timer
  const promise = new Promise((resolve) => (timer = setTimeout(() => resolve(value), seconds * 1000)))
  return { promise, cancel: () => clearTimeout(timer) }
}

/** Debian's Chromium, quiet: it asks nobody anything. */
export function launchBrowser() {
  const { chromium } = require('playwright-core')
  return chromium.launch({
    executablePath: process.env.WUXING_E2E_CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

/** One journey: its browser contexts, and what they complained of. */
export class Journey {
  /** The page opened last. */
  page
  /** The program under test. */
  server
  #browser
  #contexts = []
  #problems = []
  #expected = []
  #tolerated = []

  constructor(browser, server, name = 'journey') {
    this.#browser = browser
    this.server = server
    this.name = name
  }

  /** The address of a path. */
  url(path = '/') {
    return this.server.url + path
  }

  /**
   * A page in a fresh browser profile.
   * `device` is desktop or phone, `locale` zh-CN or en, `scheme` light or dark; `javascript: false` switches scripts off;
   * `state` is what `page.context().storageState()` of another page gave, to come back on another device.
   */
  async open({ device = 'desktop', locale = 'zh-CN', scheme = 'light', javascript = true, state } = {}) {
    const context = await this.#browser.newContext({
      ...DEVICES[device],
      locale,
      colorScheme: scheme,
      javaScriptEnabled: javascript,
      reducedMotion: 'reduce',
      timezoneId: 'Asia/Shanghai',
      storageState: state,
    })
    context.setDefaultTimeout(15_000)
    this.#contexts.push(context)
    await this.#watch(context)
    this.page = await context.newPage()
    return this.page
  }

  async #watch(context) {
    const blame = (text) => this.#problems.push(text)
    const ours = (address) => address.startsWith(`${this.server.url}/`) || address === this.server.url
    await context.exposeBinding('wuxingPolicyViolation', (_, text) => blame(`content security policy: ${text}`))
    await context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        const where = `${event.sourceFile ?? ''}:${event.lineNumber}`
        window.wuxingPolicyViolation(`${event.effectiveDirective} refused ${event.blockedURI} (${where}) on ${location.pathname}`)
      })
    })
    context.on('console', (message) => {
      if (message.type() === 'error') blame(`console: ${message.text()} (${message.location().url})`)
    })
    context.on('weberror', (event) => blame(`script: ${event.error().stack ?? event.error()}`))
    context.on('response', (response) => {
      if (ours(response.url()) && response.status() >= 500) blame(`answer: ${response.status()} ${response.url()}`)
    })
    context.on('request', (request) => {
      const address = request.url()
      if (/^(https?|wss?):/.test(address) && !ours(address)) blame(`asked another host: ${address}`)
    })
    context.on('requestfailed', (request) => {
      const why = request.failure()?.errorText ?? ''
      // A page that is left gives its open requests up.
      if (ours(request.url()) && why !== 'net::ERR_ABORTED') blame(`request: ${why} ${request.url()}`)
    })
  }

  /** Says beforehand that a complaint like this has to come (a refused form prints its status to the console). */
  expect(pattern) {
    this.#expected.push(pattern)
  }

  /** Says beforehand that a complaint like this may come (the program is killed while a page is open). */
  tolerate(pattern) {
    this.#tolerated.push(pattern)
  }

  /** Fails the journey unless the condition holds. */
  check(condition, message) {
    if (!condition) throw new Error(message)
  }

  /** Fails the journey unless both are the same value (compared as JSON). */
  equal(actual, expected, message = 'not equal') {
    const [left, right] = [JSON.stringify(actual), JSON.stringify(expected)]
    if (left !== right) throw new Error(`${message}: got ${left}, expected ${right}`)
  }

  /** WCAG 2.2 AA by axe: fails on every serious or critical violation of the page as it stands. */
  async axe(page = this.page) {
    // Evaluated from outside, so that the page's own content security policy stays in force.
    await page.evaluate(await readFile(require.resolve('axe-core/axe.min.js'), 'utf8'))
    const violations = await page.evaluate(async () => {
      const values = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
      const result = await window.axe.run(document, { runOnly: { type: 'tag', values }, resultTypes: ['violations'] })
      // Under a mouse the cells of a heat map stand as close as what they show asks for: the exception that success
      // criterion 2.5.8 makes for dense data. Under a finger they have their 24 pixels.
      const dense = ({ target }) => matchMedia('(pointer: fine)').matches && document.querySelector(target[0])?.closest('.heat')
      const kept = result.violations.map((found) => {
        return found.id === 'target-size' ? { ...found, nodes: found.nodes.filter((node) => !dense(node)) } : found
      })
      return kept.filter(({ nodes }) => nodes.length > 0).map(({ id, impact, help, nodes }) => {
        return { id, impact, help, nodes: nodes.slice(0, 5).map((node) => `${node.target.join(' ')}: ${node.failureSummary}`) }
      })
    })
    const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
    if (grave.length > 0) {
      const tell = ({ id, impact, help, nodes }) => `${impact} ${id}: ${help}\n    ${nodes.join('\n    ')}`
      throw new Error(`axe on ${page.url()}\n  ${grave.map(tell).join('\n  ')}`)
    }
  }

  /** A picture of the page under the target folder, `e2e-shots/NAME.png`. */
  async shot(name, page = this.page, { full = true } = {}) {
    const folder = join(target, 'e2e-shots')
    await mkdir(folder, { recursive: true })
    await page.screenshot({ path: join(folder, `${name}.png`), fullPage: full })
  }

  /** Complaints that nobody announced, and announced ones that did not come. */
  problems() {
    const announced = [...this.#expected, ...this.#tolerated]
    const surprises = this.#problems.filter((problem) => !announced.some((pattern) => pattern.test(problem)))
    const absent = this.#expected.filter((pattern) => !this.#problems.some((problem) => pattern.test(problem)))
    return [...surprises, ...absent.map((pattern) => `expected a complaint like ${pattern}, and none came`)]
  }

  /** Runs the journey's function and returns what went wrong, nothing if all is well. */
  async travel(run, { seconds = 180 } = {}) {
    const wrong = []
    const late = after(seconds, `took longer than ${seconds} s`)
    try {
      const failure = await Promise.race([run(this), late.promise])
      if (typeof failure === 'string') wrong.push(failure)
      // Events of the last step may still be on their way; the next round trip to each page brings them in.
      for (const page of this.#pages()) await page.title().catch(() => {})
    } catch (error) {
      wrong.push(error.stack ?? String(error))
    }
    late.cancel()
    wrong.push(...this.problems())
    if (wrong.length > 0) {
      const slug = this.name.replace(/[^\p{L}\p{N}]+/gu, '-')
      for (const [index, page] of this.#pages().entries()) await this.shot(`failed-${slug}-${index + 1}`, page).catch(() => {})
    }
    for (const context of this.#contexts) await context.close().catch(() => {})
    return wrong
  }

  #pages() {
    return this.#contexts.flatMap((context) => context.pages()).filter((page) => !page.isClosed())
  }
}
