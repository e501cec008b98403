import { mde } from '../../microsoft/mde/index.ts';
import type { Fact } from '../../microsoft/operation.ts';
import { type Body, objectBody, oneOf, optionalText, requiredText } from '../defender/body.ts';
import { DefenderFault, refusals } from '../defender/fault.ts';
import { serve } from '../http/serve.ts';
import type { Route, SimRequest } from '../http/types.ts';
import { type ActionType, platformOf, selectiveIsolationPlatforms } from './action-kinds.ts';
import type { ActionTimes } from './action-progress.ts';
import { actionShape } from './action-shape.ts';
import { type ActionOrder, submitAction } from './action-submit.ts';
import { machineNamed } from './machine-shape.ts';
import { entity, param } from './route.ts';

/** What an action takes besides the comment. */
type Particulars = Pick<ActionOrder, 'scope' | 'relatedFile'>;

interface OrderSeed {
  readonly fact: Fact;
  readonly type: ActionType;
  /** 201 on all pages but that of offboarding. */
  readonly status?: 200;
  readonly read?: (body: Body, machine: ActionOrder['machine'], request: SimRequest) => Particulars;
}

const isolationTypes = ['Full', 'Selective', 'UnManagedDevice'] as const;

const orders: readonly OrderSeed[] = [
  {
    fact: mde.isolateMachine,
    type: 'Isolate',
    read: (body, machine) => {
      const scope = oneOf(optionalText(body, 'IsolationType') ?? 'Full', 'IsolationType', isolationTypes);
      const platform = platformOf(machine);
      if (scope === 'Selective' && (platform === null || !selectiveIsolationPlatforms.includes(platform))) {
        throw refusals.platform(machine.osPlatform);
      }
      return { scope };
    },
  },
  { fact: mde.unisolateMachine, type: 'Unisolate' },
  { fact: mde.restrictCodeExecution, type: 'RestrictCodeExecution' },
  { fact: mde.unrestrictCodeExecution, type: 'UnrestrictCodeExecution' },
  {
    fact: mde.runAntivirusScan,
    type: 'RunAntiVirusScan',
    read: (body) => ({ scope: oneOf(requiredText(body, 'ScanType'), 'ScanType', ['Quick', 'Full']) }),
  },
  { fact: mde.offboardMachine, type: 'Offboard', status: 200 },
  { fact: mde.collectInvestigationPackage, type: 'CollectInvestigationPackage' },
  {
    fact: mde.stopAndQuarantineFile,
    type: 'StopAndQuarantineFile',
    read: (body, _machine, request) => {
      const identifier = requiredText(body, 'Sha1').toLowerCase();
      if (!/^[0-9a-f]{40}$/.test(identifier)) throw refusals.hash(identifier);
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
    serve(seed.fact, (request) => {
      const body = objectBody(request.body);
      const comment = requiredText(body, 'Comment');
      const machine = machineNamed(request, param(request, 'id'));
      const particulars = seed.read?.(body, machine, request) ?? {};
      const externalId = optionalText(body, 'ExternalId');
      const order = { type: seed.type, machine, comment, ...particulars, ...(externalId && { externalId }) };
      const action = submitAction(request, order, times);
      return entity(request, 'MachineActions', actionShape(action), seed.status ?? 201);
    }),
  );
}
