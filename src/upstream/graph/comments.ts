import { acknowledged } from '../answers.ts';
import { readPage } from '../http/shape.ts';
import type { GraphComment } from './wire.ts';
import { isGraphComment } from './wire.ts';

/** The body of a new comment on an incident or alert. security-alert-post-comments.md */
export const commentBody = (comment: string) => ({ '@odata.type': 'microsoft.graph.security.alertComment', comment });

const readCommentPage = acknowledged(readPage('comments', isGraphComment));

/** The whole list of comments, the new one among them; none when the answer is empty. */
export const readComments = (body: unknown): readonly GraphComment[] => readCommentPage(body)?.items ?? [];
