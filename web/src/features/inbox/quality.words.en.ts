export const en = {
  callSound: {
    title: 'Sound',
    good: 'good throughout',
    shares: 'good {{good}} % · fair {{fair}} % · bad {{bad}} %',
    silent: 'interrupted for {{time}}',
    received: 'heard: loss {{loss}} %, jitter {{jitter}} ms',
    sent: 'sent: loss {{loss}} %, jitter {{jitter}} ms',
    rtt: 'round trip {{rtt}} ms',
  },
};
