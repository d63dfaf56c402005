/** What the dial says; it comes with it. */
export const en = {
  placing: {
    to: 'Number or name',
    back: 'Delete the last digit',
    matches: 'Contacts',
    callerId: 'Caller id',
    call: 'Call',
    home: 'Domestic',
    perMinute: '{{amount}} CU/min',
    emergency: 'Emergency number',
    notAbroad: 'This caller id may not call abroad.',
    instead: 'Use {{number}}',
    noSeat: 'You have no operator seat. Ask an admin for one.',
    noPermission: 'You may not place calls. Ask an admin for the permission.',
    noMicrophone: 'Calls need a microphone. Allow it beside the address, or plug one in; if that does not help, ask an admin.',
    elsewhere: 'Your phone is in another window. Call from there.',
    notReady: 'Your phone is connecting…',
    inCall: 'You are in a call. Leave it first.',
  },
};
