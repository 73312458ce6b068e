"""Forward and backward of the same console for all parameters with PyTorch on the CPU: torchaudio's lfilter and torchcomp's compiled
ballistics, one thread.   usage: torch_console.py STEMS.f32 SPEC.json RUNS SECONDS"""
import json, math, sys, time
import numpy as np, torch, torchaudio, torchcomp
torch.set_num_threads(1)
spec = json.load(open(sys.argv[2])); runs = int(sys.argv[3]); seconds = float(sys.argv[4]); rate = spec["rate"]; S = spec["strips"]; tracks = len(S)
audio = torch.from_numpy(np.fromfile(sys.argv[1], dtype=np.float32).reshape(tracks, 2, -1)[:, :, : int(seconds * rate)].copy())
leaf = lambda v: torch.tensor(v, dtype=torch.float32, requires_grad=True)
freq, q, gain = (leaf([[b[k] for b in s["bands"]] for s in S]) for k in ("frequency", "q", "gain"))
thr, ratio, at, rt = (leaf([s["compressor"][k] for s in S]) for k in ("threshold", "ratio", "attack", "release"))
level, pan = leaf([s["gain"] for s in S]), leaf([s["pan"] for s in S])
params = [freq, q, gain, thr, ratio, at, rt, level, pan]
def forward():
    x = audio
    for b in range(6):                                    # RBJ peaking equaliser
        A = 10 ** (gain[:, b] / 40); w = 2 * math.pi * freq[:, b] / rate; alpha = torch.sin(w) / (2 * q[:, b]); c = -2 * torch.cos(w)
        bs = torch.stack([1 + alpha * A, c, 1 - alpha * A], 1); as_ = torch.stack([1 + alpha / A, c, 1 - alpha / A], 1)
        a0 = as_[:, :1]
        x = torchaudio.functional.lfilter(x.transpose(0, 1), as_ / a0, bs / a0, clamp=False, batching=True).transpose(0, 1)
    peak = x.abs().amax(1).clamp_min(1e-6)
    coef = lambda ms: 1 - torch.exp(-1000.0 / (ms * rate))
    g = torchcomp.compexp_gain(peak, thr, ratio, torch.full((tracks,), -90.0), torch.full((tracks,), 1.0001).clamp(max=0.9999), coef(at), coef(rt))
    pans = torch.stack([torch.sin(math.pi / 4 * (1 - pan)), torch.sin(math.pi / 4 * (1 + pan))], 1) * math.sqrt(2) * (10 ** (level / 20))[:, None]
    return (x * g[:, None, :] * pans[:, :, None]).sum(0)
def step():
    for p in params: p.grad = None
    y = forward(); (0.5 * y.square().sum()).backward()
step(); fwd, both = [], []
for _ in range(runs):
    a = time.process_time()
    with torch.no_grad(): forward()
    fwd.append(time.process_time() - a); a = time.process_time(); step(); both.append(time.process_time() - a)
med = lambda v: sorted(v)[len(v) // 2]
print(json.dumps({"forward": med(fwd), "both": med(both), "seconds": seconds, "version": f"torch {torch.__version__}, torchaudio {torchaudio.__version__}"}))
