/** An object of JSON. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** Whether a value is an object, and no list. */
export const isRecord = (value: unknown): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const nothing: ReadonlySet<string> = new Set();

/** Every object inside a value, at any depth, itself included; not what stands under the `skipped` names. */
export const recordsIn = (value: unknown, skipped = nothing): readonly JsonRecord[] => {
  const records: JsonRecord[] = [];
  const found: unknown[] = [value];
  // The list grows while it is gone through: no recursion, however deep Microsoft nests.
  for (const item of found) {
    if (Array.isArray(item)) for (const inner of item) found.push(inner);
    else if (isRecord(item)) {
      records.push(item);
      // Its entries would be a list for each of its properties: an alert has thousands.
      for (const name in item) {
        const inner = item[name];
        if (typeof inner === 'object' && inner !== null && !skipped.has(name)) found.push(inner);
      }
    }
  }
  return records;
};
