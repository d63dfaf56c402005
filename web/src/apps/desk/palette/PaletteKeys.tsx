import { useDisclosure } from '@mantine/hooks';
import { Suspense } from 'react';
import { useCommands } from '../../../shared/shortcuts/ShortcutsProvider';
import { Boundary } from '../../../shared/ui/Boundary';
import { part } from '../../../shared/ui/part';

const Palette = part(() => import('./Palette'));

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
