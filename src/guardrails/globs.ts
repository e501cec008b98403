/**
 * Whether a text fits a pattern: `*` stands for any characters of one folder or name, `**` for any at all, everything else for
 * itself, without regard to case; `/` and `\` are the same. Takes no longer than pattern times text, whatever stands in them.
 */
export const fitsGlob = (pattern: string, text: string): boolean => {
  const steps = pattern.match(/\*\*|[\s\S]/g) ?? [];
  const characters = [...plain(text)];
  /** Which places of the pattern can be reached with what was read of the text. */
  let reached = past(steps, [0]);
  for (const character of characters) {
    const next: number[] = [];
    for (const place of reached) {
      const step = steps[place];
      if (step === '**' || (step === '*' && character !== '\\')) next.push(place);
      else if (step !== undefined && step !== '*' && plain(step) === character) next.push(place + 1);
    }
    reached = past(steps, next);
    if (reached.size === 0) return false;
  }
  return reached.has(steps.length);
};

/** The places with those behind stars, which may stand for nothing. */
const past = (steps: readonly string[], places: readonly number[]): ReadonlySet<number> => {
  const all = new Set(places);
  for (const place of all) if (steps[place]?.startsWith('*') === true) all.add(place + 1);
  return all;
};

const plain = (text: string): string => text.toLowerCase().replaceAll('/', '\\');

/** Longer than people write, and looked at for each target. */
const maxCharacters = 1024;

/**
 * Whether a path is not to be judged by what it reads: for steps up, which Windows also takes with blanks behind them, for what
 * is not shown, or for its length.
 */
export const isDevious = (path: string): boolean =>
  path.length > maxCharacters || /\p{Cc}/u.test(path) || path.split(/[\\/]/).some((part) => /^[.\s]+$/.test(part));
