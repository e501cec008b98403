import type { Route, SimResponse } from '../http/types.ts';
import type { TenantOddities } from './state.ts';

const zonedTime = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?)Z$/;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value);

/** Every scalar of a JSON value put through `change`. */
const mapped = (value: unknown, change: (scalar: unknown) => unknown): unknown => {
  if (Array.isArray(value)) return value.map((item: unknown) => mapped(item, change));
  if (!isRecord(value)) return change(value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapped(item, change)]));
};

const withoutZone = (scalar: unknown): unknown =>
  typeof scalar === 'string' ? scalar.replace(zonedTime, '$1') : scalar;

/** Above 2^53, where a double keeps even numbers only up to the next four or more. */
const base = 72_057_594_038_059_781n;

/** The number that was widened, as it stands in the estate. */
export const narrowed = (wide: bigint): bigint => (wide - base) / 2n;

const widened = (value: unknown): unknown =>
  typeof value === 'number' && Number.isInteger(value) ? base + 2n * BigInt(value) : value;

/** A row of hunting with numbers that a double cannot hold: its `ReportId`, and whole numbers inside bags. */
const widenedRow = (row: unknown): unknown => {
  if (!isRecord(row)) return row;
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      if (name === 'ReportId') return [name, widened(value)];
      return [name, isRecord(value) ? mapped(value, widened) : value];
    }),
  );
};

/** A row of hunting with its lists and bags as text. */
const withTexts = (row: unknown): unknown => {
  if (!isRecord(row)) return row;
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === 'object' && value !== null ? JSON.stringify(value) : value,
    ]),
  );
};

/** The rows of hunting under one of these names put through `change`. */
const changedRows = (body: unknown, names: readonly string[], change: (row: unknown) => unknown): unknown => {
  if (!isRecord(body)) return body;
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [
      name,
      names.includes(name) && Array.isArray(value) ? value.map((row: unknown) => change(row)) : value,
    ]),
  );
};

/** What the answer of an operation looks like where times or numbers are written oddly. */
export const writeOddly = (response: SimResponse, { values }: TenantOddities): SimResponse => {
  const { body } = response;
  if (!isRecord(body) || response.status >= 400) return response;
  const spelled = values.dynamicText ? changedRows(body, ['Results'], withTexts) : body;
  const wide = values.bigInts ? changedRows(spelled, ['results', 'Results'], widenedRow) : spelled;
  return { ...response, body: values.zonelessTimes ? mapped(wide, withoutZone) : wide };
};

/** Whether this answer is the one that is cut: the first list of the tenant. */
export const isCut = (route: Route, { status, body }: SimResponse, { values, turn }: TenantOddities): boolean =>
  values.truncatedJson &&
  route.method === 'GET' &&
  status === 200 &&
  isRecord(body) &&
  Array.isArray(body.value) &&
  turn('truncatedJson') === 1;
