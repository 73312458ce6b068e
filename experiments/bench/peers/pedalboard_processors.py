"""Pedalboard's processors one at a time, one thread, PCM in memory.
usage: pedalboard_processors.py AUDIO.f32 RATE      (AUDIO: 2 x frames, float32)
Each line in is {"name": CLASS, "params": {...}, "times": N}: N runs; each line out {"cpu": seconds of one}."""
import json, sys, time
import numpy as np
import pedalboard

audio = np.fromfile(sys.argv[1], dtype=np.float32).reshape(2, -1); rate = float(sys.argv[2])
print(json.dumps({"version": pedalboard.__version__}), flush=True)
for line in sys.stdin:
    job = json.loads(line); plugin = getattr(pedalboard, job["name"])(**job["params"])
    plugin(audio[:, :4096], rate, reset=True)
    start = time.process_time()
    for _ in range(job["times"]): plugin(audio, rate, reset=True)
    print(json.dumps({"cpu": (time.process_time() - start) / job["times"]}), flush=True)
