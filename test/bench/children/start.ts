import { isRecord } from '../shape.ts';

/** What the benchmark hands to a process that it starts, as JSON in the first argument. */
export const readSettings = <T>(is: (value: unknown) => value is T): T => {
  const given: unknown = JSON.parse(process.argv[2] ?? 'null');
  if (is(given)) return given;
  throw new TypeError('This file is started by the benchmark');
};

/** Tells the benchmark that this process serves at `url`; the rest is for whom it may concern. */
export const reportReady = (url: string, more: Readonly<Record<string, unknown>> = {}): void => {
  process.send?.({ kind: 'ready', url, ...more });
};

/** What a process in front of the upstream must know. */
export interface UpstreamPlace {
  readonly caPem: string;
  /** YAML for the gateway. */
  readonly settings: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly authority: string;
  readonly graph: string;
  readonly mde: string;
}

const placeFields = ['caPem', 'settings', 'tenantId', 'clientId', 'clientSecret', 'authority', 'graph', 'mde'] as const;

/** Whether all of it is there. */
export const isUpstreamPlace = (value: unknown): value is UpstreamPlace =>
  isRecord(value) && placeFields.every((field) => typeof value[field] === 'string');
