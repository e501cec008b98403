/**
 * The package as somebody meets it: packed, installed in an empty folder and run on each Node that is supported, by `npx`, by npm and
 * alone, by a user who may write nothing, and from a clone whose install scripts did not run: `npm run try-package [-- --short]`. Exits
 * with 1 and a reason when anything is not as it should be.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import manifest from '../package.json' with { type: 'json' };
import { nodeVersions, preparePlaces } from './try-package/places.ts';
import { killAll, run, succeed, tryDemo } from './try-package/running.ts';
import { unprivileged } from './try-package/unprivileged.ts';

/** `--short`: what it says to do without install scripts is not done, for that waits for the registry. */
const { values } = parseArgs({ options: { short: { type: 'boolean', default: false } } });

const say = (line: string): void => {
  process.stdout.write(`${(performance.now() / 1000).toFixed(0).padStart(4)} s  ${line}\n`);
};

const npx = ['npx', 'defender-gateway'];
const alone = ['node', 'node_modules/defender-gateway/bin/defender-gateway.js'];
const demo = ['demo', '--port', '0'];
const npmDemo = ['npm', 'run', '--silent', 'demo', '--', '--port', '0'];

const root = mkdtempSync(join(tmpdir(), 'try-package-'));
const remove = (): void => {
  killAll();
  rmSync(root, { recursive: true, force: true });
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    remove();
    process.exit(1);
  });
}
try {
  const { installed, cloned, envOf } = await preparePlaces(root);
  say('packed, and installed without what only develops');

  const nobody = unprivileged(installed);
  if (nobody === null) say('not tried: a user who may write nothing, for which it takes root, and setpriv');
  for (const version of nodeVersions) {
    const line = { cwd: installed, env: envOf(version) };
    assert.match(await succeed({ ...line, command: ['node', '--version'] }), new RegExp(`^v${version}\\.`));
    assert.equal(await succeed({ ...line, command: [...npx, '--version'] }), `${manifest.version}\n`);
    await tryDemo({ ...line, command: [...npx, ...demo] });
    const bare = { ...line, command: [...alone, ...demo] };
    assert.equal(await tryDemo(nobody === null ? bare : nobody.as(bare)), 0);
    say(`Node ${version}: the demo answers, and ends on SIGTERM to npx and to itself`);
  }
  const fresh = { cwd: installed, env: envOf('20') };
  for (const [words, code, says] of [
    [['config'], 2, /defender-gateway config validate/],
    [['audit'], 2, /defender-gateway audit verify/],
    [['start', '--port', '0', '--host', '127.0.0.1'], 1, /npx defender-gateway demo/],
  ] as const) {
    const ended = await run({ ...fresh, command: [...alone, ...words] });
    assert.equal(ended.code, code);
    assert.match(ended.output, says);
  }
  if (nobody !== null) {
    const line = nobody.as({ cwd: installed, env: envOf('20'), command: [...npx, '--version'] });
    assert.equal(await succeed(line), `${manifest.version}\n`);
    say(`the demo itself ran as a user without a home, for whom the tree was ${nobody.tree}`);
  }

  await tryDemo({ cwd: cloned, env: envOf('24'), command: npmDemo });
  const remedy = ['npm', 'rebuild', 'node', '--foreground-scripts'];
  for (const command of [npmDemo, ['npm', 'start', '--silent']]) {
    const { code, output } = await run({ cwd: cloned, env: envOf('20'), command });
    assert.equal(code, 1);
    assert.match(output, new RegExp(`^Defender Gateway needs Node 24\\. .*: ${remedy.join(' ')}\n$`, 'm'));
    assert.doesNotMatch(output, /^ +at /m);
  }
  say('without install scripts: Node 24 runs the demo and ends on SIGTERM to npm, Node 20 says what to do');
  if (!values.short) {
    await succeed({ cwd: cloned, env: envOf('20'), command: remedy });
    await tryDemo({ cwd: cloned, env: envOf('20'), command: npmDemo });
    say('what it says was done, and Node 20 runs the demo');
  }
} finally {
  remove();
}
