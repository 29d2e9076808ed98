// Runs the browser journeys one after the other against one demo: `node e2e/run.mjs [--list] [--only NAME]…`

import { readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { Journey, launchBrowser, Server } from './harness.mjs'

const { values } = parseArgs({ options: { only: { type: 'string', multiple: true }, list: { type: 'boolean' } } })
const folder = join(dirname(fileURLToPath(import.meta.url)), 'journeys')

// A file whose name begins with an underscore holds what several journeys share.
const files = (await readdir(folder)).filter((file) => file.endsWith('.mjs') && !file.startsWith('_')).sort()
const journeys = []
for (const file of files) {
  const journey = await import(pathToFileURL(join(folder, file)).href)
  const names = [journey.name, file, file.replace(/\.mjs$/, '')]
  if (!values.only || values.only.some((only) => names.includes(only))) journeys.push({ file, ...journey })
}
if (values.list) {
  for (const { file, name } of journeys) console.log(`${file.padEnd(32)} ${name}`)
  process.exit(0)
}
if (journeys.length === 0) {
  console.error(values.only ? `no journey is called ${values.only.join(' or ')}` : `no journey in ${folder}`)
  process.exit(1)
}

const passed = []
const failed = []
const report = (name, began, wrong) => {
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  ;(wrong.length === 0 ? passed : failed).push(name)
  console.log(`${wrong.length === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`)
  for (const line of wrong.join('\n').split('\n')) if (line) console.log(`     ${line}`)
}

let server, browser
const close = async () => {
  await browser?.close().catch(() => {})
  await server?.dispose()
}
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => close().finally(() => process.exit(130)))

try {
  let began = performance.now()
  server = await Server.demo()
  report('the demo starts', began, [])
  browser = await launchBrowser()
  for (const { name, run, seconds } of journeys) {
    began = performance.now()
    report(name, began, await new Journey(browser, server, name).travel(run, { seconds }))
  }
  began = performance.now()
  report('the program stops when asked', began, await server.stop().then(() => [], (error) => [error.message]))
} catch (error) {
  report('the run itself', performance.now(), [error.stack ?? String(error)])
} finally {
  await close()
}
console.log(`\n${passed.length} passed, ${failed.length} failed`)
process.exit(failed.length === 0 ? 0 : 1)
