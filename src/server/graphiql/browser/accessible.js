// What GraphiQL lacks for a keyboard and a screen reader.

/** CodeMirror keeps Tab for itself, which would be a trap; names are completed with Enter. */
const freeKeys = { Tab: false, 'Shift-Tab': false };

const fixEditor = (element) => {
  const editor = element.CodeMirror;
  const label = element.closest('[aria-label]')?.getAttribute('aria-label') ?? 'Editor';
  editor.setOption('lineWrapping', true);
  editor.setOption('screenReaderLabel', label);
  editor.addKeyMap(freeKeys);
  // An answer is longer than the window: arrow keys move it.
  const scrolled = element.querySelector('.CodeMirror-scroll');
  scrolled.tabIndex = 0;
  scrolled.setAttribute('role', 'group');
  scrolled.setAttribute('aria-label', `${label}, text`);
};

/** A tab holds a button to open and one to close it, which the role `tab` does not allow: a list of buttons says the same. */
const fixTab = (tab) => {
  const isOpen = tab.classList.contains('graphiql-tab-active');
  tab.removeAttribute('role');
  tab.removeAttribute('aria-selected');
  const button = tab.querySelector('.graphiql-tab-button');
  if (isOpen) button?.setAttribute('aria-current', 'true');
  else button?.removeAttribute('aria-current');
};

const fix = (root) => {
  for (const element of root.querySelectorAll('.CodeMirror:not([data-fixed])')) {
    if (element.CodeMirror === undefined) continue;
    element.dataset.fixed = '';
    fixEditor(element);
  }
  root.querySelector('.graphiql-tabs[role]')?.removeAttribute('role');
  for (const tab of root.querySelectorAll('.graphiql-tab')) fixTab(tab);
  root.querySelector('#graphiql-session')?.setAttribute('role', 'group');
  root.querySelector('#graphiql-session')?.setAttribute('aria-label', 'Question and answer');
};

/** Keeps `root` so while GraphiQL changes it. */
export const keepAccessible = (root) => {
  const observer = new MutationObserver(() => {
    observer.disconnect();
    fix(root);
    watch();
  });
  const watch = () =>
    observer.observe(root, {
      subtree: true,
      childList: true,
      attributes: true,
      attributeFilter: ['role', 'aria-selected', 'class'],
    });
  watch();
};
