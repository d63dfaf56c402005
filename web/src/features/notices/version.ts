/** The file that this page began with; its name has a hash of what it holds. Undefined where the development server gives it. */
const own = (): string | undefined => document.querySelector('script[type=module][src^="/assets/"]')?.getAttribute('src') ?? undefined;

/** Whether the server has another version of the desk than this page is. */
export async function isOutdated(): Promise<boolean> {
  const began = own();
  if (!began) return false;
  try {
    const page = await fetch('/', { cache: 'no-store' });
    return page.ok && !(await page.text()).includes(began);
  } catch {
    return false; // it is asked again after the next gap
  }
}
