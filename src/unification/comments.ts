import type { Comment } from '../domain/comment.ts';
import type { GraphComment } from '../upstream/graph/wire.ts';
import type { M365dComment } from '../upstream/m365d/wire.ts';
import type { MdeAlertComment } from '../upstream/mde/wire.ts';
import { objects, text, time } from './values.ts';

/** Graph's metadata names author and time otherwise than the other APIs and its own older samples do. */
type WireComment = GraphComment & M365dComment & MdeAlertComment;

/** Comments of any API, in the order sent; a comment without text is none. */
export const commentsFrom = (list: readonly WireComment[] | null | undefined): readonly Comment[] => {
  const comments: Comment[] = [];
  for (const wire of objects(list)) {
    const remark = text(wire.comment);
    if (remark === null) continue;
    comments.push({
      text: remark,
      author: text(wire.createdByDisplayName) ?? text(wire.createdBy),
      createdAt: time(wire.createdDateTime) ?? time(wire.createdTime) ?? time(wire.createTime),
    });
  }
  return comments;
};
