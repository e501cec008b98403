/** A name of a setting at the start of a line, as it may be shown: what is unknown is told by its name too. */
const nameForm = /^[\w.-]{1,60}(?=\s*:(\s|$))/;

/** Characters of a line that are shown, of a whole that has no end. */
const mostShown = 80;

/**
 * A line of a YAML file as a fault may repeat it: its indentation, the dashes of its lists and the name it begins with. All
 * else is `…`, for it may be a secret.
 */
export const shownLine = (line: string): string => {
  const [start = ''] = /^\s*(?:-\s+|-$)*/.exec(line) ?? [];
  const rest = line.slice(start.length).trimEnd();
  const [name] = nameForm.exec(rest) ?? [];
  const colon = name === undefined ? 0 : rest.indexOf(':', name.length) + 1;
  const shown = `${start}${name === undefined ? '' : `${name}:`}`;
  const hidden = rest.slice(colon).trim() === '' ? '' : '…';
  return `${shown}${name !== undefined && hidden !== '' ? ' ' : ''}${hidden}`
    .replaceAll('\t', '\\t')
    .slice(0, mostShown);
};
