import { screen, waitFor } from '@testing-library/react';
import { useState, type ReactNode } from 'react';
import { Route, Routes, useNavigate } from 'react-router';
import { describe, expect, it, vi } from 'vitest';
import { setUp, show } from '../../testing/desk';
import { SaveBar } from './SaveBar';
import { usePageForm } from './usePageForm';
import './words';

vi.mock('jssip', () => import('../../testing/jssip'));
setUp();

/** A form that leads on once it is saved, at once or after something else. */
function LeadsOn({ save, after }: { save: () => Promise<unknown>; after?: () => Promise<unknown> }) {
  const navigate = useNavigate();
  const [seen, setSeen] = useState(0);
  const form = usePageForm({ saved: { name: '' }, save, onSaved: () => void (after ? after().then(() => navigate('/list')) : navigate('/list')) });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        form.submit();
      }}
    >
      <input aria-label="name" value={form.values.name} onChange={(event) => form.set('name', event.currentTarget.value)} />
      <button type="button" onClick={() => setSeen(seen + 1)}>
        {`seen ${seen}`}
      </button>
      <SaveBar form={form} />
    </form>
  );
}

const at = (form: ReactNode) =>
  show(
    <Routes>
      <Route path="/form" element={form} />
      <Route path="/list" element={<p>the list</p>} />
    </Routes>,
    { path: '/form' },
  );

describe('forms that lead on once they are saved (ADM-2)', () => {
  it.each([
    ['at once', () => Promise.resolve(), undefined],
    ['when the server has answered', () => new Promise((done) => setTimeout(done, 20)), undefined],
    ['when the lists are fresh', () => Promise.resolve(), () => new Promise((done) => setTimeout(done, 20))],
  ])('ask nobody whether to leave: %s', async (_, save, after) => {
    const { user, where } = await at(<LeadsOn save={save} {...(after && { after })} />);
    await user.type(screen.getByLabelText('name'), 'a{Enter}');
    await waitFor(() => expect(where()).toBe('/list'));
    expect(screen.getByText('the list')).toBeTruthy();
    expect(screen.queryByRole('dialog')).toBeNull();
  });
});
