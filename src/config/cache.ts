import { z } from 'zod';
import { graph } from '../microsoft/graph/index.ts';
import { m365d } from '../microsoft/m365d/index.ts';
import { mde } from '../microsoft/mde/index.ts';
import { section, wholeNumber } from './fields.ts';
import { didYouMean } from './suggest.ts';

const reads: ReadonlySet<string> = new Set(
  [graph, m365d, mde]
    .flatMap((operations) => Object.values(operations))
    .filter(({ method }) => method === 'GET')
    .map(({ id }) => id),
);

/** The longest that an answer may ever be kept, seconds. */
export const longestCacheSeconds = 300;

/** The short cache of what was read. docs/settings.md, cache. */
export const cacheSchema = section({
  /** What a caller may accept at most; 0: nothing is kept. */
  maxSeconds: wholeNumber(0, longestCacheSeconds).default(longestCacheSeconds),
  /** Of answers as they came, in the memory of each process. */
  bytes: wholeNumber(65_536, 1_073_741_824).default(16_777_216),
  entries: wholeNumber(1, 1_000_000).default(10_000),
  /** Seconds that an answer may be old for who does not say, by operation of Microsoft's; none: it is read anew. */
  usualSeconds: z
    .record(z.string(), wholeNumber(0, longestCacheSeconds))
    .superRefine((operations, { addIssue }) => {
      for (const name of Object.keys(operations)) {
        if (reads.has(name)) continue;
        const message = `is no read of Microsoft's${didYouMean(name, [...reads])}`;
        addIssue({ code: 'custom', path: [name], message });
      }
    })
    .default({}),
});

/** Its settings. */
export type CacheConfig = z.output<typeof cacheSchema>;
