import { directoryKey } from '../../config/tenant-keys.ts';
import type { Freshness } from '../../scope/freshness.ts';
import type { Generations } from '../../store/generations.ts';
import type { Answer, Call, Policy } from './call.ts';
import type { KeptAnswers, KeptAnswersOptions } from './kept-answers.ts';

/** What the short cache is made of. */
export interface ReadCacheParts extends KeptAnswersOptions {
  readonly generations: Generations;
  /** Seconds that an answer may be old for who does not say, by operation; 0 for all others. */
  readonly usualSeconds: Readonly<Record<string, number>>;
}

/** What was read, and the answer that it is of. */
export interface Read<T> {
  readonly answer: Answer;
  readonly value: T;
}

/** Answers of reads, given again for a short time to who accepts them. */
export interface ReadCache {
  /** The value of a kept answer, if the request accepts its age; else of a new one, which is kept for others. */
  read<T>(call: Call, valueIn: (answer: Answer) => T, fresh: () => Promise<Read<T>>): Promise<T>;
}

const secondMs = 1000;

/** The cache of what is kept. `given`: a read was answered from it. */
export const createReadCache = (
  { generations, usualSeconds, now, maxMs }: ReadCacheParts,
  answers: KeptAnswers,
  given: (operation: string) => void,
): ReadCache => {
  /** As all replicas have it: asked once for each request and tenant. */
  const generationOf = (directory: string, { generations: known }: Freshness): Promise<string | undefined> => {
    const asked = known.get(directory) ?? generations.current(directory);
    known.set(directory, asked);
    return asked;
  };

  const find = async (call: Call, key: string, freshness: Freshness): Promise<Answer | undefined> => {
    const usualMs = (usualSeconds[call.operation.id] ?? 0) * secondMs;
    const acceptedMs = Math.min(freshness.acceptedMs(usualMs), maxMs);
    if (acceptedMs <= 0) return undefined;
    const answer = answers.get(key, call.tenant);
    if (answer?.read === undefined || now() - answer.read.begunMs > acceptedMs) return undefined;
    return (await generationOf(directoryKey(call.tenant), freshness)) === answer.read.generation ? answer : undefined;
  };

  return {
    read: async (call, valueIn, fresh) => {
      const { operation, scope, tenant, readKey: key } = call;
      const { freshness } = scope;
      if (freshness === undefined || key === undefined) return (await fresh()).value;
      const kept = await find(call, key, freshness);
      if (kept?.read !== undefined) {
        scope.signal.throwIfAborted();
        scope.bytes?.take(kept.read.bytes);
        const ageSeconds = Math.floor((now() - kept.read.begunMs) / secondMs);
        freshness.used(ageSeconds);
        given(operation.id);
        scope.record({
          ...{ tenant: tenant.name, api: operation.api, operation: operation.id, outcome: 'OK' },
          ...{ elapsedMs: 0, waitedMs: 0, coalesced: false, ageSeconds },
        });
        return valueIn(kept);
      }
      const { answer, value } = await fresh();
      const isCurrent = answer.read !== undefined && answer.read.generation === generations.known(directoryKey(tenant));
      // What is not there now may be there in a moment.
      if (freshness.keeps && isCurrent && !answer.none) answers.set(key, tenant, answer);
      return value;
    },
  };
};

/** What is kept of a tenant is not given any more from the moment at which an action is sent there, and again when it has ended. */
export const invalidating =
  ({ change }: Pick<Generations, 'change'>): Policy =>
  async (call, next) => {
    if (call.operation.repeatable) return next(call);
    await change(directoryKey(call.tenant));
    try {
      return await next(call);
    } finally {
      await change(directoryKey(call.tenant));
    }
  };
