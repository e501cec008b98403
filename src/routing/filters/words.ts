import { anyOf, type Condition, compareText } from '../../upstream/http/odata.ts';

/**
 * `property` is one of the values, each in the API's own word. `null` when the API has no word for one of them: the
 * condition is then the gateway's to check.
 */
export const oneOf =
  <V>(property: string, wordOf: (value: V) => string | null) =>
  (values: readonly V[]): Condition | null => {
    if (values.length === 0) return null;
    const conditions: Condition[] = [];
    for (const value of values) {
      const word = wordOf(value);
      if (word === null) return null;
      conditions.push(compareText(property, 'eq', word));
    }
    return anyOf(conditions);
  };

/** The value is the API's word. */
export const asIs = (value: string): string => value;
