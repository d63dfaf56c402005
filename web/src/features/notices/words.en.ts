export const en = {
  notices: {
    help: '{{name}} asks for help',
    mention: '{{name}} mentioned you',
    mentionNobody: 'You were mentioned',
    assigned: '{{name}} assigned this to you',
    assignedNobody: 'This was assigned to you',
    missed: 'Missed call · {{reason}}',
    snoozed: 'Open again: it was snoozed',
    open: 'Open',
    toLive: 'To the live board',
    conversation: 'A conversation',
    newVersion: 'There is a new version',
    reload: 'Reload',
  },
};
