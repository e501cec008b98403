import { alerts } from './alerts.ts';
import { batch } from './batch.ts';
import { hunting } from './hunting.ts';
import { incidents } from './incidents.ts';

/** The operations of Graph that are in use. */
export const graph = { ...incidents, ...alerts, ...hunting, ...batch } as const;
