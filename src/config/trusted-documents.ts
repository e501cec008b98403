import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { ConfigPath, Faults } from './faults.ts';

/** A document that callers may name by its id. */
export interface TrustedDocument {
  readonly id: string;
  /** Of the body's UTF-8, as 64 lower-case hex digits. */
  readonly sha256: string;
  /** GraphQL, byte for byte as its client has it. */
  readonly body: string;
}

/**
 * The manifest that Apollo's tools write. Its ids may be anything; type and name are in the body.
 * https://www.apollographql.com/docs/graphos/platform/security/persisted-queries
 */
const manifest = z.object({
  format: z.literal('apollo-persisted-query-manifest', 'must be apollo-persisted-query-manifest'),
  version: z.literal(1, 'must be 1'),
  operations: z.array(z.object({ id: z.string().min(1), body: z.string().min(1) })),
});

/** Hash -> text, as Relay and GraphQL Code Generator write it. */
const plain = z.record(z.string(), z.string(), {
  error: () => 'the file must be a manifest, or an object of hashes with their texts',
});

const isManifest = (value: unknown): boolean => typeof value === 'object' && value !== null && 'format' in value;

const sha256Of = (body: string): string => createHash('sha256').update(body).digest('hex');

const withHash = (id: string, body: string): TrustedDocument => ({ id, sha256: sha256Of(body), body });

const readJson = async (file: string, path: ConfigPath, faults: Faults): Promise<unknown> => {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    faults.add(path, error instanceof SyntaxError ? 'the file is not JSON' : 'the file cannot be read');
    return undefined;
  }
};

/** Documents of a manifest in either form. Whether they are GraphQL of this schema is for who has the schema to say. */
export const readTrustedDocuments = async (
  file: string,
  path: ConfigPath,
  faults: Faults,
): Promise<readonly TrustedDocument[]> => {
  const value = await readJson(file, path, faults);
  if (value === undefined) return [];
  if (isManifest(value)) {
    const operations = faults.read(manifest, value, path)?.operations ?? [];
    const bodies = new Map<string, string>();
    for (const [index, { id, body }] of operations.entries()) {
      if ((bodies.get(id) ?? body) !== body)
        faults.add([...path, 'operations', index, 'id'], 'is the id of two documents');
      bodies.set(id, body);
    }
    return operations.map(({ id, body }) => withHash(id, body));
  }
  const documents = Object.entries(faults.read(plain, value, path) ?? {}).map(([id, body]) => withHash(id, body));
  for (const { id, sha256 } of documents) {
    if (id.toLowerCase() !== sha256) faults.add([...path, id], "is not the SHA-256 of its document's text");
  }
  return documents;
};
