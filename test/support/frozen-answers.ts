/**
 * Freezes to its depth what requests share of an answer: the JSON that came, and the rows that were made of it. Whoever changes it in place
 * throws a `TypeError`. For a file of tests: `freezeSharedAnswers()`; for all of them: `DEFENDER_FROZEN_ANSWERS=1 npx vitest run test/e2e`.
 */

const freeze = (value: unknown): void => {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value) || ArrayBuffer.isView(value)) return;
  Object.freeze(value);
  for (const inner of Object.values(value)) freeze(inner);
};

/** Whether the one who calls the patched function is a file of the gateway's. */
const isCalledIn = (file: string): boolean => new Error('where').stack?.includes(`/src/${file}`) === true;

/** Answers to hunting queries are one request's own. */
const isShared = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !('Schema' in value) && !('schema' in value);

let frozen = 0;
let isPatched = false;

/** How many answers and pages were frozen. */
export const frozenAnswers = (): number => frozen;

/** From now on, in this process. */
export const freezeSharedAnswers = (): void => {
  if (isPatched) return;
  isPatched = true;
  const parse = JSON.parse;
  JSON.parse = (text, reviver) => {
    const value = parse(text, reviver);
    if (isShared(value) && isCalledIn('upstream/exact-json.ts') && !isCalledIn('upstream/hunt-')) {
      freeze(value);
      frozen += 1;
    }
    return value;
  };
  const set = Map.prototype.set;
  Map.prototype.set = function (key, value) {
    // Of pages, and of rows by the rows that they were made of.
    const isOfRows = Array.isArray(value) || (typeof value === 'object' && value !== null && 'items' in value);
    if (isOfRows && (isCalledIn('routing/shared-rows.ts') || isCalledIn('made.ts'))) {
      freeze(value);
      frozen += 1;
    }
    return set.call(this, key, value);
  };
};

if (process.env.DEFENDER_FROZEN_ANSWERS === '1') freezeSharedAnswers();
