import { z } from 'zod';
import type { FaultRule } from './faults.ts';
import { oddities } from './oddities/table.ts';
import { oddityChangesSchema } from './oddities/values.ts';

const exactOptional = z.exactOptional;

/** A fault rule as it comes over HTTP; every fault of the JSON is named in the error. */
export const faultRuleSchema: z.ZodType<FaultRule> = z.strictObject({
  host: exactOptional(z.url()),
  product: exactOptional(z.enum(['entra', 'mde', 'm365d', 'graph', 'blob'])),
  operation: exactOptional(z.string()),
  tenant: exactOptional(z.string()),
  times: exactOptional(z.int().positive()),
  effect: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('status'),
      status: z.int().min(400).max(599),
      retryAfter: exactOptional(z.union([z.number(), z.string()])),
      code: exactOptional(z.string()),
      message: exactOptional(z.string()),
      handled: exactOptional(z.boolean()),
    }),
    z.strictObject({ kind: z.literal('reset'), handled: exactOptional(z.boolean()) }),
    z.strictObject({ kind: z.literal('slow'), delayMs: z.int().nonnegative() }),
    z.strictObject({
      kind: z.literal('throttled'),
      says: z.enum(oddities.throttleSays.of),
      waitSeconds: z.number().positive(),
    }),
    z.strictObject({
      kind: z.literal('forbidden'),
      code: z.enum(['Forbidden', 'DisabledFeature', 'DisallowedOperation']),
    }),
    z.strictObject({ kind: z.literal('html-not-found') }),
    z.strictObject({ kind: z.literal('html-forbidden') }),
    z.strictObject({ kind: z.literal('oversized'), bytes: z.int().positive() }),
    z.strictObject({ kind: z.literal('malformed-json') }),
    z.strictObject({ kind: z.literal('truncated') }),
    z.strictObject({ kind: z.literal('stalled') }),
    z.strictObject({ kind: z.literal('wrong-content-type') }),
    z.strictObject({ kind: z.literal('rejected-token') }),
    z.strictObject({ kind: z.literal('claims-challenge'), claims: z.string() }),
  ]),
});

/** Changes of oddities as they come over HTTP, for one tenant or all. */
export const odditiesSchema = z.strictObject({ tenant: exactOptional(z.string()), changes: oddityChangesSchema });

/** A filter over calls, from a query string. */
export const callFilterSchema = z.strictObject({
  product: exactOptional(z.enum(['entra', 'mde', 'm365d', 'graph', 'blob'])),
  operation: exactOptional(z.string()),
  tenant: exactOptional(z.string()),
  host: exactOptional(z.string()),
  batched: exactOptional(z.stringbool()),
});
