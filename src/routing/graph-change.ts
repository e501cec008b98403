import { asGatewayError, type GatewayError, isSurelyNotSent, retold } from '../errors.ts';
import type { GraphComment } from '../upstream/graph/wire.ts';
import type { Operation } from '../upstream/http/operation.ts';
import type { Done } from './perform-on-each.ts';

/** Graph takes a comment apart from the change: security-incident-post-comments.md, security-alert-post-comments.md */
export interface GraphChange<Wire, Entity> {
  /** Null: nothing but the comment. */
  readonly update: Operation<Wire | null> | null;
  readonly comment: Operation<readonly GraphComment[]> | null;
  readonly toDomain: (wire: Wire) => Entity;
}

type SendOnce = <T>(operation: Operation<T>) => Promise<T>;

/** The change first: a comment that explains what was not done would mislead. */
export const changeInGraph = async <Wire extends { readonly comments?: readonly GraphComment[] | null }, Entity>(
  { update, comment, toDomain }: GraphChange<Wire, Entity>,
  sendOnce: SendOnce,
): Promise<Done<Entity>> => {
  let changed: Wire | null = null;
  try {
    if (update !== null) changed = await sendOnce(update);
  } catch (thrown) {
    return { entity: null, error: asGatewayError(thrown) };
  }
  const entityOf = (wire: Wire | null): Entity | null => (wire === null ? null : toDomain(wire));
  if (comment === null) return { entity: entityOf(changed), error: null };
  try {
    const comments = await sendOnce(comment);
    // An empty answer says nothing of the comments; the entity is then read again.
    const whole = changed === null || comments.length === 0 ? null : { ...changed, comments };
    return { entity: entityOf(whole), error: null };
  } catch (thrown) {
    const error = asGatewayError(thrown);
    if (update === null) return { entity: null, error };
    return { entity: entityOf(changed), error: commentFailure(error), partly: true };
  }
};

const commentFailure = (error: GatewayError): GatewayError => {
  const state = isSurelyNotSent(error) ? 'was not added' : 'may not have been added';
  // That the comments are not found does not say that there is no entity: it was changed.
  const code = error.code === 'NOT_FOUND' ? 'UPSTREAM_REJECTED' : error.code;
  return retold(error, `The change was made, but the comment ${state}: ${error.message}`, code);
};
