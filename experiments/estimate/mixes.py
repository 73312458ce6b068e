"""Whole mixes that our engine did not make: dry tracks through chains of pedalboard, ffmpeg and LADSPA effects, placed, sent to one room, summed.

python3 mixes.py TRACKS OUT LOT [SECONDS]      TRACKS: audio files of one song; OUT becomes a folder as songs.ts takes it

Drawn per track by LOT: what is done to it (wets.py), level (within 6 dB of equally loud), place, send. truth.json says it; wet/ holds the tracks
as they enter the sum, room.wav what the room adds. Needs what wets.py needs.
"""
import glob
import json
import os
import subprocess
import sys

import numpy as np
import pedalboard as pb
import soundfile

import wets
from wets import RATE

CHANCES = {'distortion': .1, 'eq': .6, 'compressor': .4, 'chorus': .08, 'delay': .15, 'reverb': .12}


def decoded(path):
    run = subprocess.run(['ffmpeg', '-v', 'error', '-i', path, '-ac', '1', '-ar', str(RATE), '-f', 'f32le', '-'], capture_output=True, check=True)
    return np.frombuffer(run.stdout, '<f4').astype(float)


def main(tracks, out, lot, seconds):
    r = np.random.default_rng(5000 + lot)
    files = sorted(f for f in glob.glob(os.path.join(tracks, '*')) if f.split('.')[-1] in ('wav', 'flac', 'mp3', 'm4a'))
    audio = [decoded(f) for f in files]
    length = min(max(map(len, audio)), int(seconds * RATE))
    audio = [np.pad(x, (0, max(0, max(map(len, audio)) - len(x)))) for x in audio]
    power = sum(x * x for x in audio)
    # Where most goes on.
    starts = range(0, len(power) - length + 1, RATE)
    start = max(starts, key=lambda s: power[s:s + length].sum())
    for sub in ('dry', 'wet'):
        os.makedirs(os.path.join(out, sub), exist_ok=True)
    mix, sent, truth = np.zeros((length, 2)), np.zeros(length), []
    make = {'eq': wets.eq, 'delay': wets.delay, 'reverb': wets.reverb, 'chorus': wets.chorus, 'distortion': wets.distortion}
    for path, whole in zip(files, audio):
        x = whole[start:start + length]
        level = np.sqrt(np.mean(x ** 2))
        name = os.path.splitext(os.path.basename(path))[0].replace(' ', '_')
        if level < 1e-4:
            continue
        x = x * 10 ** (-20 / 20) / level
        x = x / max(1, np.abs(x).max() / .9)
        y, chain = x, []
        for kind, chance in CHANCES.items():
            if r.random() > chance:
                continue
            run, said = wets.compressor(r, 20 * np.log10(np.percentile(wets.frames(y), 90))) if kind == 'compressor' else make[kind](r)
            y = run(y)
            chain.append({'kind': kind, **said})
        gain = float(r.uniform(-6, 6) - 20 - 20 * np.log10(np.sqrt(np.mean(y ** 2)) + 1e-9))
        pan = float(np.clip(r.normal(0, .4), -1, 1)) if r.random() < .7 else 0.
        send = float(r.uniform(-20, -6)) if r.random() < .5 else None
        y = y * 10 ** (gain / 20)
        angle = (pan + 1) * np.pi / 4
        placed = np.sqrt(2) * np.stack([np.cos(angle) * y, np.sin(angle) * y], 1) * np.sqrt(.5)
        mix += placed
        if send is not None:
            sent += y * 10 ** (send / 20)
        soundfile.write(os.path.join(out, 'dry', name + '.wav'), x, RATE, 'FLOAT')
        soundfile.write(os.path.join(out, 'wet', name + '.wav'), placed, RATE, 'FLOAT')
        truth.append({'track': name, 'chain': chain, 'gain': gain, 'pan': pan, 'send': send})
    size = float(r.uniform(.4, .85))
    room = pb.Pedalboard([pb.Reverb(room_size=size, damping=float(r.uniform(.2, .7)), wet_level=.5, dry_level=0, width=1)])(np.stack([sent, sent]).astype(np.float32), RATE).T
    soundfile.write(os.path.join(out, 'room.wav'), room, RATE, 'FLOAT')
    soundfile.write(os.path.join(out, 'author_mix.wav'), mix + room, RATE, 'FLOAT')
    json.dump({'tracks': truth, 'room': size}, open(os.path.join(out, 'truth.json'), 'w'))
    for one in truth:
        print(one['track'], ' > '.join(c['kind'] for c in one['chain']), f"{one['gain']:.1f} dB, pan {one['pan']:.2f}, send {one['send'] and round(one['send'], 1)}")


if __name__ == '__main__':
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]) if len(sys.argv) > 4 else 30)
