"""Other limiters, and a judge of all of them that shares no code with Mixwright.

python3 judge.py peers SOURCE.wav TARGET KIND      every peer, driven to TARGET LUFS below the ceiling: one JSON line each
python3 judge.py file SOURCE.wav OUTPUT.wav KIND   a finished file: the same line
python3 judge.py written FILE CEILING              samples above the ceiling, 16 times oversampled by a long Kaiser filter

KIND: song, or tone (50 Hz under music above 1 kHz). Needs numpy, scipy, soundfile, matchering, pedalboard, zimtohrli, ffmpeg.
"""
import json
import subprocess
import sys
import time

import numpy as np
import soundfile
from scipy import fft, signal

CEILING = -1.0
db = lambda v: 20 * np.log10(np.maximum(v, 1e-12))
gain = lambda v: 10 ** (v / 20)


# Measures

def k_weighted(x, rate):
    """ITU-R BS.1770-5, annex 1: the filters of 48 kHz, derived again for other rates (bilinear, prewarped)."""
    def biquad(f, q, vh, vb, vl):
        k = np.tan(np.pi * f / rate)
        a0 = 1 + k / q + k * k
        return ([(vh + vb * k / q + vl * k * k) / a0, 2 * (vl * k * k - vh) / a0, (vh - vb * k / q + vl * k * k) / a0],
                [1, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0])
    v = gain(3.999843853973347)
    y = signal.lfilter(*biquad(1681.974450955533, 0.7071752369554196, v, v ** 0.4996667741545416, 1), x, axis=0)
    b, a = biquad(38.13547087602444, 0.5003270373238773, 1, 0, 0)
    return signal.lfilter([1, -2, 1], a, y, axis=0)


def powers(x, rate):
    """Mean K-weighted power of steps of 100 ms, channels added."""
    step = rate // 10
    n = len(x) // step
    return (k_weighted(x, rate)[:n * step] ** 2).sum(1).reshape(n, step).mean(1)


def over(p, steps):
    return np.convolve(p, np.ones(steps) / steps, 'valid')


def loudness_of(p):
    lufs = lambda v: -0.691 + 10 * np.log10(np.maximum(v, 1e-12))
    blocks = over(p, 4)
    blocks = blocks[lufs(blocks) > -70]
    return lufs(blocks[lufs(blocks) > lufs(blocks.mean()) - 10].mean())


def fine(x, times):
    """The periodic band-limited curve through the samples: Fourier."""
    n = fft.next_fast_len(len(x), real=True)
    return fft.irfft(fft.rfft(x, n), n * times)[:len(x) * times] * times


def true_peak(x, times):
    return max(np.abs(fine(x[:, c].astype(np.float32), times)).max() for c in range(x.shape[1]))


def psr(x, rate):
    """LU: median over windows of 3 s of true peak minus loudness (AES e-Brief 373)."""
    p, step = powers(x, rate), rate // 10
    curve = np.max([np.abs(fine(x[:, c].astype(np.float32), 4)) for c in range(x.shape[1])], axis=0)
    peaks = curve[:len(p) * step * 4].reshape(len(p), -1).max(1)
    short = -0.691 + 10 * np.log10(np.maximum(over(p, 30), 1e-12))
    most = np.lib.stride_tricks.sliding_window_view(peaks, 30).max(1)
    return float(np.median((db(most) - short)[short > loudness_of(p) - 20]))


def tone_distortion(x, rate):
    """Power within 60 … 500 Hz, and at the harmonics 100 … 500 Hz (± 2 Hz) alone, against the 50-Hz tone, dB."""
    mid = x[rate:-rate].mean(1)
    f, p = signal.welch(mid, rate, 'blackmanharris', 2 ** 16, detrend=False, scaling='density')
    tone = p[(f > 45) & (f < 55)].sum()
    free = p[(f > 60) & (f < 500)].sum()
    harmonics = sum(p[np.abs(f - 50 * k) < 2].sum() for k in range(2, 11))
    return 10 * np.log10(free / tone), 10 * np.log10(harmonics / tone)


