import type { ObservedAudit } from './audit/observed.ts';
import type { TenantFault } from './config/tenants.ts';
import type { Readiness } from './server/health.ts';
import { sentenceOf } from './store/loss.ts';
import type { Store } from './store/store.ts';

/** Milliseconds for which an answer serves: whoever asks more often does not make the gateway write more often. */
const servesMs = 1000;

/** Milliseconds after which what does not answer counts as failed: before load balancers give a check up. */
const checkLimitMs = 1500;

/** What readiness is told by: the store, and the audit log with what last went wrong with it. */
export interface ReadinessParts {
  readonly store: Pick<Store, 'check' | 'continuity'>;
  readonly audit: ObservedAudit;
  /** What is wrong with files of tenants: a remark, since all others are served. */
  readonly tenantFaults?: () => readonly TenantFault[];
  /** Milliseconds that only grow. */
  readonly now?: () => number;
}

const late = 'no answer in time';

/** How many, and no names, which may be customers': who asks for readiness shows no credential. */
const faultsRemark = ({ length }: readonly TenantFault[]): string =>
  `${length === 1 ? 'one fault' : `${length} faults`} in files of tenants: the log and "config validate" say which`;

/** The value, or `instead` when it is not there in time. */
const inTime = <T>(work: Promise<T>, instead: T): Promise<T> => {
  const { promise, resolve } = Promise.withResolvers<T>();
  const timer = setTimeout(() => resolve(instead), checkLimitMs);
  return Promise.race([work, promise]).finally(() => clearTimeout(timer));
};

/** The work of the last who asked, while it goes on: a disk that hangs is not asked again and again. */
const oneAtATime = <T>(work: () => Promise<T>): (() => Promise<T>) => {
  let going: Promise<T> | null = null;
  return () => {
    going ??= work().finally(() => {
      going = null;
    });
    return going;
  };
};

/**
 * Whether the gateway can answer reads and perform actions. Without the store reads go on: what it keeps for them is a cache. Without
 * writing to store and audit log no action is begun. Each asks for a write, so that a disk without room, a file that may not be
 * written and a Redis at its limit are found before an action is refused for them. Never rejects: what does not answer in 1.5 seconds
 * is a fault. An answer serves for a second. docs/settings.md, server.
 */
export const createReadiness = ({
  store,
  audit,
  tenantFaults = () => [],
  now = () => performance.now(),
}: ReadinessParts) => {
  const checked = oneAtATime(() => store.check());
  const probed = oneAtATime(() => audit.audit.probe());
  let known: { readonly atMs: number; readonly answer: Promise<Readiness> } | null = null;
  const look = async (): Promise<Readiness> => {
    const [state, auditState] = await Promise.all([
      inTime(checked(), { reading: late, writing: late }),
      inTime(
        probed().then(
          () => audit.fault(),
          () => audit.fault(),
        ),
        late,
      ),
    ]);
    const storeFault =
      state.reading === null
        ? state.writing && `the store cannot be written to: ${state.writing}`
        : `the store does not answer: ${state.reading}`;
    const auditFault = auditState && `the audit log cannot be written to: ${auditState}`;
    const loss = store.continuity.loss();
    const faults = tenantFaults();
    const actions = storeFault === null && auditFault === null;
    return {
      ready: actions,
      reads: true,
      actions,
      checks: {
        store: storeFault ?? 'ok',
        audit: auditFault ?? 'ok',
        ...(loss === null ? {} : { idempotencyKeys: sentenceOf(loss) }),
        ...(faults.length === 0 ? {} : { tenantsFolder: faultsRemark(faults) }),
      },
    };
  };
  return (): Promise<Readiness> => {
    if (known !== null && now() - known.atMs < servesMs) return known.answer;
    known = { atMs: now(), answer: look() };
    return known.answer;
  };
};
