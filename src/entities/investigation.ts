import { checkedId } from '../domain/id-forms.ts';
import type { InvestigationFilter } from '../generated/inputs.ts';
import { mde } from '../microsoft/mde/index.ts';
import { amongIds, amongWords, type FilterRows, since, until } from '../routing/filters/rows.ts';
import { asId, asMachineId, asSent, asText, asTime, asWord, type EntityOf } from '../unification/fields.ts';
import { investigationStateWords, readInvestigationState } from '../unification/words/detection.ts';
import { one } from '../upstream/call.ts';
import { entity, fromMde, type OfTenant, ofItsMachine } from './entity.ts';
import { checkedBy, identified, mdeReads, namedBy } from './mde-entity.ts';

/** investigation.md */
export const investigationFields = {
  investigationId: asId('id'),
  state: asWord(readInvestigationState, 'state'),
  startTime: asTime('startTime'),
  endTime: asTime('endTime'),
  statusDetails: asText('statusDetails'),
  cancelledBy: asText('cancelledBy'),
  machineId: asMachineId('machineId'),
  computerDnsName: asText('computerDnsName'),
  triggeringAlertId: asText('triggeringAlertId'),
  raw: asSent(),
} as const;

/** An automated investigation of a machine, begun by an alert or by somebody who asked for it. */
export interface Investigation extends OfTenant, EntityOf<typeof investigationFields> {}

/** Reads one. */
export const investigationFromMde = fromMde(investigationFields);

const id = { field: 'investigationId', form: /^\d{1,18}$/, says: 'digits' } as const;
const idOf = ({ investigationId }: Investigation): string => investigationId;
const started = ({ startTime }: Investigation) => startTime;

/** get-investigation-collection.md */
const rows = {
  investigationId: namedBy(idOf, id),
  state: amongWords(({ state }: Investigation) => state, { mde: ['state', investigationStateWords] }),
  machineId: amongIds(
    ({ machineId }: Investigation) => machineId,
    { mde: 'machineId' },
    (id, field) => checkedId('machine', id, field),
  ),
  // Alert ids are not all in lower case, as a pushed id would be.
  triggeringAlertId: amongIds(
    ({ triggeringAlertId }: Investigation) => triggeringAlertId,
    {},
    (id, field) => checkedId('alert', id, field),
  ),
  startedAfter: since(started, { mde: 'startTime' }),
  startedBefore: until(started, { mde: 'startTime' }),
} satisfies FilterRows<InvestigationFilter, Investigation>;

/** The row of the table of entities. */
export const investigations = entity({
  type: 'Investigation',
  id,
  idOf,
  permission: 'action:read',
  visible: ofItsMachine,
  reads: mdeReads<InvestigationFilter, Investigation>({
    capability: 'investigations.read',
    kind: identified('an investigation', 'investigations'),
    list: mde.listInvestigations,
    one: (investigationId, kind) => one(mde.getInvestigation, { id: investigationId }, kind),
    read: investigationFromMde,
    rows,
    idOf,
    byIds: 'investigationId',
    many: 'filter',
    isListedWhole: true,
  }),
  timeOf: null,
  orders: {},
  check: checkedBy<InvestigationFilter, Investigation>(rows),
});
