"""The console of a mix fitted by GRAFX (PyPI, S. Lee et al., DAFx 2024) on the CPU: equaliser, compressor, imager, gain and place, delay and reverb with
dry/wet weights on each track, all summed; Adam on random stretches, as they do. Writes what it renders of the first seconds each time it is to be looked at.
   usage: grafx_mix.py SONG OUT SECONDS MINUTE [MINUTE ...]
SONG: a folder as mixes.py makes them (dry/, author_mix.wav). OUT/M.wav: the mix after M minutes of processor time (both cores' together); L_a by distance.ts.
"""
import os, sys, time
import numpy as np, soundfile, torch
from grafx.data import GRAFX, NodeConfigs, convert_to_tensor
from grafx.processors import Compressor, DryWet, MultitapDelay, NewZeroPhaseFIREqualizer, SideGainImager, STFTMaskedNoiseReverb, StereoGain
from grafx.render import prepare_render, render_grafx, reorder_for_fast_render
from grafx.utils import create_empty_parameters

song, out, seconds, minutes = sys.argv[1], sys.argv[2], float(sys.argv[3]), [float(m) for m in sys.argv[4:]]
torch.manual_seed(1); rng = np.random.default_rng(1)
torch.set_num_threads(2)
os.makedirs(out, exist_ok=True)

def read(path, length=None):
    x, rate = soundfile.read(path, dtype="float32", always_2d=True)
    x = x.T[:, : int(seconds * rate)]
    if x.shape[0] == 1: x = np.repeat(x, 2, 0)
    if length: x = np.pad(x, ((0, 0), (0, max(0, length - x.shape[1]))))[:, :length]
    return torch.from_numpy(np.ascontiguousarray(x)), rate

target, rate = read(f"{song}/author_mix.wav")
length = target.shape[1]
names = sorted(n for n in os.listdir(f"{song}/dry") if n.endswith((".wav", ".flac")))
dry = torch.stack([read(f"{song}/dry/{n}", length)[0] for n in names])

plain = {"flashfftconv": False}
processors = torch.nn.ModuleDict({
    "eq": NewZeroPhaseFIREqualizer(num_frequency_bins=1024, **plain),
    "compressor": Compressor(**plain),
    "imager": SideGainImager(),
    "gain": StereoGain(),
    "delay": DryWet(MultitapDelay(**plain), external_param=False),
    "reverb": DryWet(STFTMaskedNoiseReverb(**plain), external_param=False),
})
graph = GRAFX(config=NodeConfigs(list(processors)))
last = []
for _ in names:
    node = graph.add("in")
    for kind in processors:
        following = graph.add(kind); graph.connect(node, following); node = following
    last.append(node)
mix = graph.add("mix"); end = graph.add("out")
for node in last: graph.connect(node, mix)
graph.connect(mix, end)
tensor = convert_to_tensor(reorder_for_fast_render(graph, method="beam"))
data = prepare_render(tensor)
parameters = create_empty_parameters(processors, graph, std=0.01)

def rendered(dry_part):
    found = render_grafx(processors, dry_part, parameters, data)[0]
    return found.reshape(2, -1)

# L_a: sizes, hop, bands and weights as in packages/estimate/src/losses/graph-match.ts; mel filters are triangles of height one.
def mel_of(size, bands=96):
    hz = np.fft.rfftfreq(size, 1 / rate); f2 = hz ** 2
    a = 12194 ** 2 * f2 ** 2 / ((f2 + 20.6 ** 2) * np.sqrt((f2 + 107.7 ** 2) * (f2 + 737.9 ** 2)) * (f2 + 12194 ** 2)) * 10 ** 0.1  # IEC 61672-1
    mel = lambda f: 2595 * np.log10(1 + f / 700)
    edges = 700 * (10 ** (np.linspace(mel(0), mel(rate / 2), bands + 2) / 2595) - 1)
    rows = [np.clip(np.minimum((hz - l) / (m - l), (r - hz) / (r - m)), 0, None) for l, m, r in zip(edges, edges[1:], edges[2:])]
    return torch.tensor(np.array([row for row in rows if row.any()]) * a, dtype=torch.float32)
scales = [(size, torch.hann_window(size), mel_of(size)) for size in (512, 1024, 4096)]
def features(x):
    four = torch.stack([x[0], x[1], x[0] + x[1], x[0] - x[1]])
    return [mel @ torch.sqrt(torch.stft(four, size, size // 4, window=window, center=False, return_complex=True).abs() ** 2 + 1e-4) for size, window, mel in scales]
def loss_of(found, wanted):
    total = 0
    for a, b in zip(features(found), features(wanted)):
        logs = (torch.log(a) - torch.log(b)).abs().mean((1, 2)); apart = (a - b).flatten(1).norm(dim=1) / b.flatten(1).norm(dim=1)
        total = total + (logs + apart).mean()
    return total / len(scales)

piece, warm = 2 ** 17, 2 ** 16
adam = torch.optim.Adam(parameters.parameters(), lr=0.01)
spent, steps = 0.0, 0
for minute in minutes:
    while spent < 60 * minute:
        tick = time.process_time()
        at = int(rng.integers(0, max(1, length - piece)))
        loss = loss_of(rendered(dry[:, :, at : at + piece])[:, warm:], target[:, at + warm : at + piece])
        adam.zero_grad(); loss.backward(); adam.step()
        steps += 1; spent += time.process_time() - tick
    with torch.no_grad(): soundfile.write(f"{out}/{minute:g}.wav", rendered(dry).numpy().T, rate, subtype="FLOAT")
    print(f"{minute:g} min: {steps} steps, last loss of a stretch {loss.item():.3f}", flush=True)
