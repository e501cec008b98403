import { type Body, objectBody, oneOf, optionalText, requiredText } from '../defender/body.ts';
import { DefenderFault } from '../defender/fault.ts';
import type { Route, SimRequest } from '../http/types.ts';
import { type ActionType, actionKinds, platformOf, selectiveIsolationPlatforms } from './action-kinds.ts';
import type { ActionTimes } from './action-progress.ts';
import { actionShape } from './action-shape.ts';
import { type ActionOrder, submitAction } from './action-submit.ts';
import { machineNamed } from './machine-shape.ts';
import { entity, param, route } from './route.ts';

/** What an action takes besides the comment. */
type Particulars = Pick<ActionOrder, 'scope' | 'relatedFile'>;

interface OrderSeed {
  /** Operation id of the reference. */
  readonly id: string;
  readonly path: string;
  readonly type: ActionType;
  /** 201 on all pages but that of offboarding. */
  readonly status?: 200;
  readonly read?: (body: Body, machine: ActionOrder['machine'], request: SimRequest) => Particulars;
}

const isolationTypes = ['Full', 'Selective', 'UnManagedDevice'] as const;

const orders: readonly OrderSeed[] = [
  {
    id: 'isolateMachine',
    path: 'isolate',
    type: 'Isolate',
    read: (body, machine) => {
      const scope = oneOf(optionalText(body, 'IsolationType') ?? 'Full', 'IsolationType', isolationTypes);
      const platform = platformOf(machine);
      if (scope === 'Selective' && (platform === null || !selectiveIsolationPlatforms.includes(platform))) {
        throw new DefenderFault(
          'OsPlatformNotSupported',
          `Selective isolation is not supported on ${machine.osPlatform}.`,
        );
      }
      return { scope };
    },
  },
  { id: 'unisolateMachine', path: 'unisolate', type: 'Unisolate' },
  { id: 'restrictCodeExecution', path: 'restrictCodeExecution', type: 'RestrictCodeExecution' },
  { id: 'unrestrictCodeExecution', path: 'unrestrictCodeExecution', type: 'UnrestrictCodeExecution' },
  {
    id: 'runAntivirusScan',
    path: 'runAntiVirusScan',
    type: 'RunAntiVirusScan',
    read: (body) => ({ scope: oneOf(requiredText(body, 'ScanType'), 'ScanType', ['Quick', 'Full']) }),
  },
  { id: 'offboardMachine', path: 'offboard', type: 'Offboard', status: 200 },
  { id: 'collectInvestigationPackage', path: 'collectInvestigationPackage', type: 'CollectInvestigationPackage' },
  {
    id: 'stopAndQuarantineFile',
    path: 'StopAndQuarantineFile',
    type: 'StopAndQuarantineFile',
    read: (body, _machine, request) => {
      const identifier = requiredText(body, 'Sha1').toLowerCase();
      if (!/^[0-9a-f]{40}$/.test(identifier)) throw new DefenderFault('InvalidHashValue', 'Sha1 is not a SHA-1 hash.');
      if (isTrusted(request, identifier)) {
        throw new DefenderFault(
          'DisallowedOperation',
          'Files of Microsoft or of trusted publishers are not quarantined.',
        );
      }
      return { relatedFile: { identifier, type: 'Sha1' } };
    },
  },
];

/** stop-and-quarantine-file.md: not for files signed by Microsoft. */
function isTrusted({ tenant }: SimRequest, sha1: string): boolean {
  return tenant.alerts.some((alert) =>
    alert.evidence.some((evidence) => {
      const file =
        evidence.type === 'file' ? evidence.file : evidence.type === 'process' ? evidence.process.image : null;
      return file?.sha1 === sha1 && file.publisher === 'Microsoft Corporation';
    }),
  );
}

/** The calls that start an action on one machine; `Comment`, with a capital, is required by all. */
export function actionOrderRoutes({ times }: { readonly times: ActionTimes }): readonly Route[] {
  return orders.map((seed) =>
    route({
      id: seed.id,
      method: 'POST',
      path: `/api/machines/{id}/${seed.path}`,
      anyOf: [actionKinds[seed.type].permission],
      handle: (request) => {
        const body = objectBody(request.body);
        const comment = requiredText(body, 'Comment');
        const machine = machineNamed(request, param(request, 'id'));
        const particulars = seed.read?.(body, machine, request) ?? {};
        const externalId = optionalText(body, 'ExternalId');
        const order = { type: seed.type, machine, comment, ...particulars, ...(externalId && { externalId }) };
        const action = submitAction(request, order, times);
        return entity(request, 'MachineActions', actionShape(action), seed.status ?? 201);
      },
    }),
  );
}
