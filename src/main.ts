#!/usr/bin/env node
import { openBrowser } from './cli/open-browser.ts';
import { runCli } from './cli/run.ts';

const exitCode = await runCli(process.argv.slice(2), {
  env: process.env,
  cwd: process.cwd(),
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  openBrowser,
});
if (exitCode !== undefined) process.exitCode = exitCode;
