import { X509Certificate } from 'node:crypto';
import { resolve } from 'node:path';
import { z } from 'zod';
import { type FileBounds, secretFile } from '../bounded-file.ts';
import { usualConnections } from '../clouds/call-bounds.ts';
import { type ProxySettings, readProxy } from '../clouds/proxy.ts';
import type { ConfigPath, Faults } from './faults.ts';
import { flag, section, text, wholeNumber } from './fields.ts';
import { type ReferenceContext, readFileReference } from './references.ts';

/** How Microsoft's hosts are reached. */
export interface UpstreamConfig {
  /** Absolute path of the private CA's certificates; `null`: the system's CAs alone. */
  readonly caFile: string | null;
  /** PEM text of `caFile`, to be trusted besides the system's CAs. */
  readonly caPem: string | null;
  /** Hosts that files of Defender may be fetched from besides Microsoft's documented ones; `*.name` for all below it. */
  readonly downloadHosts: readonly string[];
  /** Connections to one origin. */
  readonly connections: number;
  /** Whether calls are kept within the quotas that Microsoft's pages print; else only its 429 keeps them back. */
  readonly keepQuotas: boolean;
  /** Those of the environment. */
  readonly proxy: ProxySettings;
}

/** All the authorities that a system trusts are a quarter of it. */
const authorities: FileBounds = { bytes: 1_048_576, ms: secretFile.ms };

/** The section `upstream`. */
export const upstreamSchema = section({
  caFile: text().optional(),
  downloadHosts: z.array(text()).default([]),
  /** To one host of Microsoft's, of all tenants together; each is sure of its turn. */
  connections: wholeNumber(2, 4096).default(usualConnections),
  keepQuotas: flag().default(true),
});

const isCertificate = (pem: string): boolean => {
  try {
    return new X509Certificate(pem).subject !== undefined;
  } catch {
    return false;
  }
};

/**
 * Reads the section `upstream`, and the proxies of the environment beside it. Never rejects: what is wrong is told to `faults`, a
 * proxy at `upstream.proxy`, which is no key of the file; the answer has the defaults in its place. docs/settings.md, upstream.
 */
export const readUpstream = async (
  value: unknown,
  path: ConfigPath,
  context: ReferenceContext,
  faults: Faults,
): Promise<UpstreamConfig> => {
  const read = faults.read(upstreamSchema, value, path);
  const { caFile, downloadHosts = [], connections = usualConnections, keepQuotas = true } = read ?? {};
  const { proxy, faults: proxyFaults } = readProxy(context.env);
  for (const fault of proxyFaults) faults.add([...path, 'proxy'], fault);
  const none = { caFile: null, caPem: null, downloadHosts, connections, keepQuotas, proxy };
  if (caFile === undefined) return none;
  const at = [...path, 'caFile'];
  const pem = (await readFileReference(caFile, at, context, faults, 'utf8', authorities))?.text;
  if (pem === undefined) return none;
  if (!isCertificate(pem)) faults.add(at, 'must be a file of PEM certificates');
  return { ...none, caFile: resolve(context.baseDir, caFile), caPem: pem };
};
