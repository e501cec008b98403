import { acknowledged } from '../answers.ts';
import { readEntity } from '../http/shape.ts';
import { isMergeResponse } from './wire.ts';

const readMerge = acknowledged(readEntity('an incident that alerts went to', isMergeResponse));

/** The incident that alerts went to (resources/security-mergeresponse.md); `null` when the answer is empty. */
export const readTarget = (body: unknown): string | null => readMerge(body)?.targetIncidentId ?? null;
