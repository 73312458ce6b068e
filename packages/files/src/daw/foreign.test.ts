/** What projects of others hold that we have no like of: it is told, and nothing of it is guessed. */
import { describe, expect, it } from 'vitest'
import { parseXml, readProject, readRpp } from './index.ts'

const item = (more: string, source = '<SOURCE WAVE\nFILE "a.wav"\n>') =>
  `<ITEM\nPOSITION 1\nLENGTH 2\n${more}\n${source}\n>`
const project = (track: string, more = '') =>
  `<REAPER_PROJECT 0.1 "7.45/macOS-arm64" 1\n${more}\n<TRACK\nNAME T\n${track}\n>\n>`
const clipsOf = (track: string) => {
  const { session, left } = readRpp(project(track), 'x')
  return { clips: session.tracks[0]!.clips, left }
}
const plain = { file: 'a.wav', start: 1, offset: 0, length: 2, gain: 1, fadeIn: 0, fadeOut: 0 }

describe('items of REAPER', () => {
  it.each<[string, string, string]>([
    ['speed', 'PLAYRATE 0.5 1 0 -1 0 0.0025', 'an item that is played slower or faster (taken at its own speed)'],
    ['pitch', 'PLAYRATE 1 1 -2 -1 0 0.0025', 'an item at another pitch (taken at its own)'],
    ['stretch markers', 'SM 0 0 + 0.5 0.6', 'markers that stretch an item (taken at its own speed)'],
    ['one channel of two', 'CHANMODE 3', 'an item of some channels of its file (all are taken)'],
    ['a pan', 'VOLPAN 1 0.5 1 -1', 'the pan of an item'],
    ['all takes', 'ALLTAKES 1', 'an item whose takes all play (one is taken)'],
    ['effects', '<TAKEFX\nBYPASS 0 0 0\n<JS x ""\n>\n>', 'effects on an item'],
    ['automation', '<VOLENV\nACT 1 -1\nPT 0 1 0\n>', 'automation within an item'],
    ['a bent fade', 'FADEIN 1 0.5 0 1 0 0 0', 'curves of fades (taken as lines)']
  ])('%s', (_, more, told) => {
    const { clips, left } = clipsOf(item(more))
    expect(left).toEqual([`T: ${told}`])
    expect(clips).toHaveLength(1)
  })
  it.each<[string, string, string, string[]]>([
    ['notes', '', '<SOURCE MIDI\nFILE "x.mid"\n>', ['T: an item of MIDI']],
    ['a film', '', '<SOURCE VIDEO\nFILE "x.mp4"\n>', ['T: an item of VIDEO']],
    ['a project', '', '<SOURCE RPP_PROJECT\nFILE "x.rpp"\n>', ['T: an item of RPP_PROJECT']],
    ['a metronome', '', '<SOURCE CLICK\nBPM 120\n>', ['T: an item of CLICK']],
    [
      'a recording backwards',
      '',
      '<SOURCE SECTION\nMODE 3\n<SOURCE WAVE\nFILE "a.wav"\n>\n>',
      ['T: an item that plays backwards']
    ],
    ['nothing', '', '<SOURCE EMPTY\n>', []],
    ['what is muted', 'MUTE 1 0', '<SOURCE WAVE\nFILE "a.wav"\n>', []]
  ])('%s is no clip', (_, more, source, told) => {
    expect(clipsOf(item(more, source))).toEqual({ clips: [], left: told })
  })
  it('a crossfade that REAPER made holds; an item may begin before its file; loops come round', () => {
    expect(clipsOf(item('FADEIN 0 0.01 0.25 0 0\nFADEOUT 1 0.01 0 1 0 0')).clips).toEqual([
      { ...plain, fadeIn: 0.25, fadeOut: 0.01 }
    ])
    expect(clipsOf(item('SOFFS -0.5')).clips).toEqual([{ ...plain, start: 1.5, length: 1.5 }])
    expect(clipsOf(item('LOOP 1')).clips).toEqual([{ ...plain, loop: true }])
    expect(clipsOf(item('', '<SOURCE SECTION\nSTARTPOS 3\nLENGTH 1\n<SOURCE WAVE\nFILE "a.wav"\n>\n>')).clips).toEqual([
      { ...plain, offset: 3 }
    ])
  })
  it('of lanes only those that play', () => {
    const lanes = (playing: string) =>
      clipsOf(`FREEMODE 2\n${playing}\n${item('YPOS 0 0.5 2')}\n${item('YPOS 0.5 0.5 2\nSOFFS 7')}`).clips.map(
        one => one.offset
      )
    expect(lanes('LANESOLO 2 0 0 0')).toEqual([7])
    expect(lanes('LANESOLO 4294967295 0 0 0')).toEqual([0, 7])
    expect(lanes('')).toEqual([0, 7])
  })
})

