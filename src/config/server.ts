import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';
import { withoutBrackets } from '../clouds/host-names.ts';
import type { ConfigPath, Faults } from './faults.ts';
import { choice, flag, section, text, textLike, wholeNumber } from './fields.ts';
import { graphiqlSignInSchema } from './graphiql-sign-in.ts';
import type { ReferenceContext } from './references.ts';
import { readTrustedDocuments, type TrustedDocument } from './trusted-documents.ts';

/** What may be sent in place of a query's text: any text's hash (`apq`), nothing (`off`), or the operator's list alone. */
export const persistedQueryModes = ['apq', 'off', 'trusted'] as const;

const isNetwork = (value: string): boolean => {
  const [, address = '', bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(value) ?? [];
  const version = isIP(address);
  return version !== 0 && Number(bits ?? 0) <= (version === 4 ? 32 : 128);
};

const hops = () => wholeNumber(0, 10);
const networks = () => z.array(text().refine(isNetwork, 'must be an address or a network such as 10.0.0.0/8')).min(1);

/** Where the gateway listens and what it shows of itself. */
export const serverSchema = section({
  /** Loopback unless said otherwise: nothing is open to a network by accident. */
  host: text().transform(withoutBrackets).default('127.0.0.1'),
  /** Names under which callers without a credential may reach it, besides addresses, names without a dot and private ones. */
  hosts: z
    .array(
      textLike(/^[a-z0-9.-]+$/i, 'a host name such as gateway.example.com').transform((name) => name.toLowerCase()),
    )
    .default([]),
  /** 0 lets the system pick one. */
  port: wholeNumber(0, 65_535).default(4000),
  graphiql: flag().default(true),
  /** Entra sign-in on the page of GraphiQL; callers with a key need none. */
  graphiqlSignIn: graphiqlSignInSchema.optional(),
  introspection: flag().default(true),
  /** Origins whose pages may call; none unless named. Never all: a page that is not known is nobody's to let in. */
  cors: z.array(textLike(/^https?:\/\/[^\s/*]+$/i, 'an origin such as https://soc.example.com')).default([]),
  persistedQueries: choice(persistedQueryModes).default('apq'),
  /** File of the documents that `persistedQueries: trusted` runs. */
  trustedDocuments: text().optional(),
  /** Proxies in front of the gateway, by number or by address; what they say of a caller's address is believed. */
  trustProxy: z
    .union([hops(), networks()], {
      error: () => 'must be the number of proxies, 0 to 10, or a list of their addresses and networks',
    })
    .default(0),
  /** Milliseconds in which a request has to be received whole. */
  bodyTimeoutMs: wholeNumber(1, 3_600_000).default(30_000),
  /** Seconds for which a stop goes on to accept requests while `/readyz` says 503: until load balancers have noticed. */
  drainSeconds: wholeNumber(0, 300).default(5),
});

/** The section with its files read. */
export interface ServerConfig extends Omit<z.output<typeof serverSchema>, 'trustedDocuments'> {
  /** None but with `persistedQueries: trusted`. */
  readonly trustedDocuments: readonly TrustedDocument[];
}

export const readServer = async (
  value: unknown,
  path: ConfigPath,
  { baseDir }: ReferenceContext,
  faults: Faults,
): Promise<ServerConfig | undefined> => {
  const read = faults.read(serverSchema, value ?? {}, path);
  if (read === undefined) return undefined;
  const at = [...path, 'trustedDocuments'];
  const { trustedDocuments: file, ...server } = read;
  const isTrusted = server.persistedQueries === 'trusted';
  if (isTrusted && file === undefined) faults.add(at, 'is required with persistedQueries: trusted');
  if (!isTrusted && file !== undefined) faults.add(at, 'is used only with persistedQueries: trusted');
  const trustedDocuments =
    isTrusted && file !== undefined ? await readTrustedDocuments(resolve(baseDir, file), at, faults) : [];
  return { ...server, trustedDocuments };
};
