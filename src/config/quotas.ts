import { z } from 'zod';
import { graph } from '../microsoft/graph/index.ts';
import { m365d } from '../microsoft/m365d/index.ts';
import { mde } from '../microsoft/mde/index.ts';
import type { Operations, Quota } from '../microsoft/operation.ts';
import type { ConfigPath, Faults } from './faults.ts';
import { section, wholeNumber } from './fields.ts';
import { didYouMean } from './suggest.ts';

const limit = () => wholeNumber(1, 1_000_000).optional();

const schema = z.record(
  z.string(),
  section({ perMinute: limit(), perHour: limit(), runSecondsPerHour: limit(), runSecondsPerDay: limit() }),
);

const facts: readonly Operations[] = [graph, m365d, mde];

/** Every quota's name: operations have their own, but some share one; of those each may still be named, but not of hunting. */
const names: ReadonlySet<string> = new Set(
  facts
    .flatMap((operations) => Object.values(operations))
    .flatMap(({ id, hunting, quotaClass }) => (hunting ? [quotaClass] : [quotaClass, id])),
);

/**
 * Reads `quotas` of a tenant: calls and run time that Microsoft allows it, where they are not those that its pages print. A figure that is left out
 * is no limit. What is wrong is told to `faults`. docs/settings.md, tenants.
 */
export const readQuotas = (value: unknown, path: ConfigPath, faults: Faults): Readonly<Record<string, Quota>> => {
  const read = value === undefined ? {} : (faults.read(schema, value, path) ?? {});
  return Object.fromEntries(
    Object.entries(read).map(([name, { perMinute = null, perHour = null, ...runTime }]) => {
      if (!names.has(name)) {
        faults.add(
          [...path, name],
          `is neither an operation of Microsoft's nor one of those that are counted together${didYouMean(name, [...names])}`,
        );
      }
      for (const limited of Object.keys(runTime)) {
        if (name !== 'hunting')
          faults.add([...path, name, limited], 'is of hunting alone: nothing else has a run time');
      }
      const { runSecondsPerHour = null, runSecondsPerDay = null } = runTime;
      const isOfRunTime = runSecondsPerHour !== null || runSecondsPerDay !== null;
      return [name, { perMinute, perHour, ...(isOfRunTime ? { runSecondsPerHour, runSecondsPerDay } : {}) }];
    }),
  );
};