describe('tracks of REAPER', () => {
  it.each<[string, string, string]>([
    ['hardware', 'HWOUT 0 0 1 0 0 0 0 -1:U -1', 'an output of its own to the hardware'],
    ['width', 'VOLPAN 1 0 -1 -1 0.5', 'the width of the track'],
    ['a shift', 'PLAYOFFS -0.01 0', 'the shift of its items in time'],
    ['a frozen one', '<FREEZE 0\n>', 'what it was before it was frozen'],
    ['a mute that moves', '<MUTEENV\nACT 1 -1\nPT 0 1 1\n>', 'automation MUTEENV'],
    [
      'another plug-in',
      '<FXCHAIN\nBYPASS 0 0 0\n<VST "VST3: Pro-Q 3" x 0 "" 1\nAAAA\n>\n>',
      'the effect VST3: Pro-Q 3'
    ],
    ['automation of effects', '<FXCHAIN\n<PARMENV 0 0 1 0.5\nACT 1 -1\nPT 0 1 0\n>\n>', 'automation of an effect']
  ])('%s', (_, more, told) => {
    expect(clipsOf(more).left).toEqual([`T: ${told}`])
  })
  it('effects that are off say nothing', () => {
    for (const chain of ['BYPASS 1 0 0', 'BYPASS 0 1 0'])
      expect(clipsOf(`<FXCHAIN\n${chain}\n<VST "VST: X" x 0 "" 1\n>\n>`).left).toEqual([])
    expect(clipsOf('FX 0\n<FXCHAIN\nBYPASS 0 0 0\n<VST "VST: X" x 0 "" 1\n>\n>').left).toEqual([])
  })
  it.each<[string, string, number, string[]]>([
    ['plain', 'AUXRECV 0 0 0.5 0 0 0 0 0 0 -1:U 0 -1', 1, []],
    ['of notes', 'AUXRECV 0 0 0.5 0 0 0 0 -1 0 -1:U 0 -1', 0, []],
    [
      'into a side chain',
      'AUXRECV 0 0 1 0 0 0 0 0 2 -1:U 0 -1',
      0,
      ['a receive of or into other channels than the first two (a side chain)']
    ],
    ['upside down', 'AUXRECV 0 0 1 0 0 0 1 0 0 -1:U 0 -1', 0, ['a receive upside down']],
    [
      'placed',
      'AUXRECV 0 3 1 0.5 0 1 0 0 0 -1:U 0 -1',
      1,
      ['the pan of a receive', 'a receive in mono (taken as it is)']
    ],
    [
      'from before the effects',
      'AUXRECV 0 1 1 0 0 0 0 0 0 -1:U 0 -1',
      1,
      ['a receive from before the effects (taken from behind them)']
    ]
  ])('a receive %s', (_, line, sends, told) => {
    const { session, left } = readRpp(project('', `<TRACK\nNAME S\n>\n<TRACK\nNAME R\n${line}\n>`), 'x')
    expect(session.tracks[0]!.sends).toHaveLength(sends)
    expect(left).toEqual(told.map(what => `R: ${what}`))
  })
  it('automation that begins before the song begins with it', () => {
    const { session } = readRpp(project('<VOLENV2\nACT 1\nPT -0.5 0.25 0\nPT -0.0005 1 0\nPT 11 0.5 0\n>'), 'x')
    expect(session.tracks[0]!.ride).toEqual([
      [0, 1],
      [11, 0.5]
    ])
  })
  it('a project at another speed, with another pan law', () => {
    expect(readRpp(project('', 'PANLAW 0.70710678\nPLAYRATE 0.9 0 0.25 4'), 'x').left).toEqual([
      'the pan law (pans are of constant power, unity in the centre)',
      'the speed at which the project plays (taken at its own)'
    ])
  })
  it.each<[string, string, string]>([
    [
      'drawn on the fader',
      'VOLTYPE 1\nPT 0 1 0\nPT 1 0.5 0',
      'automation drawn on the scale of a fader (taken as lines)'
    ],
    ['in items of its own', 'POOLEDENVINST 1 5 1.5 0 1 0\nPT 0 1 0', 'automation items']
  ])('automation %s', (_, more, told) => {
    expect(clipsOf(`<VOLENV2\nACT 1 -1\n${more}\n>`).left).toEqual([`T: ${told}`])
  })
})

