import type { SimRequest, SimResponse } from '../http/types.ts';
import { isoTime } from '../world/times.ts';
import type { Comment } from '../world/types.ts';
import { GraphFault } from './fault.ts';
import { commentShape } from './parts.ts';
import { callerName, contextOf } from './route.ts';
import { objectBody } from './update.ts';

const commentType = /^#?microsoft\.graph\.security\.alertComment$/;

/** What can be commented on. */
interface Commented {
  comments: Comment[];
  updatedAt: string;
}

/**
 * Appends a comment and answers the whole list with 200.
 * https://learn.microsoft.com/graph/api/security-alert-post-comments
 */
export function addComment(request: SimRequest, target: Commented, owner: string): SimResponse {
  if (request.oddities.values.commentsNotFound) throw new GraphFault('itemNotFound', 'Resource not found.');
  const body = objectBody(request.body);
  const { comment } = body;
  const type = body['@odata.type'];
  if (typeof type !== 'string' || !commentType.test(type)) {
    throw new GraphFault('BadRequest', "The property '@odata.type' has to name microsoft.graph.security.alertComment.");
  }
  if (typeof comment !== 'string' || comment.trim() === '') {
    throw new GraphFault('BadRequest', "The property 'comment' is required.");
  }
  const at = isoTime(request.now.getTime());
  target.comments.push({ text: comment, author: callerName(request), at });
  target.updatedAt = at;
  return {
    status: 200,
    body: {
      '@odata.context': contextOf(request, `${owner}/comments`),
      value: target.comments.map(commentShape),
    },
  };
}
