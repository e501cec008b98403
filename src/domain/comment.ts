/** Characters that a comment may have, and what guardrails read as one. */
export const longestComment = 4000;

/** A remark of a person on an incident or alert. */
export interface Comment {
  readonly text: string;
  readonly author: string | null;
  readonly createdAt: string | null;
}

/** Characters of a comment that was cut, from which on it is told from others. */
const tellingCharacters = 40;

const entities = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" } as const;

const isEntity = (name: string): name is keyof typeof entities => Object.hasOwn(entities, name);

/** A comment's words, however a service keeps them: line ends, blanks and HTML entities are its own. */
const wordsOf = (text: string): string =>
  text
    .normalize('NFC')
    .replace(/&(amp|lt|gt|quot|#39);/g, (whole, name: string) => (isEntity(name) ? entities[name] : whole))
    .replace(/\s+/g, ' ')
    .trim();

/** Whether a comment that is shown is this one, whole or cut. */
const says = (shown: string, text: string): boolean => {
  const [there, asked] = [wordsOf(shown), wordsOf(text)];
  if (there === asked) return true;
  const beginning = there.replace(/(…|\.{3})$/, '').trimEnd();
  return beginning.length >= tellingCharacters && asked.startsWith(beginning);
};

/** Whether somebody wrote this then or later. Who wrote it does not matter: it is there. */
export const hasComment = (comments: readonly Comment[], text: string, fromMs: number): boolean =>
  comments.some(
    (comment) => says(comment.text, text) && (comment.createdAt === null || Date.parse(comment.createdAt) >= fromMs),
  );