describe('DAWproject', () => {
  const read = (clip: string, lanes = '', scenes = '') =>
    readProject(
      parseXml(
        `<Project version="1.0"><Application name="x" version="1"/><Structure>
        <Track id="a" name="A" contentType="audio"><Channel id="ca" role="regular" destination="cm"><Volume id="v" value="1" unit="linear"/>
        <Sends><Send destination="cf" type="post"><Pan id="sp" value="0.75" unit="normalized"/><Volume value="0.5" unit="linear"/></Send></Sends></Channel></Track>
        <Track id="f" name="F" contentType="audio"><Channel id="cf" role="effect" destination="cm"/></Track>
        <Track id="m" name="M"><Channel id="cm" role="master"/></Track></Structure>
        <Arrangement><Lanes timeUnit="seconds"><Lanes track="a"><Clips>${clip}</Clips>${lanes}</Lanes></Lanes></Arrangement>${scenes}</Project>`,
        'x'
      ),
      'x'
    )
  const audio = '<Audio channels="1" sampleRate="44100" duration="10"><File path=".\\audio\\a.wav"/></Audio>'
  it('loops come round between their marks, fades at their ends alone, crossfades as fades', () => {
    const { session } = read(
      `<Clip time="1" duration="5" playStart="0.5" loopStart="1" loopEnd="3" fadeTimeUnit="seconds" fadeInTime="-0.1" fadeOutTime="0.2">${audio}</Clip>`
    )
    expect(
      session.tracks[0]!.clips.map(({ start, offset, length, fadeIn, fadeOut }) => [
        start,
        offset,
        length,
        fadeIn,
        fadeOut
      ])
    ).toEqual([
      [1, 0.5, 2.5, 0.1, 0],
      [3.5, 1, 2, 0, 0],
      [5.5, 1, 0.5, 0, 0.2]
    ])
    expect(session.tracks[0]!.clips[0]!.file).toBe('audio/a.wav')
  })
  it('a loop of nothing, or one that never ends, plays once', () => {
    for (const loop of ['loopStart="2" loopEnd="2"', 'loopStart="0" loopEnd="0.00000001"'])
      expect(read(`<Clip time="0" duration="5" ${loop}>${audio}</Clip>`).session.tracks[0]!.clips).toHaveLength(1)
  })
  it('tells what it passes over', () => {
    const { left } = read(
      '<Clip time="0" duration="1"><Notes/></Clip>',
      '<Points unit="linear"><Target parameter="cutoff"/><RealPoint time="0" value="1"/></Points>',
      '<Scenes><Scene><Lanes><ClipSlot track="a"><Clip time="0"/></ClipSlot></Lanes></Scene></Scenes>'
    )
    expect(left).toEqual([
      'clips of scenes',
      'A: automation of anything but volume and pan',
      'A: the pan of a send',
      'A: notes'
    ])
  })
})
