/** What `npm test` does first: the tests run Redis and a browser for real. Exits with 1 and one sentence where it cannot. */
import { execFileSync } from 'node:child_process';
import { prepareMachine } from './test-machine/prepare.ts';

const problem = prepareMachine({
  env: process.env,
  isRoot: process.getuid?.() === 0,
  run: (command, args) => {
    process.stdout.write(`${command} ${args.join(' ')}\n`);
    execFileSync(command, args, { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
  },
});
if (problem !== null) {
  process.stderr.write(`${problem}\n`);
  process.exitCode = 1;
}
