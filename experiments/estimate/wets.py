"""Wets that our engine did not make: chains of pedalboard, ffmpeg and LADSPA effects over dry sources, with what is true of them.

python3 wets.py SOURCES OUT FIRST COUNT      cases FIRST to FIRST+COUNT-1, each a folder OUT/NNN with dry.wav, wet.wav, truth.json

Even cases take sources of even index in the list below, odd ones of odd index: tune on even cases, report odd ones.
truth.json: chain (what was done), eq (dB at `frequencies`, of the filters alone), reduction (dB every 10 ms of the compressor
alone, of its own input), delay (s). room.wav is what the room alone makes of an impulse.
Needs numpy, scipy, soundfile, pedalboard, ffmpeg with LADSPA, swh-plugins, tap-plugins.
"""
import json
import os
import subprocess
import sys

import numpy as np
import pedalboard as pb
import soundfile
from scipy import signal

RATE = 44100
SOURCES = ['01-grafx-stems/singing.wav', '01-grafx-stems/guitar.wav', '01-grafx-stems/drums.wav', '01-grafx-stems/bass.wav',
           '08-voice/vocals-dry.wav', '08-voice/vocadito_10.wav', '01-grafx-stems/guitar2.wav', '09-clips/music/0032.wav',
           '09-clips/music/0062.wav', '01-grafx-stems/speech.wav', '09-clips/speech/libri_0059.wav', '09-clips/music/0102.wav']
KINDS = [['eq'], ['compressor'], ['eq', 'compressor'], ['delay'], ['eq', 'delay'], ['reverb'], ['eq', 'reverb'],
         ['eq', 'compressor', 'reverb'], ['distortion'], ['eq', 'distortion'], ['chorus'], ['eq', 'chorus'],
         ['compressor', 'eq', 'delay'], ['eq', 'compressor', 'delay', 'reverb'], ['distortion', 'eq', 'reverb'],
         ['compressor', 'chorus', 'reverb']]
FREQUENCIES = np.geomspace(40, 16000, 60)


def ffmpeg(x, filters):
    """Float samples in, float samples out, one channel."""
    run = subprocess.run(['ffmpeg', '-v', 'error', '-f', 'f32le', '-ar', str(RATE), '-ac', '1', '-i', '-', '-af', filters,
                          '-f', 'f32le', '-ar', str(RATE), '-ac', '1', '-'], input=x.astype('<f4').tobytes(), capture_output=True, check=True)
    y = np.frombuffer(run.stdout, '<f4').astype(float)
    return np.pad(y, (0, max(0, len(x) - len(y))))[:len(x)]


def board(x, *plugins):
    return pb.Pedalboard(list(plugins))(x.astype(np.float32)[None], RATE)[0].astype(float)


def eq(r):
    """One to three filters as (type, frequency, gain, q)."""
    shapes = r.permutation(['lowshelf', 'bell', 'bell', 'highshelf'])[:r.integers(1, 4)]
    where = {'lowshelf': (80, 400), 'bell': (200, 6000), 'highshelf': (2500, 9000)}
    setting = [(str(s), float(np.exp(r.uniform(*np.log(where[s])))), float(r.choice([-1, 1]) * r.uniform(3, 10)), float(r.uniform(.6, 2) if s == 'bell' else .707)) for s in shapes]
    engine = str(r.choice(['pedalboard', 'ffmpeg']))
    kinds = {'lowshelf': pb.LowShelfFilter, 'bell': pb.PeakFilter, 'highshelf': pb.HighShelfFilter}
    names = {'lowshelf': 'bass', 'bell': 'equalizer', 'highshelf': 'treble'}
    def run(x):
        if engine == 'pedalboard':
            return board(x, *[kinds[s](cutoff_frequency_hz=f, gain_db=g, q=q) for s, f, g, q in setting])
        return ffmpeg(x, ','.join(f'{names[s]}=f={f}:g={g}:t=q:w={q}' for s, f, g, q in setting))
    return run, {'engine': engine, 'filters': setting}


def compressor(r, level):
    t, ratio, a, rel = float(level + r.uniform(-10, 0)), float(r.uniform(2, 8)), float(np.exp(r.uniform(*np.log((1, 40))))), float(np.exp(r.uniform(*np.log((40, 400)))))
    engine = str(r.choice(['pedalboard', 'ffmpeg', 'sc4']))
    t = max(-50., min(-5., t))
    def run(x):
        if engine == 'pedalboard':
            return board(x, pb.Compressor(t, ratio, a, rel))
        if engine == 'ffmpeg':
            return ffmpeg(x, f'acompressor=threshold={10 ** (t / 20)}:ratio={ratio}:attack={a}:release={rel}:knee=2.8:detection=peak')
        return ffmpeg(x, f'ladspa=f=sc4m_1916:p=sc4m:c=0|{max(a, 1.5)}|{rel}|{max(t, -30)}|{ratio}|3.25|0')
    return run, {'engine': engine, 'threshold': t, 'ratio': ratio, 'attack': a, 'release': rel}


