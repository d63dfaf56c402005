import { useDisclosure } from '@mantine/hooks';
import { lazy, Suspense } from 'react';
import { useCommands } from '../../../shared/shortcuts/ShortcutsProvider';
import { Boundary } from '../../../shared/ui/Boundary';

const Palette = lazy(() => import('./Palette'));

/** The one field that finds and does anything, by its keys from anywhere. It comes when it is first opened. */
export function PaletteKeys() {
  const [opened, { close, toggle }] = useDisclosure(false);
  useCommands({ palette: toggle });
  if (!opened) return null;
  return (
    <Boundary fallback={() => null}>
      <Suspense>
        <Palette close={close} />
      </Suspense>
    </Boundary>
  );
}
