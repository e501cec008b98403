import { gzipSync } from 'node:zlib';
import { mde } from '../../microsoft/mde/index.ts';
import { DefenderFault } from '../defender/fault.ts';
import { serve } from '../http/serve.ts';
import { type Content, repeated } from '../http/streamed.ts';
import type { Route, SimRequest } from '../http/types.ts';
import type { ActionTimes } from './action-progress.ts';
import { actionNamed } from './actions.ts';
import { resultFileName } from './live-response-run.ts';
import { param, typed } from './route.ts';
import { zip } from './zip.ts';

/** Where files are put for download without a token, and under which origin they are then found. */
export interface Downloads {
  readonly links: { register(content: Content, fileName: string, ttlSeconds: number): string };
  readonly linkOrigin: () => string;
}

/** get-live-response-result.md: a link lives 30 minutes and can be asked for again. */
const resultTtlSeconds = 30 * 60;
/** The page of packages only says that the link is short-lived. */
const packageTtlSeconds = 30 * 60;

/** Bytes that do not compress away. */
const block = Buffer.from(Array.from({ length: 65_536 }, (_, place) => (place * 167 + (place >> 8) * 59) & 255));

/** Links to what actions left behind: investigation packages and results of live response commands. */
export function downloadRoutes({
  times,
  links,
  linkOrigin,
}: Downloads & { readonly times: ActionTimes }): readonly Route[] {
  const link = (content: Content, fileName: string, ttlSeconds: number): string =>
    `${linkOrigin()}${links.register(content, fileName, ttlSeconds)}`;
  return [
    serve(mde.getInvestigationPackageUri, (request) => {
      const action = actionNamed(request, times);
      if (action.type !== 'CollectInvestigationPackage' || action.status !== 'Succeeded') {
        throw new DefenderFault('ResourceNotFound', 'There is no package yet.');
      }
      const { computerDnsName } = action.machine;
      const megabytes = request.oddities.values.packageMegabytes;
      const content = zip([
        { name: 'Autoruns/autoruns.txt', content: Buffer.from(`Autoruns of ${computerDnsName}\n`) },
        { name: 'Processes/processes.csv', content: Buffer.from('Id,Name\n4,System\n812,svchost\n') },
        { name: 'Network connections/netstat.txt', content: Buffer.from('TCP 0.0.0.0:445 LISTENING\n') },
        ...(megabytes === null ? [] : [{ name: 'Prefetch/all.bin', content: repeated(block, megabytes * 1_048_576) }]),
      ]);
      const url = link(content, 'WDATP_Investigation_Package.zip', packageTtlSeconds);
      // The value is itself wrapped in quotes (get-package-sas-uri.md prints it so).
      return typed(request, 'Edm.String', { value: `"${url}"` });
    }),
    serve(mde.getLiveResponseResultDownloadLink, (request) => {
      const command = commandNamed(request, times);
      if (command.status !== 'Completed' || command.result === null) {
        throw new DefenderFault('ResourceNotFound', `The command ${command.index} has no result.`);
      }
      const content = command.type === 'RunScript' ? reportAs(command.result, request) : command.result;
      return typed(request, 'Edm.String', { value: link(content, resultFileName(command), resultTtlSeconds) });
    }),
  ];
}

/** The report of a script as it lies in storage. */
function reportAs(report: Buffer, { oddities }: SimRequest): Buffer {
  const { scriptReports } = oddities.values;
  if (scriptReports === 'packed') return gzipSync(report);
  return scriptReports === 'utf16' ? Buffer.from(`\uFEFF${report.toString('utf8')}`, 'utf16le') : report;
}

function commandNamed(request: SimRequest, times: ActionTimes) {
  const text = param(request, 'commandIndex');
  if (!/^\d+$/.test(text)) throw new DefenderFault('InvalidInput', `'${text}' is not the index of a command.`);
  const command = actionNamed(request, times).commands?.[Number(text)];
  if (command === undefined) throw new DefenderFault('ResourceNotFound', `There is no command ${text}.`);
  return command;
}
