export const en = {
  charts: {
    asTable: 'As table',
    asChart: 'As chart',
    open: 'Show the calls: {{what}}',
    keys: 'Arrow keys read the values, Enter shows the calls.',
    unfinished: 'Still going on',
    none: '–',
  },
};
