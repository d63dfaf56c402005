// @vitest-environment node
import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';

const rule = 'import-x/no-restricted-paths';

// What `npm run lint` says of who imports whom, held against lines that somebody might write. Without types, which it needs for other rules only.
const eslint = new ESLint({ ruleFilter: ({ ruleId }) => ruleId === rule, overrideConfig: [{ languageOptions: { parserOptions: { projectService: false } } }] });

async function complaints(file: string, line: string): Promise<string[]> {
  const [result] = await eslint.lintText(`${line}\n`, { filePath: file });
  return (result?.messages ?? []).map(({ ruleId }) => ruleId ?? 'unreadable');
}

describe('npm run lint', () => {
  it.each([
    ['a feature another one', 'src/features/inbox/Inbox.tsx', "import { ContactCard } from '../contacts/ContactCard';"],
    ['a feature another one’s types', 'src/features/contacts/Contacts.tsx', "import type { ListName } from '../inbox/queries';"],
    ['a feature another one when it is needed', 'src/features/calls/CallBox.tsx', "export const later = () => import('../inbox/Inbox');"],
    ['a feature’s test another feature', 'src/features/calls/RingBox.test.tsx', "import { Inbox } from '../inbox/Inbox';"],
    ['a feature an app', 'src/features/calls/RingBox.tsx', "import { Shell } from '../../apps/desk/Shell';"],
    ['what is shared a feature', 'src/shared/phone/verdict.ts', "import { ringEnded } from '../../features/calls/selectors';"],
    ['what is shared an app', 'src/shared/ui/Failure.tsx', "import { words } from '../../apps/desk/words';"],
    ['the product what only tests need', 'src/apps/desk/App.tsx', "import { me } from '../../testing/samples';"],
    ['a feature another one to pass it on', 'src/features/session/Login.tsx', "export { ringEnded } from '../calls/selectors';"],
  ])('does not let %s import', async (_, file, line) => {
    expect(await complaints(file, line)).toEqual([rule]);
  });

  it.each([
    ['a feature what is shared', 'src/features/inbox/Inbox.tsx', "import { isLive } from '../../shared/live/reducer';"],
    ['a feature its own', 'src/features/inbox/Inbox.tsx', "import { lists } from './queries';"],
    ['an app its features', 'src/apps/desk/Desk.tsx', "import { Inbox } from '../../features/inbox/Inbox';"],
    ['a test its kit', 'src/features/calls/RingBox.test.tsx', "import { me } from '../../testing/samples';"],
    ['the kit the app', 'src/testing/desk.tsx', "import { words } from '../apps/desk/words';"],
  ])('lets %s import', async (_, file, line) => {
    expect(await complaints(file, line)).toEqual([]);
  });
});
