import { UpstreamError } from '../errors.ts';
import { ForeignAnswerError } from '../upstream/http/failure.ts';
import {
  type Condition,
  eqChain,
  guidChain,
  inGuidList,
  inList,
  inQuotedList,
  isGuid,
} from '../upstream/http/odata.ts';
import type { FactPlace, Learned } from './learned.ts';

/** `a eq 'x' or ...` has four nodes a value; ASP.NET's OData takes 100 nodes a filter unless it is told otherwise. */
export const chainIds = 20;

/** How many values a filter has room for beside other conditions on so many; half of it at least. */
export const roomBeside = (others: number): number => Math.max(chainIds - others, chainIds / 2);

/** IIS takes 2,048 bytes of query unless it is told otherwise. */
const maxUrlBytes = 2000;

/** A shorter URL is too long for no host or proxy: it is answered with 404 for something else. */
const longUrlBytes = 1000;

/** The items in groups of `size`, the last one smaller. */
export const chunked = <T>(items: readonly T[], size: number): T[][] => {
  const chunks: T[][] = [];
  for (let start = 0; start < items.length; start += size) chunks.push(items.slice(start, start + size));
  return chunks;
};

/** A form of `$filter` for many values of one property, and how many of them it takes. */
interface Form {
  readonly condition: (property: string, values: readonly string[]) => Condition;
  readonly maxValues: number;
}

/** What is read by many values of one property at once. */
export interface FormedRead {
  readonly property: string;
  /** The operation that takes the filter. */
  readonly at: Omit<FactPlace, 'fact' | 'of'>;
  /** The address that a filter makes, without its origin. */
  readonly urlOf: (filter: string, values: number) => string;
  /**
   * Asks for some values. How many of them the answer brought: a form is proven by that alone. Throws what may be of the form;
   * `null`: they failed for another reason, which is kept. `once`: what fails is not sent again as it is.
   */
  readonly ask: (filter: string, values: readonly string[], once: boolean) => Promise<number | null>;
  /** Reads one value in the way that needs no form. Whether it was answered: if so, what broke was the form. */
  readonly alone: (value: string) => Promise<boolean>;
  /** What is left when every form was `refused`, or answered with nothing (`empty`), or when only one value is left. */
  readonly lastly: (values: readonly string[], why: 'refused' | 'empty') => Promise<void>;
}

/** Asks for many values in the forms that a service takes. */
export interface FormedReader {
  /** Calls of values that nobody has: one a form until one is proven, then one a chunk. */
  ask(values: readonly string[]): Promise<void>;
  /** Whether every form was refused, or broke. */
  isExhausted(): boolean;
  /** Calls that some values take in the form that is believed to be taken; 0: in none. */
  callsFor(values: readonly string[]): number;
}

/** 501 is OData's word for an option that a service does not have (OData 4.01 Protocol, 9.3.1). */
const isRefusal = (status: number | undefined): boolean => status === 400 || status === 501;

/** A service may break on a form, or hang, instead of refusing it; that it is the form, only another answer proves. */
const isFault = (error: unknown): error is UpstreamError =>
  error instanceof UpstreamError &&
  (error.code === 'UPSTREAM_UNAVAILABLE' || error.code === 'UPSTREAM_TIMEOUT') &&
  !(error instanceof ForeignAnswerError);

const statusOf = (error: unknown): number | undefined =>
  error instanceof UpstreamError ? error.details.upstreamStatus : undefined;

/** What is known of the forms of one property. */
const formFacts = (learned: Pick<Learned, 'recall'>, { property, at }: Pick<FormedRead, 'property' | 'at'>) => {
  const idForm: FactPlace = { ...at, fact: 'idForm', of: property };
  const proof = (index: number): FactPlace => ({ ...at, fact: 'provenIdForm', of: `${property} ${index}` });
  return {
    idForm,
    proof,
    /** Those before it were refused. */
    firstForm: (): number => Number(learned.recall(idForm) ?? 0),
    isProven: (index: number): boolean => learned.recall(proof(index)) !== undefined,
  };
};

/** Whether a service was seen to answer to many values of a property at once. */
export const takesMany = (learned: Pick<Learned, 'recall'>, place: Pick<FormedRead, 'property' | 'at'>): boolean => {
  const { firstForm, isProven } = formFacts(learned, place);
  return isProven(firstForm());
};

/**
 * No page says whether `in` or long filters are taken; Microsoft's own triage client sends `id in ("a","b")`. So the forms are
 * tried in order: `in` with double quotes, with single quotes, a chain of `eq ... or`; and, where these are refused, with GUIDs
 * bare, as `Edm.Guid` has them. A form is left for the next when it is refused with 400 or 501, or when it answered with nothing and
 * has not yet brought a value that was asked for; a filter that is too long is halved. One that the service breaks on (5xx, no answer) is left when a value that is read alone is answered and the
 * form fails once more: two calls of it, and one alone. Where no form is answered nothing is learned, since it may be the list
 * that is down: its breaker keeps the next calls back. What works is remembered for each tenant, operation and property for
 * some minutes.
 */
