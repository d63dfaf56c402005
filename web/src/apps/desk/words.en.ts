export const en = {
  areas: {
    inbox: 'Inbox',
    contacts: 'Contacts',
    live: 'Live',
    settings: 'Settings',
  },
  desk: {
    skip: 'Skip to content',
    noSuchPage: 'No such page',
    noSuchPageHint: 'The address may be mistyped, or what stood there is gone.',
    toInbox: 'To the inbox',
    help: 'Keyboard shortcuts',
    account: 'Account',
    navigation: 'Main',
    noSeat: 'You have no operator seat, so no calls reach you. Ask an admin for one.',
    diskLow: 'The disk is nearly full, or does not answer: calls go on, but new ones are not recorded. Make room, or tell whoever runs the server.',
    noSeatAdmin: 'You have no operator seat, so calls ring at your colleagues only.',
    takeSeat: 'Take a seat',
  },
  live: {
    lost: 'The server does not answer. This is how things stood at {{time}}.',
    soundGoesOn: 'The sound goes on.',
    soundStopped: 'The sound has stopped, too.',
    engineGone: 'The phone system has stopped; no new calls can arrive. Since {{time}}.',
    engineBack: 'The phone system is back.',
    retry: 'Reconnect now',
  },
};
