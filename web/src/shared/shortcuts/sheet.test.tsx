import { act, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { setUp, show } from '../../testing/desk';
import { preferences } from '../../testing/samples';
import { catchInstallOffer } from '../browser/install';

vi.mock('jssip', () => import('../../testing/jssip'));
setUp();

const places = [{ letter: 'O', to: '/contacts', title: 'Contacts' }];
const silent = { preferences: preferences({ letterKeys: false }) };

describe('the sheet of keys (KEY)', () => {
  it('lists the commands’ keys, those of the inbox and where G leads', async () => {
    const { user } = await show(<input aria-label="a field" />, { places });
    await user.keyboard('?');
    const sheet = within(await screen.findByRole('dialog'));
    expect(sheet.getByText('Answer').nextSibling?.textContent).toBe('CtrlShiftSpace');
    expect(sheet.getByText('Snooze').nextSibling?.textContent).toBe('S');
    expect(sheet.getByText('Contacts').nextSibling?.textContent).toBe('GO');
    expect(sheet.getByRole('link', { name: 'Change shortcuts' }).getAttribute('href')).toBe('/settings/shortcuts');
  });

  it('installs the app where the browser offers it', async () => {
    catchInstallOffer();
    const prompt = vi.fn(() => Promise.resolve());
    const { user } = await show(null);
    await user.keyboard('?');
    const sheet = within(await screen.findByRole('dialog'));
    expect(sheet.queryByRole('button', { name: 'Install the app' })).toBeNull();
    const offer = Object.assign(new Event('beforeinstallprompt', { cancelable: true }), { prompt });
    act(() => void window.dispatchEvent(offer));
    expect(offer.defaultPrevented).toBe(true);
    await user.click(sheet.getByRole('button', { name: 'Install the app' }));
    expect(prompt).toHaveBeenCalledOnce();
    expect(sheet.queryByRole('button', { name: 'Install the app' })).toBeNull();
  });
});

describe('single letters', () => {
  it('go to an area after G, but not in a field', async () => {
    const { user, where } = await show(<input aria-label="a field" />, { places });
    await user.type(screen.getByRole('textbox'), 'go');
    expect(where()).toBe('/');
    act(() => screen.getByRole('textbox').blur());
    await user.keyboard('o');
    expect(where()).toBe('/');
    await user.keyboard('go');
    await waitFor(() => expect(where()).toBe('/contacts'));
  });

  it('do nothing once they are switched off (SYS-4)', async () => {
    const { user, where } = await show(null, { places, as: silent });
    await user.keyboard('go?');
    expect(where()).toBe('/');
    expect(screen.queryByRole('dialog')).toBeNull();
  });
});
