import { expect } from 'vitest';
import { type Attack, type Attacks, gql } from '../attack.ts';
import type { Target } from '../target.ts';

const hex = '0'.repeat(40);

/** A mutation whose input is made by hand. */
const mutation =
  (name: string, type: string) =>
  (input: Readonly<Record<string, unknown>>, says: RegExp, status: 200 | 400 = 200): Attack => ({
    send: () =>
      gql(`mutation ($input: ${type}!) { ${name}(input: $input) { results { error { code message } } } }`, {
        input: { tenant: 'contoso', ...input },
      }),
    status,
    code: 'BAD_USER_INPUT',
    says,
  });

const isolate = mutation('isolateMachines', 'IsolateMachinesInput');
const cancel = mutation('cancelMachineActions', 'CancelMachineActionsInput');
const session = mutation('runLiveResponse', 'RunLiveResponseInput');
const incidents = mutation('updateIncidents', 'UpdateIncidentsInput');
const alerts = mutation('updateAlerts', 'UpdateAlertsInput');

const machine = { machineIds: [hex], comment: 'x' };
const incident = { incidentIds: ['1'] };
const script = { type: 'RUN_SCRIPT', scriptName: 'a.ps1' };
const started = (commands: readonly object[]) => ({ ...machine, commands });

/** One machine that is named often is one target: a dry run says so without an action. */
const twice: Attack = {
  send: ({ world }: Target) =>
    gql(
      'mutation ($input: IsolateMachinesInput!) { isolateMachines(input: $input) { dryRun results { machineId error { code } } } }',
      {
        input: {
          tenant: 'contoso',
          machineIds: [world.machines[0]?.id, world.machines[0]?.id?.toUpperCase(), world.machines[0]?.id],
          comment: 'x',
          dryRun: true,
        },
      },
    ),
  status: 200,
  // The machine once, and its actions once: there are none, and no end to be proved.
  calls: 2,
  afterwards: ({ world }, { body }) => expect(body.split(`"machineId":"${world.machines[0]?.id}"`)).toHaveLength(4),
};

