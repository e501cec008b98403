import type { Principal, Product, SimRequest, SimResponse } from '../../../src/simulator/http/types.ts';
import { createOddities } from '../../../src/simulator/oddities/state.ts';
import { profiles } from '../../../src/simulator/oddities/values.ts';
import { createWorld } from '../../../src/simulator/world/estate.ts';
import type { TenantWorld } from '../../../src/simulator/world/types.ts';

/** The present of these tests. */
export const start = new Date('2026-11-22T10:00:00.000Z');

/** `ms` after the start. */
export const later = (ms: number): Date => new Date(start.getTime() + ms);

/** A fresh estate. */
export const contoso = (): TenantWorld =>
  createWorld({ name: 'contoso', tenantId: '11111111-1111-4111-8111-111111111111', seed: 1, now: start });

/** An application with every permission that the tests need. */
export const app: Principal = {
  kind: 'app',
  tenantId: '11111111-1111-4111-8111-111111111111',
  clientId: '22222222-2222-4222-8222-222222222222',
  permissions: ['Machine.Isolate', 'Machine.Scan', 'Machine.LiveResponse', 'Ti.ReadWrite.All'],
  userName: null,
};

/** What a call may bring along. */
export interface CallOptions {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly now?: Date;
  readonly principal?: Principal;
}

/** Runs one operation of a product, behind the checks that the HTTP core makes. */
export async function call(
  product: Product,
  tenant: TenantWorld,
  id: string,
  { params = {}, query = {}, headers = {}, body, now = start, principal = app }: CallOptions = {},
): Promise<SimResponse> {
  const route = product.routes.find((candidate) => candidate.id === id);
  if (route === undefined) throw new Error(`There is no operation ${id}`);
  const request: SimRequest = {
    method: route.method,
    path: route.path,
    params,
    query: new URLSearchParams(query),
    headers,
    body,
    origin: 'https://localhost:4443',
    tenant,
    principal,
    now,
    oddities: createOddities(profiles.mild).of(null),
  };
  return route.handle(request);
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A JSON object. @throws Error for anything else */
export function record(value: unknown): Readonly<Record<string, unknown>> {
  if (!isRecord(value)) throw new Error(`Not an object: ${JSON.stringify(value)}`);
  return value;
}

/** The objects under `value` of an answer. @throws Error when there is no such list */
export function rows(response: SimResponse): readonly Readonly<Record<string, unknown>>[] {
  const { value } = record(response.body);
  if (!Array.isArray(value)) throw new Error(`Not a list: ${JSON.stringify(response)}`);
  return value.map(record);
}

/** The error code of an answer, `undefined` when it is none. */
export function errorCode(response: SimResponse): unknown {
  const { error } = record(response.body);
  return error === undefined ? undefined : record(error).code;
}
