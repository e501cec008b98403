/** Characters that a comment may have, and what guardrails read as one. */
export const longestComment = 4000;

/** A remark of a person on an incident or alert. */
export interface Comment {
  readonly text: string;
  readonly author: string | null;
  readonly createdAt: string | null;
}
