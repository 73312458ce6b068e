"""16 stereo tracks x [6 peak filters, compressor, gain, pan] -> sum with Spotify's pedalboard, one thread, PCM in memory.
usage: pedalboard_console.py STEMS.f32 SPEC.json RUNS      (STEMS: tracks x 2 x frames, float32)"""
import json, sys, time
import numpy as np
from pedalboard import Pedalboard, PeakFilter, Compressor, Gain
import pedalboard

spec = json.load(open(sys.argv[2])); runs = int(sys.argv[3]); tracks = len(spec["strips"])
audio = np.fromfile(sys.argv[1], dtype=np.float32).reshape(tracks, 2, -1)
boards = [Pedalboard([PeakFilter(b["frequency"], b["gain"], b["q"]) for b in s["bands"]]
          + [Compressor(s["compressor"]["threshold"], s["compressor"]["ratio"], s["compressor"]["attack"], s["compressor"]["release"]), Gain(s["gain"])]) for s in spec["strips"]]
pans = [np.array([[np.sqrt(2) * np.sin(np.pi / 4 * (1 - s["pan"]))], [np.sqrt(2) * np.sin(np.pi / 4 * (1 + s["pan"]))]], np.float32) for s in spec["strips"]]
def mix():
    total = np.zeros_like(audio[0])
    for t in range(tracks): total += boards[t](audio[t], spec["rate"], reset=True) * pans[t]
    return total
mix(); cpu = []
for _ in range(runs):
    a = time.process_time(); mix(); cpu.append(time.process_time() - a)
print(json.dumps({"cpu": sorted(cpu)[runs // 2], "version": pedalboard.__version__}))
