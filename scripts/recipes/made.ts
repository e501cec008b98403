import { abridged, shapeOf } from './answer.ts';
import type { RecipeRun } from './run.ts';

/** Characters of a line. */
const width = 130;

/** JSON that stands on one line where it fits. */
const compact = (value: unknown, indent = ''): string => {
  const line = oneLine(value);
  if (indent.length + line.length <= width || typeof value !== 'object' || value === null) return line;
  const deeper = `${indent}  `;
  const members = Array.isArray(value)
    ? value.map((each) => compact(each, deeper))
    : Object.entries(value).map(([key, each]) => `${JSON.stringify(key)}: ${compact(each, deeper)}`);
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  return `${open}\n${members.map((each) => deeper + each).join(',\n')}\n${indent}${close}`;
};

const oneLine = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(oneLine).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, each]) => `${JSON.stringify(key)}: ${oneLine(each)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
};

const callsLine = ({ calls, recipe }: RecipeRun): string => {
  const waits = recipe.note.waits ?? '';
  const total = Object.values(calls).reduce((sum, count) => sum + count, 0);
  const each = Object.entries(calls).map(
    ([name, count]) => `\`${name}\` ${name === waits ? 'one or more, while it waits' : count}`,
  );
  if (total === 0) return 'Calls to Microsoft: none.';
  return `Calls to Microsoft: ${total}${waits in calls ? ' or more' : ''} (${each.join(', ')}).`;
};

const variablesLine = ({ variables }: RecipeRun): string =>
  Object.keys(variables).length === 0 ? '' : `\nWith the variables \`${JSON.stringify(variables)}\`.\n`;

/** What stands behind the query of a recipe: its variables, its calls, and its abridged answer. */
export const madeOf = (run: RecipeRun): string =>
  `${variablesLine(run)}\n${callsLine(run)}\n\n\`\`\`json\n${compact(abridged(run.answer.errors === undefined ? run.answer.data : run.answer))}\n\`\`\`\n`;

/** Calls and shape of what a page has behind a query; null where there is nothing yet. */
export const readMade = (made: string): { readonly calls: string; readonly shape: unknown } | null => {
  const answer = /^```json\n([\s\S]*?)^```$/m.exec(made)?.[1];
  const calls = /^Calls .+$/m.exec(made)?.[0];
  return answer === undefined || calls === undefined ? null : { calls, shape: shapeOf(JSON.parse(answer)) };
};
