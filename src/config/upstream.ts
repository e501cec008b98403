import { X509Certificate } from 'node:crypto';
import { resolve } from 'node:path';
import { z } from 'zod';
import type { ConfigPath, Faults } from './faults.ts';
import { section, text } from './fields.ts';
import { type ReferenceContext, readFileReference } from './references.ts';

/** How Microsoft's hosts are reached. */
export interface UpstreamConfig {
  /** Absolute path of the private CA's certificates; `null`: the system's CAs alone. */
  readonly caFile: string | null;
  /** PEM text of `caFile`, to be trusted besides the system's CAs. */
  readonly caPem: string | null;
  /** Hosts that files of Defender may be fetched from besides Microsoft's documented ones; `*.name` for all below it. */
  readonly downloadHosts: readonly string[];
}

const schema = section({ caFile: text().optional(), downloadHosts: z.array(text()).default([]) });

const isCertificate = (pem: string): boolean => {
  try {
    return new X509Certificate(pem).subject !== undefined;
  } catch {
    return false;
  }
};

export const readUpstream = async (
  value: unknown,
  path: ConfigPath,
  context: ReferenceContext,
  faults: Faults,
): Promise<UpstreamConfig> => {
  const { caFile, downloadHosts = [] } = faults.read(schema, value, path) ?? {};
  const none = { caFile: null, caPem: null, downloadHosts };
  if (caFile === undefined) return none;
  const at = [...path, 'caFile'];
  const pem = (await readFileReference(caFile, at, context, faults))?.text;
  if (pem === undefined) return none;
  if (!isCertificate(pem)) faults.add(at, 'must be a file of PEM certificates');
  return { caFile: resolve(context.baseDir, caFile), caPem: pem, downloadHosts };
};