def transients(source, x, rate):
    """dB: how much the onsets stand out less than in the source: mean over the 5 % of steps of 5 ms that rise most there."""
    step = rate // 200
    def rises(v):
        n = len(v) // step
        level = 10 * np.log10((v[:n * step] ** 2).sum(1).reshape(n, step).mean(1) + 1e-9)
        return level[2:] - np.convolve(level, np.ones(10) / 10)[1:n - 1]
    a, b = rises(source), rises(x)
    top = np.argsort(a)[-len(a) // 20:]
    return float((b[top] - a[top]).mean())


def zimtohrli(source, x, rate):
    from zimtohrli import Pyohrli
    judge = Pyohrli()
    at = lambda v: signal.resample_poly(v, 48000 // 300, rate // 300) if rate != 48000 else v
    return float(np.mean([judge.distance(at(source[:, c]), at(x[:, c])) for c in range(2)]))


def aligned(source, x):
    n = min(len(source), len(x))
    a, b = source[:n].mean(1), x[:n].mean(1)
    size = fft.next_fast_len(2 * n, real=True)
    cross = fft.irfft(fft.rfft(b, size) * np.conj(fft.rfft(a, size)), size)
    lag = int(np.argmax(cross))
    lag = lag - size if lag > size // 2 else lag
    x = np.roll(x, -lag, axis=0) if lag else x
    return (x[:len(source)] if len(x) >= len(source) else np.pad(x, ((0, len(source) - len(x)), (0, 0)))), lag


def judged(source, x, rate, kind):
    x, lag = aligned(source, x)
    loud = loudness_of(powers(x, rate))
    row = {'loudness': loud, 'truePeak': float(db(true_peak(x, 16))), 'lag': lag}
    if kind == 'tone':
        row['tone'], row['harmonics'] = tone_distortion(x, rate)
    else:
        row['psr'] = psr(x, rate)
        row['crest'] = float(db(np.abs(x).max()) - db(np.sqrt((x ** 2).mean())))
        level = gain(loudness_of(powers(source, rate)) - loud)
        row['zimtohrli'] = zimtohrli(source, x * level, rate)
        row['transients'] = transients(source, x, rate)
    return row


# Peers: functions of (x, rate, gain in dB, ceiling in dB of samples)

def ffmpeg(x, rate, filters):
    run = subprocess.run(['ffmpeg', '-v', 'error', '-f', 'f32le', '-ar', str(rate), '-ac', '2', '-i', '-', '-af', filters,
                          '-f', 'f32le', '-ar', str(rate), '-'], input=x.astype('<f4').tobytes(), capture_output=True, check=True)
    return np.frombuffer(run.stdout, '<f4').reshape(-1, 2).astype(float)


def alimiter(x, rate, up, ceiling):
    return ffmpeg(x * gain(up), rate, f'alimiter=limit={gain(ceiling)}:level=disabled:latency=1')


def alimiter4(x, rate, up, ceiling):
    return ffmpeg(x * gain(up), rate, f'aresample={4 * rate},alimiter=limit={gain(ceiling)}:level=disabled:latency=1,aresample={rate}')


def loudnorm(x, rate, up, ceiling):
    return ffmpeg(x, rate, f'loudnorm=I={max(-70, min(-5, up - 30))}:TP={max(-9, min(0, ceiling))}:LRA=20:linear=false')


def matchering(x, rate, up, ceiling):
    from matchering.defaults import Config
    from matchering.limiter import limit
    return limit(x * gain(up - ceiling), Config(internal_sample_rate=rate)) * gain(ceiling) / Config().threshold


def pedalboard_limiter(x, rate, up, ceiling):
    from pedalboard import Limiter
    return Limiter()((x * gain(up - ceiling)).T.astype(np.float32), rate).T.astype(float) * gain(ceiling)


def pedalboard_brickwall(x, rate, up, ceiling):
    from pedalboard import BrickwallLimiter
    return BrickwallLimiter(ceiling_db=ceiling, true_peak=True)((x * gain(up)).T.astype(np.float32), rate).T.astype(float)


PEERS = {'ffmpeg alimiter': alimiter, 'ffmpeg alimiter, 4 × oversampled': alimiter4, 'ffmpeg loudnorm': loudnorm,
         'Matchering': matchering, 'pedalboard Limiter': pedalboard_limiter, 'pedalboard BrickwallLimiter': pedalboard_brickwall}


def driven(peer, x, rate, target):
    """The output that has the loudness and the true peak: gain and ceiling by turns, each by what is missing.

    None, and the loudest that it gave, where more gain makes it no louder before the target is reached.
    """
    up, ceiling, slope, last, most = target - loudness_of(powers(x, rate)) + 1, CEILING - 0.3, 0.8, None, -99.0
    if peer is loudnorm:
        up = target + 30
    for k in range(12):
        y = peer(x, rate, up, ceiling)[:len(x)]
        loud, peak = loudness_of(powers(y, rate)), float(db(true_peak(y, 4 if k < 3 else 16)))
        missing, room = target - loud, CEILING - peak
        most = max(most, loud + room)
        if k >= 3 and abs(missing) < 0.05 and -0.02 < room < 0.1:
            return y, loud
        if last is not None and abs(up - ceiling - last[0]) > 0.05:
            slope = (loud - ceiling - last[1]) / (up - ceiling - last[0])
            if slope < 0.02 and missing > 0.1:
                break
            slope = min(1.0, max(0.15, slope))
        last = (up - ceiling, loud - ceiling)
        move = room - 0.02
        # Ceiling and gain up by as much make all of it louder by as much.
        ceiling += move
        up += move + max(-6, min(6, (missing - move) / slope))
    return None, most


def main():
    command, path, *rest = sys.argv[1:]
    if command == 'written':
        x, rate = soundfile.read(path, always_2d=True)
        half = 160
        taps = signal.firwin(2 * 16 * half + 1, 1 / 16, window=('kaiser', 10)) * 16
        limit, above, most = gain(float(rest[0])), 0, 0.0
        for c in range(x.shape[1]):
            for start in range(0, len(x), 1 << 19):
                part = x[max(0, start - half):start + (1 << 19) + half, c]
                y = np.abs(signal.upfirdn(taps, part, 16)[16 * half:])[16 * (start - max(0, start - half)):][:16 << 19]
                above, most = above + int((y > limit).sum()), max(most, y.max())
        print(json.dumps({'above': above, 'truePeak': float(db(most))}))
        return
    source, rate = soundfile.read(path, always_2d=True)
    if command == 'file':
        x, _ = soundfile.read(rest[0], always_2d=True)
        print(json.dumps(judged(source, x, rate, rest[1])))
        return
    target, kind = float(rest[0]), rest[1]
    for name, peer in PEERS.items():
        begin = time.time()
        y, loudness = driven(peer, source, rate, target)
        row = {'missed': loudness} if y is None else judged(source, y, rate, kind)
        print(json.dumps({'contender': name, **row, 'seconds': time.time() - begin}), flush=True)


main()
