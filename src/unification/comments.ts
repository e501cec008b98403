import type { Comment } from '../domain/comment.ts';
import { asId, asText, asTime, readFields } from './fields.ts';
import { objects } from './values.ts';

/**
 * A comment of any API. Graph's metadata names author and time otherwise than the other APIs and its own older samples do, and
 * MDE's and M365D's tables spell `createdTime` without its `d`. resources/security-alertcomment.md, alerts.md,
 * api-list-incidents.md
 */
const commentFields = {
  text: asId('comment'),
  author: asText('createdByDisplayName', 'createdBy'),
  createdAt: asTime('createdDateTime', 'createdTime', 'createTime'),
} as const;

const read = readFields(commentFields);

/** Comments in the order sent; a comment without text is none. */
export const commentsFrom = (list: unknown): readonly Comment[] =>
  objects(list)
    .map(read)
    .filter(({ text }) => text !== '');
