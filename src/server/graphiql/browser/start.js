// Runs in the browser after React and GraphiQL: finds out who calls, then opens GraphiQL with what they may ask.
import { keepAccessible } from './accessible.js';
import { askCaller, callerLine, callerNotice } from './caller.js';
import { dropCredential, heldCredential, holdCredential } from './credential.js';
import { forgetTabs, mountEditor } from './editor.js';
import { examplesFor } from './examples.js';
import { showLinks } from './links.js';
import { beginSignIn, finishSignIn } from './sign-in.js';

const settings = JSON.parse(document.getElementById('settings').textContent);
const { endpoint, ways } = settings;
const element = (id) => document.getElementById(id);
const say = (id, text) => {
  element(id).textContent = text;
};

const signOut = () => {
  dropCredential();
  location.reload();
};

/** Shows the greeting, with what was wrong with the last attempt. */
const greet = (refusal = '') => {
  element('graphiql').hidden = true;
  element('greeting').hidden = false;
  say('refusal', refusal);
  (element('key') ?? element('entra'))?.focus();
};

/** Opens GraphiQL for a caller; `null`: nobody was asked for. */
const open = (caller) => {
  const has = (needs) => needs.every((need) => caller === null || caller.permissions.includes(need));
  const isKnown = caller !== null && caller.kind !== 'ANONYMOUS';
  const owner = isKnown ? `${caller.kind}:${caller.name}` : '';
  const mayReadSchema = settings.schemaNeeds !== null && has(settings.schemaNeeds);
  if (element('greeting') !== null) element('greeting').hidden = true;
  element('graphiql').hidden = false;

  if (caller !== null) {
    say('caller', callerLine(caller));
    say('notice', callerNotice(caller, mayReadSchema));
    const change = element('change-caller');
    change.hidden = !isKnown && !ways.keys && !ways.tokens;
    change.textContent = isKnown ? 'Sign out' : 'Sign in';
    change.onclick = isKnown ? signOut : () => greet();
  }
  showLinks(
    element('links'),
    settings.links.filter(({ needs }) => has(needs)),
  );

  const examples =
    settings.examples.length > 0 ? settings.examples : examplesFor(settings.roleExamples, caller ?? { grants: [] });
  const startOver = element('start-over');
  startOver.hidden = examples.length === 0;
  startOver.onclick = () => {
    forgetTabs(owner);
    location.reload();
  };
  keepAccessible(element('graphiql'));
  mountEditor({
    ...{ endpoint, examples, owner, mayReadSchema },
    defaultHeaders: settings.defaultHeaders,
    onRefused: () => {
      say('notice', 'The gateway does not take this key or sign-in any more. Sign out, and sign in again.');
    },
  });
};

/** Opens GraphiQL with a credential, which is kept where the gateway knows it; greets where it does not. */
const enter = async (credential) => {
  try {
    const caller = await askCaller(endpoint, credential);
    if (credential !== null) holdCredential(credential);
    open(caller);
  } catch (error) {
    if (error.refused) dropCredential();
    greet(error.message);
  }
};

const listen = () => {
  element('key-form')?.addEventListener('submit', async (event) => {
    event.preventDefault();
    const credential = element('key').value.trim();
    element('key').value = '';
    // GraphiQL may be open for the anonymous: it is begun anew.
    if (element('graphiql').querySelector('.graphiql-container') === null) return enter(credential);
    holdCredential(credential);
    location.reload();
  });
  element('entra')?.addEventListener('click', () => beginSignIn(ways.signIn).catch((error) => greet(error.message)));
};

const begin = async () => {
  if (ways === null) return open(null);
  listen();
  const token = ways.signIn === null ? null : await finishSignIn(ways.signIn);
  const credential = token ?? heldCredential();
  if (credential === null && !ways.anonymous) return greet();
  return enter(credential);
};

begin().catch((error) => greet(error.message));
