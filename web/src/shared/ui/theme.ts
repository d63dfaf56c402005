import { createTheme, type ActionIcon, type Button, type Input, type Loader, type MantineColorsTuple, type Menu, type Modal, type Popover, type Tooltip } from '@mantine/core';

const iris: MantineColorsTuple = [
  '#eeeefc',
  '#dadbf8',
  '#b6b8f1',
  '#9094f5',
  '#7276ea',
  '#5b5fe1',
  '#4b4fd9',
  '#3d40c4',
  '#3335a3',
  '#2a2b85',
];

const red: MantineColorsTuple = [
  '#fdecee',
  '#fad3d7',
  '#f3a6ae',
  '#ec7784',
  '#e45463',
  '#d03d4c',
  '#c83241',
  '#b62a38',
  '#97212e',
  '#7a1a25',
];

// Cooler than the library's own, to stand beside the surfaces in tokens.css.
const dark: MantineColorsTuple = [
  '#ededf1',
  '#c9cbd3',
  '#a6a9b4',
  '#868995',
  '#44464f',
  '#363842',
  '#26272e',
  '#1c1d22',
  '#141519',
  '#0f1012',
];

// What a component's own `extend` takes; to call that would bring each of them into the first load.
type Settings<C extends { extend: (input: never) => unknown }> = Parameters<C['extend']>[0];

export const theme = createTheme({
  primaryColor: 'iris',
  primaryShade: { light: 6, dark: 5 },
  colors: { iris, red, dark },
  fontFamily: "'Pretendard Variable', Pretendard, -apple-system, 'Segoe UI', 'Apple SD Gothic Neo', 'Malgun Gothic', sans-serif",
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  lineHeights: { xs: '1.45', sm: '1.5', md: '1.5', lg: '1.45', xl: '1.35' },
  headings: { fontWeight: '650' },
  defaultRadius: 8,
  cursorType: 'pointer',
  components: {
    Button: { defaultProps: { size: 'sm' }, styles: { root: { fontWeight: 600 } } } satisfies Settings<typeof Button>,
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', size: 32 } } satisfies Settings<typeof ActionIcon>,
    InputLabel: { styles: { label: { marginBottom: 6 } } } satisfies Settings<typeof Input.Label>,
    Tooltip: {
      defaultProps: { withArrow: false, openDelay: 350, fz: 12, maw: 320, multiline: true, events: { hover: true, focus: true, touch: false } },
    } satisfies Settings<typeof Tooltip>,
    // What is closed is gone at once: it has the focus while it fades, and the next key would be lost in it.
    Menu: { defaultProps: { shadow: 'lg', radius: 10, transitionProps: { duration: 80, exitDuration: 0 } } } satisfies Settings<typeof Menu>,
    Popover: { defaultProps: { shadow: 'lg', radius: 10, transitionProps: { duration: 80, exitDuration: 0 } } } satisfies Settings<typeof Popover>,
    Modal: {
      defaultProps: { radius: 14, centered: true, padding: 'lg', transitionProps: { duration: 120, exitDuration: 0 } },
      styles: { title: { fontSize: 16, fontWeight: 660 } },
    } satisfies Settings<typeof Modal>,
    Loader: { defaultProps: { size: 'sm' } } satisfies Settings<typeof Loader>,
  },
});
