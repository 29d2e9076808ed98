// Bundles our css and js into a folder: node build.mjs --tools DIR --out DIR
// DIR of --tools holds node_modules as the lock file says; build.rs makes it. Called by hand, the
// result can be given to a build without network as WUXING_ASSETS_DIR.
import { createRequire } from 'node:module';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const { values } = parseArgs({ options: { tools: { type: 'string' }, out: { type: 'string' } } });
if (!values.tools || !values.out) {
  console.error('usage: node build.mjs --tools DIR --out DIR');
  process.exit(2);
}
const here = dirname(fileURLToPath(import.meta.url));
const modules = join(resolve(values.tools), 'node_modules');
const require = createRequire(join(modules, 'package.json'));
const esbuild = require('esbuild');
const sass = require('sass');

// The oldest browsers that desks still have; nesting and the like are lowered for them.
const target = ['chrome105', 'edge105', 'firefox110', 'safari16'];

const style = sass.compile(join(here, 'css', 'index.scss'), { loadPaths: [modules], quietDeps: true });
const css = await esbuild.transform(style.css, { loader: 'css', minify: true, target, legalComments: 'none' });

async function script(name) {
  const built = await esbuild.build({
    entryPoints: [join(here, 'js', name)],
    bundle: true,
    format: 'iife',
    legalComments: 'none',
    minify: true,
    nodePaths: [modules],
    target,
    write: false,
  });
  return built.outputFiles[0].contents;
}

const files = {
  'app.css': Buffer.from(css.code),
  'app.js': Buffer.from(await script('app.js')),
  'boot.js': Buffer.from(await script('boot.js')),
  'icon.svg': readFileSync(join(here, 'icon.svg')),
};

mkdirSync(values.out, { recursive: true });
for (const [name, bytes] of Object.entries(files)) {
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } };
  writeFileSync(join(values.out, name), bytes);
  writeFileSync(join(values.out, `${name}.gz`), gzipSync(bytes, { level: 9 }));
  writeFileSync(join(values.out, `${name}.br`), brotliCompressSync(bytes, quality));
}
