import type { Alert } from './alert.ts';
import { recordsIn } from './records.ts';

const hashProperties = ['sha1', 'sha256', 'md5'] as const;

/**
 * The hashes of the files that an alert names, in lower case: of files, of the images of processes, and hashes that are evidence
 * themselves, at any depth.
 */
export const fileHashesOf = ({ evidence }: Pick<Alert, 'evidence'>): ReadonlySet<string> => {
  const hashes = new Set<string>();
  for (const record of recordsIn(evidence)) {
    const found = hashProperties.map((property) => record[property]);
    // A hash that is evidence by itself. resources/security-filehashevidence.md
    if (typeof record.algorithm === 'string') found.push(record.value);
    for (const hash of found) if (typeof hash === 'string' && hash !== '') hashes.add(hash.toLowerCase());
  }
  return hashes;
};
