import type { ApiName } from '../../clouds/endpoints.ts';
import { InputError } from '../../errors.ts';
import type { Made } from '../../made.ts';
import type { Quota } from '../../microsoft/operation.ts';
import type { CallScope } from '../../scope.ts';
import type { BodyReader } from './body-reader.ts';
import type { Form } from './form.ts';

/** How something that is read by its id is read with others like it, by an operation that takes many and has a quota of its own. */
export interface Together {
  /** What many are read by: those may be read in one call for which it is the same. */
  readonly many: Operation<unknown>;
  readonly id: string;
  /** Whether the service takes it: it did a moment ago; nobody has tried; or it did not. */
  known(): 'TAKEN' | 'UNTRIED' | 'NOT_TAKEN';
  /**
   * Tells what there is of these as it comes, in the form of one read alone: those that are absent may be there. Rejects when a part of
   * it failed. What is not taken is read by nobody.
   */
  read(ids: readonly string[], scope: CallScope, bring: (id: string, json: unknown) => void): Promise<void>;
  /** It did not end well: for some minutes it is not taken. */
  avoid(): void;
}

/**
 * One call of one of Microsoft's APIs, as data. What it costs, whether it may be repeated and how its answer is read stand
 * together; `send` runs it.
 */
export interface Operation<T> {
  /** API and documented operation, e.g. `mde.listMachines`: for metrics, logs and the explain extension. */
  readonly id: string;
  readonly api: ApiName;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** From the API's origin on, every segment encoded, e.g. `/api/machines/1e5b/isolate`. */
  readonly path: string;
  /** Query parameters in clear; absent and `undefined` ones are left out. */
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent instead of a body. */
  readonly form?: Form;
  /** Whether a second sending does no harm: true for every read, hunting among them; false for every action. */
  readonly repeatable: boolean;
  /** A read that is not sent again as it is: who asks has another way. */
  readonly once?: boolean;
  /** Absent: it is read alone, however many are read at once. */
  readonly together?: Together;
  /** Application permissions of which one is needed; named to the caller when Microsoft answers 403. */
  readonly permissions: readonly string[];
  /** Their names in a delegated token, for those who sign in as users. */
  readonly delegated?: readonly string[];
  /** What its page says of calls a minute and an hour. */
  readonly quota?: Quota;
  /** What its calls are counted by, together with others of this name. Absent: by themselves. */
  readonly quotaClass?: string;
  /** Which deadline of the settings holds. */
  readonly pace?: 'normal' | 'hunting';
  /** A 400 is the caller's own fault and Microsoft's message is for them (KQL). */
  readonly rejectsInput?: boolean;
  /** Whether `parse` takes the bytes of the answer, in UTF-8, and reads the JSON in them itself: a part at a time. They are nobody else's. */
  readonly readsBytes?: boolean;
  /** Makes what reads the answer while it comes; `parse` takes what it comes to. For what is asked with POST: nobody shares it. */
  readonly reader?: () => BodyReader;
  /** Whether a part of an answer was given on already: then it is not asked for again, as its rows would come twice. */
  readonly isBegun?: () => boolean;
  /** The answer when Microsoft itself says 404; without it that is a `NotFoundError`. A 404 of somebody else is an error. */
  readonly whenNotFound?: () => T;
  /**
   * Reads the parsed JSON body (`undefined` when it is empty), which it does not change: others may share it. Throws when the
   * body has not the documented shape. `permissions`: what the token of the call carries; `null`: it does not say. `made`: what
   * others who share the body have made of it; absent: nobody shares it.
   */
  readonly parse: (body: unknown, permissions?: readonly string[] | null, made?: Made) => T;
}

/** The same call, whose answer is read to something else. `made`: as of `parse`. */
export const answeredAs = <T, R>(
  { parse, whenNotFound, ...asked }: Operation<T>,
  map: (value: T, made?: Made) => R,
): Operation<R> => ({
  ...asked,
  ...(whenNotFound === undefined ? {} : { whenNotFound: () => map(whenNotFound()) }),
  parse: (body, permissions, made) => map(parse(body, permissions, made), made),
});

/** One page of a collection. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Absolute, opaque, and only ever followed to the API's own origin; `null` at the end or where the API gives none. */
  readonly nextLink: string | null;
  /** Rows of the page that are not among `items`, since nothing identifies them; absent: none. */
  readonly unread?: number;
  /** What was made of its rows for others; absent: nobody shares it. */
  readonly made?: Made;
}

/**
 * One segment of a path, encoded so that no value can leave its place. `.` and `..` are resolved by URL parsers however they
 * are encoded, and half a surrogate pair has no encoding: no id of Microsoft's is either, so both are the caller's fault.
 */
export const segment = (value: string): string => {
  if (/^\.{0,2}$/.test(value) || !value.isWellFormed())
    throw new InputError('An id may not be empty, "." or "..", nor broken text');
  return encodeURIComponent(value).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
};
