/** A remark of a person on an incident or alert. */
export interface Comment {
  readonly text: string;
  readonly author: string | null;
  readonly createdAt: string | null;
}
