import type { z } from 'zod';
import { usualAnswerBytes } from '../clouds/call-bounds.ts';
import { section, wholeNumber } from './fields.ts';

const count = (fallback: number, most = 1_000_000) => wholeNumber(1, most).default(fallback);
/** 0: no limit. */
const perMinute = (fallback: number) => wholeNumber(0, 1_000_000).default(fallback);
const milliseconds = (fallback: number) => wholeNumber(1, 3_600_000).default(fallback);

const mebibyte = 1_048_576;
/** At most what a text can hold. */
const byteSum = (fallback: number) => wholeNumber(65_536, 16_384 * mebibyte).default(fallback);
const bytes = (fallback: number) => wholeNumber(65_536, 512 * mebibyte - 64).default(fallback);

/** What one request may cost, and how many may come. */
export const limitsSchema = section({
  /** Levels of nesting in a query. */
  depth: count(15),
  /** Points by the cost rule of the server. */
  cost: count(200_000),
  aliases: count(30),
  /** Lexical tokens of the documents of a request. */
  tokens: count(5000),
  /** Values of JSON in a request's body. */
  values: count(20_000, 10_000_000),
  /**
   * Calls to Microsoft that one request may make; half of them are shared out to the tenants of its lists. As many targets as a mutation
   * may name take no more: 100 incidents with a comment 205 through Graph, and up to 300 through M365D under a key that was used before.
   */
  upstreamCalls: count(300),
  /** Bytes of Microsoft's answers that one request may take in. */
  upstreamBytes: byteSum(256 * mebibyte),
  /** Bytes of one answer of Microsoft's. */
  answerBytes: bytes(usualAnswerBytes.normal),
  /** Bytes of one answer to a hunting query: 50 MB, 124 in older pages (advanced-hunting-limits.md). */
  huntingAnswerBytes: bytes(usualAnswerBytes.hunting),
  /** Bytes of large answers that the process has in memory at the same time, over all requests. */
  bytesUnderWay: byteSum(256 * mebibyte),
  tenantsPerQuery: count(100),
  targetsPerMutation: count(100),
  /** Indicators that a mutation may create, change or delete; Defender takes 15,000 of a tenant. */
  indicatorsPerMutation: count(1000, 15_000),
  /** Live response sessions that Defender lets a tenant have open at once. */
  liveResponseSessions: count(50),
  /** Greatest `first` of a connection. */
  pageSize: count(200),
  /** Upstream rows that may be read for a filter which the upstream cannot apply. */
  maxRowsScanned: count(10_000),
  /** Upstream pages of a tenant that one answer may read where rows have to be looked for, sorted or counted. */
  scanCalls: count(10, 1000),
  /** Ids of machines, alerts or actions gathered into one upstream `$filter`. */
  idsPerCall: count(50, 1000),
  /** One call; all tries and APIs of a tenant together take half as long again, whatever hangs. */
  upstreamTimeoutMs: milliseconds(30_000),
  /** Seconds that a caller is made to wait for a quota of Microsoft's; 0: they are told at once. */
  maxWaitSeconds: wholeNumber(0, 60).default(10),
  /** Advanced hunting may run for three minutes upstream. */
  huntingTimeoutMs: milliseconds(200_000),
  /** Hunting and waiting for actions included: their own deadlines are shorter. */
  requestTimeoutMs: milliseconds(330_000),
  /** Operations of one caller in all replicas together; an API key may have its own figure. */
  requestsPerMinute: perMinute(6000),
  /** Points of one caller's queries of 500 points or more in a minute, in all replicas together; 0: no limit. Mutations are not counted. */
  costPerMinute: wholeNumber(0, 1_000_000_000).default(10_000_000),
  /** Wrong credentials from one address; more are not looked at. */
  failedSignInsPerMinute: perMinute(60),
  /** Operations that one HTTP request may hold as a list; 1: no lists. */
  batchSize: count(10, 1000),
  /** Milliseconds in which nothing of a file comes from Microsoft's storage, or the caller takes nothing of it. */
  fileIdleMs: milliseconds(60_000),
  /** Bytes of a file up to which the graph tells its size and hash, for which it is read through. */
  fileHashBytes: count(1_073_741_824, 1_099_511_627_776),
  /** Rows of one export. */
  exportRows: count(10_000_000, 1_000_000_000),
  /** Calls to Microsoft that one export may make; half of them are shared out to its tenants. */
  exportCalls: count(5000),
  /** Milliseconds that an export may take. */
  exportTimeoutMs: milliseconds(3_600_000),
  /** Exports of this process at the same time; one caller has half of them. */
  exportsUnderWay: count(8, 1000),
  /** Bytes of a request body. */
  bodyBytes: count(1_048_576, 1_073_741_824),
  /** Bytes of a request body that says that it holds a library file: 20 MiB in base64, and some more. */
  uploadBytes: count(31_457_280, 1_073_741_824),
  /** Bytes of all request bodies that are being read or worked on; one caller has a quarter. */
  bodyBytesUnderWay: count(67_108_864, 17_179_869_184),
  /** Milliseconds that the event loop may be late, twice in a row, before queries that cost much are refused. */
  eventLoopLagMs: milliseconds(1000),
  /** Bytes that the process may take before queries that cost much are refused; 0: 85 % of its container's memory, or the machine's. */
  memoryBytes: wholeNumber(0, 1_099_511_627_776).default(0),
  /** Points of all queries that are being answered; 0: one for each 1,024 bytes of the heap that V8 may have. */
  costUnderWay: wholeNumber(0, 1_000_000_000).default(0),
  /** Points from which on a query costs much. */
  expensiveCost: count(5000),
});

export type Limits = z.output<typeof limitsSchema>;
