import { parseDocument } from 'yaml';

/** A change of a settings file: where, e.g. `['tenants', 0, 'tags']`, and what to put there. */
export type SettingsChange = readonly [path: readonly (string | number)[], value: unknown];

/** The settings with these changes. */
export const changedSettings = (yaml: string, changes: readonly SettingsChange[]): string => {
  const document = parseDocument(yaml);
  for (const [path, value] of changes) document.setIn([...path], document.createNode(value));
  return document.toString();
};
