import type { FaultRule, Simulator } from '../../src/simulator/index.ts';

/** What goes wrong for a while; `rules` of the simulator are in force meanwhile. */
export interface SoakFault {
  readonly name: string;
  readonly rules: readonly FaultRule[];
}

const api = ['graph', 'm365d', 'mde'] as const;
/** The rule for each of the three APIs. */
const everywhere = (effect: FaultRule['effect']): readonly FaultRule[] => api.map((product) => ({ product, effect }));

/** Switched on one after the other. The first is none: what is answered then is what must be answered. */
export const soakFaults: readonly SoakFault[] = [
  { name: 'nothing', rules: [] },
  { name: 'Graph answers 503', rules: [{ product: 'graph', effect: { kind: 'status', status: 503 } }] },
  { name: 'MDE answers 500', rules: [{ product: 'mde', effect: { kind: 'status', status: 500 } }] },
  {
    name: 'MDE did it and says 503',
    rules: [{ product: 'mde', effect: { kind: 'status', status: 503, retryAfter: 1, handled: true } }],
  },
  {
    name: 'one tenant is refused by all',
    rules: everywhere({ kind: 'status', status: 403 }).map((rule) => ({ ...rule, tenant: 'contoso' })),
  },
  { name: '429 with a Retry-After', rules: everywhere({ kind: 'status', status: 429, retryAfter: 2 }) },
  { name: '429 in words', rules: everywhere({ kind: 'throttled', says: 'words', waitSeconds: 2 }) },
  { name: 'Graph is slow', rules: [{ product: 'graph', effect: { kind: 'slow', delayMs: 1500 } }] },
  {
    name: 'one tenant hangs',
    rules: everywhere({ kind: 'slow', delayMs: 60_000 }).map((rule) => ({ ...rule, tenant: 'contoso' })),
  },
  { name: 'connections are cut', rules: everywhere({ kind: 'reset' }) },
  { name: 'connections are cut after the work', rules: everywhere({ kind: 'reset', handled: true }) },
  { name: 'answers end in the middle', rules: everywhere({ kind: 'truncated' }) },
  { name: 'answers are no JSON', rules: everywhere({ kind: 'malformed-json' }) },
  { name: 'answers are HTML', rules: everywhere({ kind: 'wrong-content-type' }) },
  { name: '404 in HTML', rules: everywhere({ kind: 'html-not-found' }) },
  { name: 'answers of 40 MB', rules: everywhere({ kind: 'oversized', bytes: 40_000_000 }) },
  { name: 'tokens are refused', rules: everywhere({ kind: 'rejected-token' }) },
  { name: 'Entra answers 503', rules: [{ operation: 'entra.token', effect: { kind: 'status', status: 503 } }] },
];

/** Puts the fault in force. Returns what ends it. */
export const begin = (simulator: Simulator, { rules }: SoakFault): (() => void) => {
  const ids = rules.map((rule) => simulator.faults.add(rule));
  return () => {
    for (const id of ids) simulator.faults.clear(id);
  };
};
