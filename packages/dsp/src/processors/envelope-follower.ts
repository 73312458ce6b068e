import { amount, ms, processor } from '../define.ts'

export const envelopeFollower = processor({
  id: 'envelope-follower',
  family: 'control',
  title: 'Envelope follower',
  doc: [
    'level = max(|left|, |right|); e += (1 - exp(-1000/(t rate))) (level - e), t = attack where the level lies above',
    'e, else release, decided for every sample; env = gain · e: 0 to gain for a signal up to full scale. Both',
    'channels of env are alike, so that what it turns keeps the stereo image.'
  ].join(' '),
  sources: ['U. Zölzer (ed.), DAFX: Digital Audio Effects, 2nd ed., 2011, section 4.2'],
  inlets: { main: 'Signal' },
  outlets: { env: 'Its envelope' },
  params: {
    attack: ms(0.1, 50, 5, 'Time constant where the level rises'),
    release: ms(5, 1500, 120, 'Time constant where it falls'),
    gain: amount(-1, 1, 1, 'Factor; negative: what it turns falls where the signal rises')
  },
  tail: p => (p.release / 1000) * Math.log(1000),
  kernel: { name: 'envelope_follower', tape: 1, state: () => ({ bytes: 32 }) },
  examples: { 'Auto-wah': { attack: 5, release: 150, gain: 1 }, Ducking: { attack: 10, release: 250, gain: -1 } }
})
