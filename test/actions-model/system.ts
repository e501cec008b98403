import { randomUUID } from 'node:crypto';
import { isRecord } from '../../src/domain/records.ts';
import { asGatewayError, isSurelyNotSent } from '../../src/errors.ts';
import { createScope } from '../../src/scope.ts';
import { checked } from '../../src/store/forms.ts';
import { namespaces } from '../../src/store/namespaces.ts';
import { type Ask, check, type Said, saidOf, Violation } from './ask.ts';
import { type Asked, type askedNames, asks } from './asks.ts';
import { checkAudit } from './audited.ts';
import { createDriver } from './driver.ts';
import type { Estate, TenantName } from './estate.ts';
import type { Death } from './life.ts';
import { type Blindness, type ChangeFault, lateMs } from './microsoft.ts';
import { type Outliving, type Process, startProcess } from './process.ts';

export interface AskOptions {
  readonly action: (typeof askedNames)[number];
  readonly tenant: TenantName;
  readonly nth: number;
  readonly count: number;
  readonly isKeyed: boolean;
  readonly death: Death | null;
}

const actionIdOf = (action: unknown): string | null =>
  isRecord(action) && typeof action.actionId === 'string' ? action.actionId : null;

/** Milliseconds that a finder has for what is left. */
const patienceMs = 900_000;
const dayMs = 25 * 3_600_000;
const mostRepeats = 30;

