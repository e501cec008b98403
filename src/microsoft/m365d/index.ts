import { hunting } from './hunting.ts';
import { incidents } from './incidents.ts';

/** Every operation of Microsoft 365 Defender that Microsoft documents. */
export const m365d = { ...incidents, ...hunting } as const;