def delay(r):
    d, fb, mix = float(np.exp(r.uniform(*np.log((.06, .6))))), float(r.uniform(0, .6)), float(r.uniform(.15, .45))
    engine = str(r.choice(['pedalboard', 'ffmpeg']))
    if engine == 'pedalboard':
        return lambda x: board(x, pb.Delay(d, fb, mix)), {'engine': engine, 'delay': d, 'feedback': fb, 'mix': mix}
    return lambda x: ffmpeg(x, f'aecho=1:1:{1000 * d}:{mix}'), {'engine': engine, 'delay': d, 'feedback': 0, 'mix': mix}


def reverb(r):
    engine = str(r.choice(['pedalboard', 'tap']))
    mix = float(r.uniform(.15, .4))
    if engine == 'pedalboard':
        size, damping = float(r.uniform(.2, .85)), float(r.uniform(.1, .8))
        return lambda x: board(x, pb.Reverb(room_size=size, damping=damping, wet_level=mix, dry_level=1 - mix, width=0)), {'engine': engine, 'size': size, 'damping': damping, 'mix': mix}
    decay, kind = float(r.uniform(600, 3000)), int(r.integers(0, 20))
    return lambda x: ffmpeg(x, f'ladspa=f=tap_reverb:p=tap_reverb:c={decay}|-2|{-14 + 20 * mix}|1|1|1|1|{kind}'), {'engine': engine, 'decay': decay, 'preset': kind}


def chorus(r):
    if r.random() < .5:
        p = dict(rate_hz=float(r.uniform(.3, 2)), depth=float(r.uniform(.1, .4)), centre_delay_ms=float(r.uniform(7, 20)), feedback=0., mix=float(r.uniform(.3, .5)))
        return lambda x: board(x, pb.Chorus(**p)), {'engine': 'pedalboard', **p}
    d, speed, depth = float(r.uniform(20, 45)), float(r.uniform(.3, 2)), float(r.uniform(1, 4))
    return lambda x: ffmpeg(x, f'chorus=.7:.9:{d}:.5:{speed}:{depth}'), {'engine': 'ffmpeg', 'delay': d, 'speed': speed, 'depth': depth}


def distortion(r):
    drive = float(r.uniform(8, 30))
    engine = str(r.choice(['pedalboard', 'asoftclip']))
    if engine == 'pedalboard':
        return lambda x: board(x, pb.Distortion(drive)), {'engine': engine, 'drive': drive}
    return lambda x: ffmpeg(x, f'volume={drive}dB,asoftclip=type=atan:oversample=4'), {'engine': engine, 'drive': drive}


def frames(x, size=882, hop=441):
    return np.sqrt(np.convolve(x * x, np.ones(size) / size, 'same')[::hop] + 1e-14)


def case(k, sources, out):
    r = np.random.default_rng(1000 + k)
    names = SOURCES[k % 2::2]
    x, rate = soundfile.read(os.path.join(sources, names[(k // 2) % len(names)]), always_2d=True)
    x = signal.resample_poly(x.mean(1), RATE, rate) if rate != RATE else x.mean(1)
    x = x[:12 * RATE] * 10 ** (-20 / 20) / (np.sqrt(np.mean(x[:12 * RATE] ** 2)) + 1e-9)
    x = x / max(1, np.abs(x).max() / .9)
    kinds, chain, truth, y = KINDS[(k // 2) % len(KINDS)], [], {}, x
    folder = os.path.join(out, f'{k:03d}')
    os.makedirs(folder, exist_ok=True)
    for kind in kinds:
        if kind == 'compressor':
            run, said = compressor(r, 20 * np.log10(np.percentile(frames(y), 90)))
        else:
            run, said = {'eq': eq, 'delay': delay, 'reverb': reverb, 'chorus': chorus, 'distortion': distortion}[kind](r)
        z = run(y)
        if kind == 'eq':
            i = np.zeros(65536)
            i[100] = 1
            h = np.abs(np.fft.rfft(run(i)))
            truth['eq'] = list(20 * np.log10(np.interp(FREQUENCIES, np.arange(len(h)) * RATE / 65536, h) + 1e-9))
        if kind == 'compressor':
            truth['reduction'] = list(np.round(20 * np.log10(frames(z) / frames(y)), 2))
        if kind == 'reverb':
            soundfile.write(os.path.join(folder, 'room.wav'), run(np.eye(1, 8 * RATE)[0]), RATE, 'FLOAT')
        if kind == 'delay':
            truth['delay'] = said['delay']
        chain.append({'kind': kind, **said})
        y = z
    soundfile.write(os.path.join(folder, 'dry.wav'), x, RATE, 'FLOAT')
    soundfile.write(os.path.join(folder, 'wet.wav'), y, RATE, 'FLOAT')
    json.dump({'chain': chain, 'source': names[(k // 2) % len(names)], 'frequencies': list(FREQUENCIES), **truth}, open(os.path.join(folder, 'truth.json'), 'w'))
    return kinds, chain


if __name__ == '__main__':
    sources, out, first, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    for k in range(first, first + count):
        kinds, _ = case(k, sources, out)
        print(k, ' > '.join(kinds))