/** A gateway that is asked, killed and started anew, with what it said and what Microsoft's side shows of it. */
export const createSystem = async (estate: Estate) => {
  const { clock, microsoft, simulator, requester, approver } = estate;
  const { store, audit } = await estate.newState();
  let isRevoked = false;
  const outliving: Outliving = { ...estate, store, audit, isRevoked: () => isRevoked };
  const list: Ask[] = [];
  const journal = store.space('journal', checked(namespaces.journal, isRecord));
  const sequence = randomUUID().slice(0, 8);
  let kills = 0;

  const { during, pass } = createDriver(clock, microsoft);
  const start = async (): Promise<Process> => {
    const started = await during(startProcess(outliving), null);
    if (started === 'killed' || 'error' in started) throw new Error('A process does not start');
    return started.value;
  };
  let process = await start();
  const alive = async (): Promise<Process> => {
    if (process.life.isDead()) process = await start();
    return process;
  };

  const scopeOf = (ask: Ask | null) => {
    const requestId = randomUUID();
    ask?.requestIds.add(requestId);
    return createScope({
      requestId,
      signal: new AbortController().signal,
      deadline: clock.now() + 60_000,
      maxCalls: Number.POSITIVE_INFINITY,
    });
  };

  const say = (ask: Ask, target: string, said: Said): void => {
    const before = ask.said.get(target);
    if (before === 'done' && said === 'not') throw new Violation('UNTRUE', ask, 'told as done, then as not done');
    ask.said.set(target, said);
  };
  /** The whole request failed. */
  const failed = (ask: Ask, thrown: unknown): void => {
    const error = asGatewayError(thrown);
    for (const target of ask.asked.targets) {
      const before = ask.said.get(target);
      if (before === undefined) say(ask, target, isSurelyNotSent(error) ? 'not' : 'open');
    }
  };
  const killed = (ask: Ask): void => {
    kills += 1;
    for (const target of ask.asked.targets) if (ask.said.get(target) !== 'done') ask.said.set(target, 'open');
  };

  interface Row {
    readonly target: string;
    readonly outcome: string | null;
    readonly actionId: string | null;
    readonly error: {
      readonly code: string;
      readonly message: string;
      readonly retryAfterSeconds: number | null;
    } | null;
  }
  const performed = async (ask: Ask): Promise<readonly Row[]> => {
    const { actions, approvals, accessOf } = process;
    const { asked, key, approvalId } = ask;
    const scope = scopeOf(ask);
    if (approvalId === null) {
      const { results } = await asked.perform(actions, { access: accessOf(requester), scope }, key);
      return results.map((result, index) => ({
        target: asked.targets[index] ?? '',
        outcome: result.outcome,
        error: result.error,
        actionId: 'action' in result ? actionIdOf(result.action) : null,
      }));
    }
    const { results } = await approvals.approve({ access: accessOf(approver), scope }, { approvalId });
    return results.map(({ target, outcome, action, error }) => ({
      target,
      outcome: outcome ?? null,
      error,
      actionId: action?.actionId ?? null,
    }));
  };

  /** Asks once, and holds the answer against Microsoft's side. Null: it was killed, or refused as a whole. */
  const attempt = async (ask: Ask, death: Death | null): Promise<readonly Row[] | null> => {
    const { life } = await alive();
    ask.attempts += 1;
    life.killAt(death);
    const answer = await during(performed(ask), life);
    life.killAt(null);
    if (answer === 'killed') killed(ask);
    else if ('error' in answer) failed(ask, answer.error);
    else {
      for (const { target, outcome, error, actionId } of answer.value) {
        const said = saidOf(outcome, error);
        const [id] = ask.asked.found(target);
        if (said === 'done' && ask.asked.hasActionId && actionId !== null && actionId !== id) {
          throw new Violation('UNTRUE', ask, `another action is named: ${actionId}`);
        }
        say(ask, target, said);
      }
    }
    check(list);
    return answer === 'killed' || 'error' in answer ? null : answer.value;
  };

  const newAsk = (asked: Asked, key: string | null, approvalId: string | null): Ask => {
    const ask: Ask = {
      ...{ nth: list.length, asked, key, approvalId, requestIds: new Set<string>(), said: new Map<string, Said>() },
      ...{ isOver: false, isRejected: false, attempts: 0 },
    };
    list.push(ask);
    return ask;
  };
  const askedOf = ({ action, tenant, nth, count }: AskOptions): Asked => {
    clock.tick(20);
    return asks[action](simulator.world(tenant), nth, count, `Case ${sequence}-${list.length};`);
  };

  /** Asks until it is answered for good. */
  const finish = async (ask: Ask): Promise<void> => {
    for (let turn = 0; turn < mostRepeats; turn += 1) {
      const rows = await attempt(ask, null);
      // Another request did the same to the machine meanwhile: told as not done, and rightly so.
      const isOpen = ({ error }: Row): boolean => error !== null && error.code !== 'ALREADY_IN_STATE';
      const open = rows === null ? ask.asked.targets : rows.filter(isOpen);
      if (open.length === 0) return;
      await pass(Math.max(1, ...(rows ?? []).map(({ error }) => error?.retryAfterSeconds ?? 0)) * 1000 + 5000);
    }
    const rows = await attempt(ask, null);
    const left = (rows ?? []).flatMap(({ error, outcome }) =>
      error === null ? [] : [`${outcome} ${error.code} ${error.message}`],
    );
    throw new Violation('LOST', ask, `no repeat does it: ${rows === null ? 'refused' : left.join('; ')}`);
  };

  return {
    asks: list,
    /** Processes that died in the middle of a request. */
    kills: () => kills,
    ask: async (options: AskOptions): Promise<void> => {
      const ask = newAsk(askedOf(options), options.isKeyed ? randomUUID() : null, null);
      await attempt(ask, options.death);
    },
    requestApproval: async (options: AskOptions): Promise<void> => {
      const asked = askedOf(options);
      const { life, approvals, accessOf } = await alive();
      const asking = { access: accessOf(requester), scope: scopeOf(null) };
      const answer = await during(approvals.request(asking, { action: asked.input }), life);
      if (answer === 'killed' || 'error' in answer) return;
      newAsk(asked, null, answer.value.approval?.approvalId ?? null);
    },
    repeat: async (ask: Ask, death: Death | null): Promise<void> => {
      const wasLate = microsoft.late();
      const before = ask.asked.targets.map((target) => ask.asked.found(target).length);
      await attempt(ask, death);
      const after = ask.asked.targets.map((target) => ask.asked.found(target).length);
      const isForbidden = wasLate === 0 && (ask.isRejected || (ask.approvalId !== null && (isRevoked || ask.isOver)));
      if (isForbidden && after.some((count, index) => count > (before[index] ?? 0))) {
        throw new Violation('REPEATED', ask, 'done though it was rejected, revoked or over');
      }
    },
    reject: async (ask: Ask): Promise<void> => {
      const { life, approvals, accessOf } = await alive();
      const asking = { access: accessOf(approver), scope: scopeOf(null) };
      const answer = await during(approvals.reject(asking, { approvalId: ask.approvalId ?? '' }), life);
      if (answer !== 'killed' && 'value' in answer) ask.isRejected = true;
      check(list);
    },
    revoke: (revoked: boolean): void => {
      isRevoked = revoked;
    },
    fault: (fault: ChangeFault): void => {
      microsoft.faults.push(fault);
    },
    blind: (blindness: Blindness): void => {
      microsoft.blindness = blindness;
    },
    kill: (): void => process.life.kill(),
    /** A process runs for so long. */
    recover: async (ms: number): Promise<void> => {
      await alive();
      await pass(ms);
      check(list);
    },
    /** Nobody runs for longer than a key or an approval lives. */
    expire: async (): Promise<void> => {
      await pass(lateMs + 1000);
      process.life.kill();
      clock.jump(dayMs);
      for (const ask of list) ask.isOver = true;
      await alive();
      check(list);
    },
    /** Nothing fails any more: everything is found out, told, and done by the repeats that may do it. */
    settle: async (): Promise<void> => {
      microsoft.faults = [];
      microsoft.blindness = 'none';
      isRevoked = false;
      await alive();
      const end = clock.now() + patienceMs;
      do await pass(10_000);
      while (clock.now() < end && ((await journal.keys()).length > 0 || microsoft.late() > 0));
      check(list);
      const [first] = list;
      const left = (await journal.keys()).length;
      if (left > 0 && first !== undefined) throw new Violation('LOST', first, `${left} entries stay in the journal`);
      await checkAudit(list, audit);
      for (const ask of list) {
        if (ask.isOver || ask.isRejected || ask.attempts === 0) continue;
        if (ask.key !== null || ask.approvalId !== null) await finish(ask);
      }
      await pass(20_000);
      check(list);
      await checkAudit(list, audit);
    },
    stop: async (): Promise<void> => {
      process.life.kill();
      clock.jump(0);
      await store.close();
    },
  };
};

/** What sequences are run against. */
export type System = Awaited<ReturnType<typeof createSystem>>;