/** Every kind of input that cannot be meant, refused before anything is done. */
export const input: Attacks = {
  'a field that is missing': isolate({ machineIds: [hex] }, /comment/, 400),
  'a null': isolate({ ...machine, comment: null }, /comment/, 400),
  'a number for text': isolate({ ...machine, comment: 5 }, /String cannot represent/, 400),
  'an object for an id': isolate({ ...machine, machineIds: [{ id: hex }] }, /ID cannot represent/, 400),
  'text for a number': isolate({ ...machine, waitSeconds: '5' }, /Int cannot represent/, 400),
  'a fraction for a whole number': isolate({ ...machine, waitSeconds: 1.5 }, /Int cannot represent/, 400),
  'a number beyond 32 bits': isolate({ ...machine, waitSeconds: 4_294_967_296 }, /Int cannot represent/, 400),
  'text for a Boolean': isolate({ ...machine, dryRun: 'false' }, /Boolean cannot represent/, 400),
  'an enum value that is none': isolate({ ...machine, isolationType: 'HALF' }, /HALF/, 400),
  'an enum value in small letters': isolate({ ...machine, isolationType: 'full' }, /full/, 400),
  'a field that nobody knows': isolate({ ...machine, evenSo: true }, /evenSo/, 400),
  'no target': isolate({ ...machine, machineIds: [] }, /machineIds is empty/),
  'a blank target': isolate({ ...machine, machineIds: [hex, ' \t '] }, /machineIds\[1\] is blank/),
  'a null among targets': isolate({ ...machine, machineIds: [hex, null] }, /null/, 400),
  'more targets than may be': isolate(
    { ...machine, machineIds: Array.from({ length: 101 }, (_, index) => String(index).padStart(40, '0')) },
    /101 entries; 100 are allowed/,
  ),
  'the same target many times': twice,
  'a blank comment': isolate({ ...machine, comment: ' \u00a0\u2003 ' }, /comment is blank/),
  'a comment that is too long': isolate({ ...machine, comment: 'x'.repeat(4001) }, /longer than 4000/),
  'waiting less than not at all': isolate({ ...machine, waitSeconds: -1 }, /0 to 600/),
  'waiting for ever': isolate({ ...machine, waitSeconds: 2_147_483_647 }, /0 to 600/),
  'a blank idempotency key': isolate({ ...machine, idempotencyKey: '  ' }, /idempotencyKey is blank/),
  'an idempotency key that is too long': isolate({ ...machine, idempotencyKey: 'k'.repeat(257) }, /longer than 256/),
  'a live response of nothing': session({}, /Give actionId .* or machineIds, commands and comment/),
  'a live response without its commands': session(machine, /commands must be given/),
  'a live response without commands': session(started([]), /commands must be given/),
  'commands in the wrong order': session(
    started([{ type: 'GET_FILE', path: 'C:\\a' }, script]),
    /RUN_SCRIPT cannot come after GET_FILE/,
  ),
  'a command without what it needs': session(started([{ type: 'RUN_SCRIPT' }]), /needs scriptName/),
  'a command with what it does not take': session(started([{ ...script, path: 'C:\\a' }]), /takes no path/),
  'a command of a type that nobody can give': session(started([{ type: 'OTHER' }]), /OTHER is no command/),
  'a change of nothing': incidents(incident, /nothing to change/),
  'a status that nobody can set': incidents({ ...incident, status: 'REDIRECTED' }, /cannot be set to REDIRECTED/),
  'a determination without its classification': incidents(
    { ...incident, determination: 'MALWARE' },
    /needs classification/,
  ),
  'a determination against its classification': alerts(
    { alertIds: ['da1_1'], classification: 'FALSE_POSITIVE', determination: 'MALWARE' },
    /does not go with FALSE_POSITIVE/,
  ),
  'a blank owner': incidents({ ...incident, assignedTo: ' ' }, /assignedTo is blank/),
  'a blank tag': incidents({ ...incident, tags: ['a', ''] }, /tags has a blank one/),
  'no incident': incidents({ incidentIds: [], status: 'RESOLVED' }, /incidentIds is empty/),
  'no action to cancel': cancel({ actionIds: [], comment: 'x' }, /actionIds is empty/),
  'a time without a zone': {
    send: () =>
      gql('query ($at: DateTime) { incidents(filter: { createdAfter: $at }) { nodes { id } } }', {
        at: '2026-02-03T00:00:00',
      }),
    status: 400,
    code: 'BAD_USER_INPUT',
  },
  'a day that no calendar has': {
    send: () =>
      gql('query ($at: DateTime) { incidents(filter: { createdAfter: $at }) { nodes { id } } }', {
        at: '2026-02-30T00:00:00Z',
      }),
    status: 400,
    code: 'BAD_USER_INPUT',
  },
  'a tag that no tenant has': {
    send: () => gql('{ incidents(tenantTags: ["no-such-tag"]) { nodes { id } } }'),
    status: 200,
    code: 'NOT_FOUND',
  },
  'a tag that a hidden tenant has': {
    send: () => gql('{ incidents(tenantTags: ["another-customer"]) { nodes { id } } }'),
    status: 200,
    code: 'NOT_FOUND',
  },
  'a choice of no tenant': {
    send: () => gql('{ incidents(tenants: [], tenantTags: []) { nodes { id } } }'),
    status: 200,
    code: 'BAD_USER_INPUT',
    says: /empty choice/,
  },
  'one tenant of two that the caller may not see': {
    send: () => gql('{ incidents(tenants: ["contoso", "fabrikam"]) { nodes { id } } }'),
    status: 200,
    code: 'NOT_FOUND',
  },
  'hunting rows below none': {
    send: () => gql('{ hunt(input: { query: "DeviceInfo", tenants: ["contoso"], maxRows: -1 }) { rowCount } }'),
    status: 200,
    code: 'BAD_USER_INPUT',
  },
  'a hunt that is longer than any': {
    send: () =>
      gql('query ($q: String!) { hunt(input: { query: $q }) { rowCount } }', {
        q: `DeviceInfo ${'|take 1'.repeat(20_000)}`,
      }),
    status: 200,
    code: 'BAD_USER_INPUT',
    says: /longer than 100000/,
  },
  'a hunting parameter with two values': {
    send: () =>
      gql('{ hunt(input: { query: "DeviceInfo", parameters: [{ name: "a", string: "x", number: 1 }] }) { rowCount } }'),
    status: 200,
    code: 'BAD_USER_INPUT',
  },
};
