import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { examples } from '../../src/demo/examples.ts';
import { forkReporting, stopProcess, usageOf } from './child.ts';
import { graphql } from './load.ts';
import { firstIncidentsQuery } from './queries.ts';
import { atMost, type Row } from './rows.ts';

const maxStartMs = 5000;
const maxRssMb = 250;

/** The options of `node` in the script `npm run demo`. */
const demoOptions = (): readonly string[] => {
  const file: { readonly scripts: { readonly demo: string } } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  );
  return file.scripts.demo.split(' ').filter((word) => word.startsWith('--'));
};

/** The address in what the demo prints. */
const printedUrl = (demo: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    let printed = '';
    demo.stdout?.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      const [url] = /http:\/\/localhost:\d+/.exec(printed) ?? [];
      if (url !== undefined) resolve(url);
    });
    demo.once('exit', (code) => reject(new Error(`The demo ended with ${code}`)));
  });

/** The demo, simulator included, from the command to its first answer, and the memory of that one process. */
export const measureDemo = async (): Promise<readonly Row[]> => {
  const startedMs = performance.now();
  const demo = forkReporting('../../src/demo.ts', ['--port', '0'], demoOptions());
  try {
    const url = await printedUrl(demo);
    const listeningMs = performance.now() - startedMs;
    await graphql(url, firstIncidentsQuery)();
    const answeredMs = performance.now() - startedMs;
    const idle = await usageOf(demo);
    for (const { query, variables } of examples) await graphql(url, query, variables)();
    const used = await usageOf(demo);
    return [
      { measure: 'demo: until it listens', unit: 'ms', gateway: listeningMs },
      {
        measure: 'demo: until its first answer',
        unit: 'ms',
        gateway: answeredMs,
        promise: atMost(maxStartMs, answeredMs, 'ms'),
      },
      {
        measure: 'demo: most memory, until the first answer',
        unit: 'MB',
        gateway: idle.peakRssMb,
        promise: atMost(maxRssMb, idle.peakRssMb, 'MB'),
      },
      {
        measure: 'demo: most memory, after its examples',
        unit: 'MB',
        gateway: used.peakRssMb,
        promise: atMost(maxRssMb, used.peakRssMb, 'MB'),
      },
    ];
  } finally {
    await stopProcess(demo);
  }
};
