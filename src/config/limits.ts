import type { z } from 'zod';
import { section, wholeNumber } from './fields.ts';

const count = (fallback: number, most = 1_000_000) => wholeNumber(1, most).default(fallback);
const milliseconds = (fallback: number) => wholeNumber(1, 3_600_000).default(fallback);

/** What one request may cost. */
export const limitsSchema = section({
  /** Levels of nesting in a query. */
  depth: count(15),
  /** Points by the cost rule of the server. */
  cost: count(200_000),
  aliases: count(30),
  /** Lexical tokens of a query document. */
  tokens: count(5000),
  /** Calls to Microsoft that one request may make. */
  upstreamCalls: count(200),
  tenantsPerQuery: count(100),
  targetsPerMutation: count(100),
  /** Greatest `first` of a connection. */
  pageSize: count(200),
  /** Upstream rows that may be read for a filter which the upstream cannot apply. */
  maxRowsScanned: count(10_000),
  /** Ids of machines, alerts or actions gathered into one upstream `$filter`. */
  idsPerCall: count(50, 1000),
  upstreamTimeoutMs: milliseconds(30_000),
  /** Advanced hunting may run for three minutes upstream. */
  huntingTimeoutMs: milliseconds(200_000),
  /** Hunting and waiting for actions included: their own deadlines are shorter. */
  requestTimeoutMs: milliseconds(330_000),
  /** Bytes of a request body. */
  bodyBytes: count(1_048_576, 1_073_741_824),
});

export type Limits = z.output<typeof limitsSchema>;