export const createFormedReader = (
  { learned, idsPerCall }: { readonly learned: Learned; readonly idsPerCall: number },
  { property, at, urlOf, ask, alone, lastly }: FormedRead,
): FormedReader => {
  const asText: readonly Form[] = [
    { condition: inList, maxValues: idsPerCall },
    { condition: inQuotedList, maxValues: idsPerCall },
    { condition: eqChain, maxValues: Math.min(chainIds, idsPerCall) },
  ];
  const asGuids: readonly Form[] = [
    { condition: inGuidList, maxValues: idsPerCall },
    { condition: guidChain, maxValues: Math.min(chainIds, idsPerCall) },
  ];
  let forms = asText;
  const { idForm, proof, firstForm, isProven } = formFacts(learned, { property, at });

  const bytesOf = (chunk: readonly string[], { condition }: Form): number =>
    urlOf(condition(property, chunk).text, chunk.length).length;

  /** As many of the first values as a form takes at once and a URL holds; by their mean length first, as making a URL costs. */
  const sizeOf = (some: readonly string[], form: Form): number => {
    const most = Math.min(form.maxValues, some.length);
    const bytesOfFirst = (size: number): number => bytesOf(some.slice(0, size), form);
    const bytes = bytesOfFirst(most);
    if (bytes <= maxUrlBytes) return most;
    let size = Math.max(1, Math.floor((most * maxUrlBytes) / bytes));
    while (size > 1 && bytesOfFirst(size) > maxUrlBytes) size -= 1;
    while (size + 1 < most && bytesOfFirst(size + 1) <= maxUrlBytes) size += 1;
    return size;
  };

  const chunksOf = (some: readonly string[], form: Form): string[][] => {
    const size = sizeOf(some, form);
    // As equal as can be: a last chunk of one is no list.
    return chunked(some, Math.ceil(some.length / Math.ceil(some.length / size)));
  };

  /** Forms that the service broke on, in this read. */
  const broken = new Set<number>();

  /** `true`: it is the form, not the service. Once that is seen, the forms behind it are tried once each. */
  const isOfForm = async ([value]: readonly string[], again: () => Promise<number | null>) => {
    if (broken.size > 0) return { brought: undefined };
    if (value === undefined || !(await alone(value))) return null;
    try {
      return { brought: await again() };
    } catch (error) {
      return isFault(error) || isRefusal(statusOf(error)) ? { brought: undefined } : null;
    }
  };

  /** How many values a form brought; `undefined`: the service broke on it. */
  const askIn = async (chunk: readonly string[], index: number, form: Form): Promise<number | null | undefined> => {
    const send = () => ask(form.condition(property, chunk).text, chunk, !isProven(index));
    try {
      return await send();
    } catch (error) {
      if (isProven(index) || !isFault(error)) throw error;
      const found = await isOfForm(chunk, send);
      if (found === null) throw error;
      if (found.brought === undefined) broken.add(index);
      return found.brought;
    }
  };

  const leave = (index: number): void => void learned.note(idForm, String(Math.max(firstForm(), index + 1)));

  const askChunk = async (chunk: readonly string[], index: number, form: Form): Promise<void> => {
    let brought: number | null | undefined;
    try {
      brought = await askIn(chunk, index, form);
    } catch (error) {
      const status = statusOf(error);
      const isTooLong =
        status === 414 ||
        status === 431 ||
        (status === 404 && bytesOf(chunk, form) > longUrlBytes) ||
        (isRefusal(status) && isProven(index));
      if (isTooLong && chunk.length > 1) {
        const halves = chunked(chunk, Math.ceil(chunk.length / 2));
        await Promise.all(halves.map((half) => askChunk(half, index, form)));
        return;
      }
      if (!isRefusal(status) && !isTooLong) throw error;
      // One value that is refused alone says nothing about the form.
      if (chunk.length > 1) leave(index);
      await askBy(chunk, index + 1, 'refused');
      return;
    }
    if (brought === null) return;
    if (brought === undefined) {
      await askBy(chunk, index + 1, 'refused');
      return;
    }
    if (brought > 0) learned.note(proof(index), 'yes');
    else if (!isProven(index)) await askBy(chunk, index + 1, 'empty');
  };

  const askBy = async (some: readonly string[], from: number, why: 'refused' | 'empty'): Promise<void> => {
    let index = from;
    while (broken.has(index)) index += 1;
    // A service that answered to the values as text does not hold them as GUIDs.
    const form = why === 'empty' ? asText[index] : forms[index];
    if (form === undefined || some.length === 1) {
      await lastly(some, form === undefined ? why : 'refused');
      return;
    }
    const [first = [], ...rest] = chunksOf(some, form);
    if (isProven(index)) {
      await Promise.all([first, ...rest].map((chunk) => askChunk(chunk, index, form)));
      return;
    }
    // A form that may be refused is tried once, not once a chunk.
    await askChunk(first, index, form);
    // The form before this one answered with nothing, this one with what was asked for.
    if (index > firstForm() && isProven(index) && !isProven(index - 1)) learned.note(idForm, String(index));
    if (rest.length > 0) await askBy(rest.flat(), Math.max(index, firstForm()), why);
  };

  return {
    ask: (values) => {
      forms = values.every(isGuid) ? [...asText, ...asGuids] : asText;
      return askBy(values, firstForm(), 'refused');
    },
    callsFor: (values) => {
      const form = asText[firstForm()];
      return form === undefined || values.length === 0 ? 0 : chunksOf(values, form).length;
    },
    isExhausted: () => forms.every((_, index) => index < firstForm() || broken.has(index)),
  };
};
