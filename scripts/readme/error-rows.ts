import type { DocumentCode, ErrorCode } from '../../src/errors.ts';

/** What docs/errors.md says of a code beyond its description in the SDL. */
export interface ErrorRow {
  /** When it happens. */
  readonly when: string;
  /**
   * Whether the same request can succeed later without a change: `no`, `wait` (after `retryAfterSeconds`), or `look` (first see
   * what became of an action).
   */
  readonly again: 'no' | 'wait' | 'look';
  readonly caller: string;
  /** What the operator does; empty where there is nothing to do. */
  readonly operator: string;
}

/** A row for each stable code. */
export const errorRows = {
  UNAUTHENTICATED: {
    when: 'Also, in a tenant that is used on behalf of its callers: Entra does not exchange the token (it has expired, or is not for this app).',
    again: 'no',
    caller: 'Send `x-api-key` or a bearer token; renew an expired one.',
    operator: 'Check `access` in the [settings](settings.md#access).',
  },
  FORBIDDEN: {
    when: 'The message names the permission and the tenant, and says when a role that is limited to machines cannot give it.',
    again: 'no',
    caller: 'Ask the operator for a role that has the permission.',
    operator: 'Give the caller a [role](permissions.md#what-a-role-gives-to-a-caller) that has it.',
  },
  BAD_USER_INPUT: {
    when: 'Others are a cursor of another query or of another tenant that had the name then, or KQL that does not parse. `field` says which input is wrong.',
    again: 'no',
    caller: 'Change the request.',
    operator: '',
  },
  NOT_FOUND: {
    when: 'That is a tenant that none of the roles covers, a machine that the roles leave out, or a thing that does not exist.',
    again: 'no',
    caller: 'Check the id and the tenant.',
    operator: '',
  },
  CONFLICT: {
    when: 'An `idempotencyKey` was used with other input, or its first request has not ended. A machine is busy with another action of its kind. An action has ended. An incident was merged into another, which the message names. A file is not there yet. Others make a change at this moment. An entry of the store cannot be read, or may have been lost. The gateway was stopped while the request waited in a queue, or it was held up for some seconds before it sent.',
    again: 'wait',
    caller:
      'Read the message. Where there is `retryAfterSeconds`, send the same request again after it, with the same key. Else look at `machineActions`.',
    operator: 'Where the message is about the store: [restore](operating.md#restore).',
  },
  GUARDRAIL: {
    when: 'The message names the rule.',
    again: 'no',
    caller: '`dryRun` shows which targets it concerns. Where `approval` is set, use `requestApproval`.',
    operator: 'The rules are in [guardrails](settings.md#guardrails).',
  },
  NOT_ONBOARDED: {
    when: '',
    again: 'no',
    caller: 'Onboard it. A machine that is not onboarded can be contained (`isolationType: UN_MANAGED_DEVICE`).',
    operator: '',
  },
  ALREADY_IN_STATE: {
    when: 'For example: a machine is isolated already, or not isolated when it should be released; incidents are merged already; an alert is in that incident; an incident, alert or machine has all that a change would set; a library file has this content; an action was cancelled.',
    again: 'no',
    caller: 'Nothing is left to do. Read the target, of machines also `machineActions`.',
    operator: '',
  },
  ACTION_FAILED: {
    when: 'It ended `FAILED`, `TIME_OUT` or `CANCELLED`, or a command of a live response session failed; it stands beside the error. A script with an exit code other than 0 is no failed action.',
    again: 'look',
    caller: 'Read the message and `action { status troubleshootInfo }`. Then start a new action, with a new key.',
    operator: '',
  },
  APPROVAL_NOT_NEEDED: {
    when: '',
    again: 'no',
    caller: 'Use the mutation itself.',
    operator: '',
  },
  APPROVAL_NOT_POSSIBLE: {
    when: "The action would run with the approver's token under another person's name.",
    again: 'no',
    caller: 'Let somebody do it whom the guardrails allow, or use the portal.',
    operator: '',
  },
  REQUESTER_NOT_PERMITTED: {
    when: 'Their API key is gone or has ended, a role no longer gives the permission, or the rights of their token are too old.',
    again: 'no',
    caller: 'Let somebody ask again who may: [approvals](actions.md#approvals).',
    operator: '',
  },
  TENANT_SIGN_IN_REQUIRED: {
    when: "The cause is the secret, the certificate, the consent, the tenant id, the cloud, or a user's sign-in. Entra is not asked again for `retryAfterSeconds`.",
    again: 'wait',
    caller: 'Tell the operator. With `claims` the caller signs in again with them.',
    operator: "Follow the message, which has Entra's code (`upstreamCode`); run `defender-gateway check TENANT`.",
  },
  MISSING_PERMISSION: {
    when: 'One of `missingPermissions` is needed. Where a user signs in, these are the delegated names.',
    again: 'no',
    caller: 'Tell the operator.',
    operator: 'Grant one of them and consent: the gateway asks Entra for a new token within five minutes.',
  },
  NOT_AVAILABLE_IN_CLOUD: {
    when: '',
    again: 'no',
    caller: 'Ask `tenant { capabilities }` what the tenant has.',
    operator: '',
  },
  UPSTREAM_THROTTLED: {
    when: "The wait is that of `Retry-After`, else of Microsoft's words, else the window of the quota, an hour at most. Until then nothing is sent. The quota of hunting is shared by all three APIs of a tenant.",
    again: 'wait',
    caller: 'Wait `retryAfterSeconds`.',
    operator: 'See what is left: [recipe 30](recipes.md#30-what-is-left-of-microsofts-quotas).',
  },
  UPSTREAM_TIMEOUT: {
    when: '',
    again: 'look',
    caller: 'Ask for less. After an action first look whether it was done: the message says how.',
    operator: 'Raise `limits.upstreamTimeoutMs` where the network is slow.',
  },
  UPSTREAM_UNAVAILABLE: {
    when: "A 404 without Microsoft's own body, or a redirect, names the address: that is a wrong host or a proxy. It is also told while a circuit breaker is open. Of a mutation with HTTP 503: the gateway is stopping, and nothing was begun.",
    again: 'wait',
    caller: 'Try again after `retryAfterSeconds`. After an action first look at its `outcome`.',
    operator: 'Where an address is named: check hosts and proxies with `defender-gateway check`.',
  },
  UPSTREAM_REJECTED: {
    when: "Also with 403 although the token has the permission (a role, a device group, a licence, the state of a device). `upstreamCode` is Microsoft's own code, and the message has its sentence. An answer of 4xx that is not Microsoft's names the address.",
    again: 'no',
    caller: "Read the message. Quote `upstreamRequestId` to Microsoft's support.",
    operator: 'Look at the licence and at the device groups of the app.',
  },
  QUERY_TOO_EXPENSIVE: {
    when: 'The message names the limit and the figure.',
    again: 'no',
    caller: 'Ask for fewer things at once. `x-gateway-plan: 1` tells the price beforehand.',
    operator: 'The limits are in the [settings](settings.md#limits).',
  },
  RATE_LIMITED: {
    when: 'Too many operations of a caller (`limits.requestsPerMinute`), too many points of their queries (`limits.costPerMinute`, mutations are not counted), too many wrong credentials from their address, or too many requests for approval that wait. Or their mutations wrote too much to the audit log (`audit.bytesPerMinute`), and nothing was done.',
    again: 'wait',
    caller:
      'Wait `retryAfterSeconds`, which is also the header `Retry-After`. Of points ask for less at once; of approvals have some decided.',
    operator: '`apiKeys[].requestsPerMinute` gives one key more.',
  },
  OVERLOADED: {
    when: 'The event loop is late or memory is nearly full, which refuses expensive queries; too many request bodies (`limits.bodyBytesUnderWay`) or exports (`limits.exportsUnderWay`) are under way; or the queries under way have too many points (`limits.costUnderWay`). Nothing was done. Mutations are refused for bodies alone.',
    again: 'wait',
    caller: 'Wait `retryAfterSeconds`, which is also the header `Retry-After`, or ask for less.',
    operator: 'Give it more memory, or add a replica: [scale](operating.md#scale).',
  },
  INTERNAL: {
    when: 'Of a mutation as a whole: the store or the audit log could not be written, or the audit log was changed, and nothing was done. Of a target: the journal could not be written, and the action was not sent.',
    again: 'look',
    caller: 'Report it with `requestId`.',
    operator: '`requestId` finds it in the log: [troubleshoot](operating.md#troubleshoot).',
  },
} as const satisfies Record<ErrorCode, ErrorRow>;

/** A row for each code of a document that cannot be run; `status` is that of HTTP. */
export const documentRows = {
  GRAPHQL_PARSE_FAILED: {
    when: '',
    status: '400',
    again: 'no',
    caller: 'Change the document: `locations` says where.',
    operator: '',
  },
  GRAPHQL_VALIDATION_FAILED: {
    when: 'Also of an operation that the schema of a later version has. No target was touched.',
    status: '400',
    again: 'no',
    caller: 'Change the document; the message names what the schema has instead.',
    operator: '',
  },
  PERSISTED_QUERY_NOT_FOUND: {
    when: 'Of a hash: it was not sent here yet, or is forgotten. With trusted documents: it is none of them.',
    status: '200, of trusted documents 400',
    again: 'no',
    caller:
      'Send the text along with the hash, as clients of Apollo do by themselves; of trusted documents ask for one that is listed.',
    operator: 'List it among the [trusted documents](settings.md#server).',
  },
  PERSISTED_QUERY_NOT_SUPPORTED: {
    when: '`server.persistedQueries` is `off`.',
    status: '200',
    again: 'no',
    caller: 'Send the text.',
    operator: '',
  },
} as const satisfies Readonly<Record<DocumentCode, ErrorRow & { readonly status: string }>>;
