import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SoakAsk } from './load.ts';

type Line = Readonly<Record<string, unknown>>;

/** What came of an export: NDJSON, or the errors that it was refused with. */
const linesOf = (text: string): readonly Line[] =>
  text.split('\n').flatMap((line): Line[] => (line === '' ? [] : [JSON.parse(line)]));

const codesOf = (lines: readonly Line[]): string =>
  [...new Set(lines.map(({ code }) => String(code)))].toSorted().join(', ');

const refusalOf = async (response: Response): Promise<string> => {
  const body: { errors?: readonly { readonly extensions: Line }[] } = JSON.parse(await response.text());
  return codesOf((body.errors ?? []).map(({ extensions }) => extensions));
};

/** A list as an export: all rows of every tenant that is not told to have failed, and an end that says so. */
export const createExportAsk = async (url: string): Promise<SoakAsk> => {
  const path = `${url}/export/machines?fields=tenant,machineId,osPlatform`;
  const read = async (signal: AbortSignal) => {
    const response = await fetch(path, { signal });
    if (response.status !== 200) return { told: await refusalOf(response), lines: null };
    return { told: '', lines: linesOf(await response.text()) };
  };
  const isRow = (line: Line): boolean => line['@export'] === undefined;
  const whole = (await read(AbortSignal.timeout(60_000))).lines?.filter(isRow) ?? [];
  if (whole.length === 0) throw new Error('Before any fault the export has no rows');
  return async (signal) => {
    const { told, lines } = await read(signal);
    if (lines === null) return told === '' ? 'WRONG: refused without a code' : told;
    const failures = lines.filter((line) => line['@export'] === 'failure');
    const end = lines.at(-1);
    if (end?.['@export'] !== 'end') return 'WRONG: no end';
    const failed = new Set(failures.map(({ tenant }) => tenant));
    const isOfOthers = ({ tenant }: Line): boolean => !failed.has(tenant);
    const got = JSON.stringify(lines.filter(isRow).filter(isOfOthers));
    if (got !== JSON.stringify(whole.filter(isOfOthers))) return `WRONG: other rows beside ${codesOf(failures)}`;
    if ((end.complete === true) !== (failures.length === 0)) return 'WRONG: told as complete';
    return failures.length === 0 ? 'right' : codesOf(failures);
  };
};

/** Milliseconds for which the caller takes nothing: more than the gateway waits. */
const idleMs = 4000;

/** How many of the long export have ended, however they did. */
const endedOf = async (url: string, signal: AbortSignal): Promise<number> => {
  const text = await (await fetch(`${url}/metrics`, { signal })).text();
  const counts = text.matchAll(/^gateway_exports_total\{export="softwareVulnerabilities",.*\} (\d+)$/gm);
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
};

/**
 * A caller who opens a long export and takes nothing of it: the gateway has to let go of them while they take nothing, which they
 * cannot see themselves, and must not say that they have it all.
 */
export const takesNothing =
  (url: string): SoakAsk =>
  async (signal) => {
    const before = await endedOf(url, signal);
    const request = get(`${url}/export/softwareVulnerabilities?tenants=contoso`, { signal, agent: false });
    const [answer]: IncomingMessage[] = await once(request, 'response', { signal });
    if (answer === undefined) return 'WRONG: no answer';
    answer.on('error', () => {});
    if (answer.statusCode !== 200) {
      let text = '';
      for await (const chunk of answer) text += String(chunk);
      return codesOf(errorsIn(text));
    }
    // It may wait for rows as long as for any answer before it can be stuck.
    for (let waited = 0; waited < 8; waited += 1) {
      await sleep(idleMs, undefined, { signal });
      if ((await endedOf(url, signal)) === before) continue;
      answer.destroy();
      return answer.complete ? 'WRONG: told as whole' : 'right';
    }
    answer.destroy();
    return 'WRONG: it is kept for them';
  };

const errorsIn = (text: string): readonly Line[] => {
  const { errors = [] }: { errors?: readonly { readonly extensions: Line }[] } = JSON.parse(text);
  return errors.map(({ extensions }) => extensions);
};
