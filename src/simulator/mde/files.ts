import { createHash } from 'node:crypto';
import { mde } from '../../microsoft/mde/index.ts';
import { notFound, refusals } from '../defender/fault.ts';
import { serve } from '../http/serve.ts';
import type { Route, SimRequest } from '../http/types.ts';
import type { WorldAlert, WorldFile } from '../world/types.ts';
import { answerAlerts, recent } from './lookups.ts';
import { machineShape } from './machine-shape.ts';
import { collection, entity, param, typed } from './route.ts';
import { alertsWith, filesIn, machinesOfAlerts, statsOf } from './sightings.ts';

/** SHA-1 or SHA-256 of the path, in lower case. @throws DefenderFault InvalidHashValue */
function hashOf(request: SimRequest, name: 'hash' | 'sha1'): string {
  const hash = param(request, name).toLowerCase();
  const pattern = name === 'sha1' ? /^[0-9a-f]{40}$/ : /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
  if (!pattern.test(hash)) throw refusals.hash(hash);
  return hash;
}

const hasHash = (hash: string) => (file: WorldFile) => file.sha1 === hash || file.sha256 === hash;

const alertsOf = (request: SimRequest, hash: string): readonly WorldAlert[] =>
  alertsWith(request.tenant, (evidence) => filesIn(evidence).some(hasHash(hash)));

/** @throws DefenderFault ResourceNotFound: unlike domains and addresses, an unknown file is a 404. */
function fileNamed(request: SimRequest, hash: string): WorldFile {
  for (const alert of alertsOf(request, hash)) {
    const file = alert.evidence.flatMap(filesIn).find(hasHash(hash));
    if (file !== undefined) return file;
  }
  throw notFound('file', hash);
}

/** A file as files.md prints it; what is not known of unsigned files is null. */
export function fileShape(file: WorldFile, alerts: readonly WorldAlert[]): Readonly<Record<string, unknown>> {
  const threat =
    file.publisher === null ? (alerts.find(({ threatName }) => threatName !== null)?.threatName ?? null) : null;
  const portable = /\.(?:exe|dll)$/.test(file.fileName);
  return {
    sha1: file.sha1,
    sha256: file.sha256,
    md5: createHash('md5').update(file.sha1).digest('hex'),
    globalPrevalence: file.publisher === null ? 12 : 4_000_000,
    globalFirstObserved: alerts.at(-1)?.firstActivityAt ?? null,
    globalLastObserved: alerts[0]?.lastActivityAt ?? null,
    size: file.fileSize,
    fileType: portable ? 'PortableExecutable' : null,
    isPeFile: portable,
    filePublisher: file.publisher,
    fileProductName: file.publisher === null ? null : file.fileName,
    signer: file.publisher,
    issuer: file.publisher === null ? null : 'Simulated Code Signing CA',
    signerHash: file.publisher === null ? null : createHash('sha1').update(file.publisher).digest('hex'),
    isValidCertificate: file.publisher === null ? null : true,
    determinationType: threat === null ? 'Unknown' : 'Malware',
    determinationValue: threat ?? '',
  };
}

/** What is known of files (get-file-information.md and its neighbours). */
export function fileRoutes(): readonly Route[] {
  return [
    serve(mde.getFile, (request) => {
      const hash = hashOf(request, 'hash');
      return entity(request, 'Files', fileShape(fileNamed(request, hash), alertsOf(request, hash)));
    }),
    serve(mde.listFileAlerts, (request) => answerAlerts(request, alertsOf(request, hashOf(request, 'sha1')))),
    serve(mde.listFileMachines, (request) => {
      const machines = machinesOfAlerts(alertsOf(request, hashOf(request, 'sha1')));
      return collection(request, 'Machines', machines.map(machineShape));
    }),
    serve(mde.getFileStatistics, (request) => {
      const hash = hashOf(request, 'hash');
      const file = fileNamed(request, hash);
      const alerts = recent(request, alertsOf(request, hash));
      const stats = statsOf(alerts);
      return typed(request, 'microsoft.windowsDefenderATP.api.InOrgFileStats', {
        sha1: file.sha1,
        ...stats,
        // Spelled `globalPrevalence` on File.
        globallyPrevalence: file.publisher === null ? 12 : 4_000_000,
        globalFirstObserved: stats.orgFirstSeen,
        globalLastObserved: stats.orgLastSeen,
        topFileNames: [file.fileName],
      });
    }),
  ];
}
